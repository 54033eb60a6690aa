# SPDX-License-Identifier: MulanPSL-2.0
"""The words of forms: types of fields, and the facts that the kernel itself holds."""

from enum import StrEnum


class FieldType(StrEnum):
    """What may be filled into a field (definitions.md 3.5)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    SPAN = "span"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    CHECK_LIST = "check_list"
    TABLE = "table"
    PERSON = "person"
    HOUSEHOLD = "household"
    PLACE = "place"
    UNIT = "unit"
    RECORD = "record"
    CLASS = "class"
    POINT = "point"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    SIGNATURE = "signature"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    USCC = "uscc"


REFERENCES = (
    FieldType.PERSON,
    FieldType.HOUSEHOLD,
    FieldType.PLACE,
    FieldType.UNIT,
    FieldType.RECORD,
)
FILES = (FieldType.PHOTO, FieldType.FILE, FieldType.VOICE, FieldType.SIGNATURE)
NUMBERS = (FieldType.WHOLE, FieldType.NUMBER, FieldType.MONEY)
COUNTED = (FieldType.CHOICES, FieldType.CHECK_LIST, FieldType.TABLE, *FILES)
"""Types whose bounds count items."""

PERSONAL = (
    FieldType.PERSON,
    FieldType.HOUSEHOLD,
    FieldType.ID_NUMBER,
    FieldType.PHONE,
    FieldType.SIGNATURE,
)
"""Types that hold personal values whatever the definition says."""

LONGEST = {FieldType.TEXT: 200, FieldType.LONG_TEXT: 5000}
"""Characters where the definition sets no bound."""

LONGEST_EVER = 20_000
MOST_FILES = {FieldType.PHOTO: 9, FieldType.FILE: 9, FieldType.VOICE: 1, FieldType.SIGNATURE: 1}
MOST_ROWS = 200

HELD_FACTS: dict[str, tuple[FieldType, dict[str, str]]] = {
    "register:resident.name": (FieldType.TEXT, {"zh": "姓名", "en": "Name"}),
    "register:resident.phone": (FieldType.PHONE, {"zh": "联系电话", "en": "Phone number"}),
    "register:resident.id_number": (FieldType.ID_NUMBER, {"zh": "身份证号", "en": "ID number"}),
    "register:resident.address": (FieldType.TEXT, {"zh": "联系地址", "en": "Contact address"}),
    "register:resident.birth_on": (FieldType.DATE, {"zh": "出生日期", "en": "Date of birth"}),
    "register:organization.name": (
        FieldType.TEXT,
        {"zh": "单位名称", "en": "Name of the organization"},
    ),
    "register:organization.uscc": (
        FieldType.USCC,
        {"zh": "统一社会信用代码", "en": "Unified social credit code"},
    ),
    "register:organization.phone": (
        FieldType.PHONE,
        {"zh": "单位电话", "en": "Organization's phone"},
    ),
}
"""Facts that people, places and units hold, as registers (definitions.md 7): type and name."""

# SPDX-License-Identifier: MulanPSL-2.0
"""The words of people and households."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over people."""

    VIEW = "people.view_person"
    REGISTER = "people.register_person"
    OPEN_PERSONAL = "people.open_personal"
    LINK_ACCOUNT = "people.link_account"
    ERASE = "people.erase_person"


class Verb(StrEnum):
    """What the record says about people."""

    PERSON_REGISTERED = "people.person.registered"
    PERSON_UPDATED = "people.person.updated"
    PERSONAL_OPENED = "people.personal.opened"
    ACCOUNT_LINKED = "people.account.linked"
    HOUSEHOLD_REGISTERED = "people.household.registered"
    MEMBER_ADDED = "people.member.added"
    MEMBER_LEFT = "people.member.left"
    ERASURE_ASKED = "people.erasure.asked"
    ERASURE_DECLINED = "people.erasure.declined"
    PERSON_ERASED = "people.person.erased"
    KEY_FORGOTTEN = "people.key.forgotten"
    PHONE_CODE_MADE = "people.phone_code.made"
    PHONE_CODE_USED = "people.phone_code.used"
    PHONE_CODE_WRONG = "people.phone_code.wrong"


class Event(StrEnum):
    """What people announce."""

    PERSON_REGISTERED = "people.person_registered"
    PERSON_UPDATED = "people.person_updated"
    ACCOUNT_LINKED = "people.account_linked"
    ERASURE_ASKED = "people.erasure_asked"
    ERASURE_DECLINED = "people.erasure_declined"
    PERSON_ERASED = "people.person_erased"
    HOUSEHOLD_CHANGED = "people.household_changed"


class Privacy(TextChoices):
    """The record class of a person: it decides masking, and with access who may open what."""

    NORMAL = "normal", _("Normal")
    PERSONAL = "personal", _("Personal")
    SENSITIVE = "sensitive", _("Sensitive")
    MINOR = "minor", _("Minor")


class PersonalField(TextChoices):
    """The encrypted fields of a person, opened one at a time for a stated purpose."""

    PHONE = "phone", _("Phone number")
    ID_NUMBER = "id_number", _("ID number")
    ADDRESS = "address", _("Contact address")


class ErasureState(TextChoices):
    """How it stands with the erasing of a person, which takes two."""

    WAITING = "waiting", _("waits for a second person")
    DONE = "done", _("erased")
    DECLINED = "declined", _("declined")


class MemberRole(TextChoices):
    """What somebody is in a household."""

    HEAD = "head", _("Head of household")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    RELATIVE = "relative", _("Relative")
    TENANT = "tenant", _("Tenant")
    OTHER = "other", _("Other")


ERASED_NAME = "（已删除）"
"""What stands where the name of somebody erased stood."""

MINOR_BELOW = 14
"""Under 14 a guardian consents (个人信息保护法 第二十八条、第三十一条)."""

PHONE_CONTEXT = "people.person.phone"
ID_NUMBER_CONTEXT = "people.person.id_number"
ADDRESS_CONTEXT = "people.person.address"
PHONE_CODE_CONTEXT = "people.phonecode"

CODE_LASTS = dt.timedelta(minutes=5)
CODE_TRIES = 3
"""How long a code by phone is good, and how many tries it stands."""

PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.VIEW: {"zh": "查看居民（隐去号码）", "en": "See people, numbers masked"},
    Perm.REGISTER: {"zh": "登记居民和住户", "en": "Register people and households"},
    Perm.OPEN_PERSONAL: {
        "zh": "说明用途后查看号码和住址",
        "en": "Open numbers and addresses for a stated purpose",
    },
    Perm.LINK_ACCOUNT: {"zh": "把账号和本人对应起来", "en": "Link accounts to people"},
    Perm.ERASE: {"zh": "依法删除个人信息", "en": "Lawfully erase a person"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.PERSON_REGISTERED: {"zh": "登记了居民", "en": "registered a person"},
    Verb.PERSON_UPDATED: {"zh": "更正了居民信息", "en": "corrected a person's facts"},
    Verb.PERSONAL_OPENED: {"zh": "查看了个人信息", "en": "opened a personal field"},
    Verb.ACCOUNT_LINKED: {"zh": "把账号和本人对应起来", "en": "linked an account to a person"},
    Verb.HOUSEHOLD_REGISTERED: {"zh": "登记了住户", "en": "registered a household"},
    Verb.MEMBER_ADDED: {"zh": "把人登记进户里", "en": "added somebody to a household"},
    Verb.MEMBER_LEFT: {"zh": "登记了有人离户", "en": "noted that somebody left a household"},
    Verb.ERASURE_ASKED: {"zh": "提请依法删除个人信息", "en": "asked to erase a person"},
    Verb.ERASURE_DECLINED: {"zh": "不同意删除个人信息", "en": "declined to erase a person"},
    Verb.PERSON_ERASED: {"zh": "依法删除了个人信息", "en": "lawfully erased a person"},
    Verb.KEY_FORGOTTEN: {
        "zh": "在恢复的数据里重新删除了个人信息",
        "en": "erased again what a backup had brought back",
    },
    Verb.PHONE_CODE_MADE: {"zh": "生成了手机验证码", "en": "made a code for a phone"},
    Verb.PHONE_CODE_USED: {"zh": "用掉了手机验证码", "en": "used a code by phone"},
    Verb.PHONE_CODE_WRONG: {"zh": "输错了手机验证码", "en": "typed a wrong code by phone"},
}

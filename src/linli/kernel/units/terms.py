# SPDX-License-Identifier: MulanPSL-2.0
"""The words of units."""

from enum import StrEnum


class Perm(StrEnum):
    """Permissions over units and memberships."""

    VIEW = "units.view"
    EDIT = "units.edit"


class Verb(StrEnum):
    """What the record says about units."""

    UNIT_ADDED = "units.unit.added"
    UNIT_CHANGED = "units.unit.changed"
    UNIT_RENAMED = "units.unit.renamed"
    UNIT_ENDED = "units.unit.ended"
    MEMBERSHIP_ADDED = "units.membership.added"
    MEMBERSHIP_ENDED = "units.membership.ended"


class Event(StrEnum):
    """What units announce."""

    UNIT_ADDED = "units.unit_added"
    UNIT_RENAMED = "units.unit_renamed"
    UNIT_ENDED = "units.unit_ended"
    MEMBERSHIP_ADDED = "units.membership_added"
    MEMBERSHIP_ENDED = "units.membership_ended"


PERMISSION_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看单位和人员", "en": "See units and who belongs to them"},
    Perm.EDIT: {"zh": "管理单位和人员", "en": "Keep units and who belongs to them"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.UNIT_ADDED: {"zh": "新增了单位", "en": "added a unit"},
    Verb.UNIT_CHANGED: {"zh": "修改了单位信息", "en": "changed a unit's particulars"},
    Verb.UNIT_RENAMED: {"zh": "给单位改了名", "en": "renamed a unit"},
    Verb.UNIT_ENDED: {"zh": "撤并了单位", "en": "closed or merged a unit"},
    Verb.MEMBERSHIP_ADDED: {"zh": "把人员加入了单位", "en": "added somebody to a unit"},
    Verb.MEMBERSHIP_ENDED: {"zh": "把人员移出了单位", "en": "ended somebody's time in a unit"},
}

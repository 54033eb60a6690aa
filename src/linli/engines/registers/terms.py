# SPDX-License-Identifier: MulanPSL-2.0
"""The words of registers."""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VALUES = "registers.record.values"
"""The context under which personal values of a record are sealed."""

WORD = "registers.record.word"
"""The context of the blind index by which a personal value is found."""

MOST_FIND = 8
"""As many fields of a register may be declared `find` (definitions.md 3.5)."""

SLOTS = 12
"""As many words a record has: some for fields that are `find` no more."""

FROM, UNTIL = "from_date", "until_date"
"""The fields between which a record is valid; each register has them (definitions.md 3.7)."""

SUBJECT, PLACE = "subject", "place"
"""What a record is about and where it lies: always there, and no fields of its own."""


WORDS_JOB = "registers.words"
"""The job that makes the words of records anew."""

FILES_OF = "registers.record"
"""The kind under which the files of a record are kept."""


class Perm(StrEnum):
    """Permissions over registers; who writes in one, its definition says."""

    VIEW = "registers.view"


class Verb(StrEnum):
    """What the record of deeds says about registers."""

    ADDED = "registers.record.added"
    CHANGED = "registers.record.changed"
    ENDED = "registers.record.ended"
    OPENED = "registers.value.opened"
    IMPORTED = "registers.record.imported"
    ERASED = "registers.record.erased"
    LIST_SENT = "registers.list.sent"
    LIST_BEGUN = "registers.list.begun"
    LIST_STOPPED = "registers.list.stopped"


class Event(StrEnum):
    """What registers announce."""

    ADDED = "registers.record_added"
    CHANGED = "registers.record_changed"
    ENDED = "registers.record_ended"


class About(StrEnum):
    """What the records of a register are about."""

    PERSON = "person"
    HOUSEHOLD = "household"
    PLACE = "place"
    UNIT = "unit"
    THING = "thing"


class State(TextChoices):
    """Whether a record stands; one whose time is over stands until somebody ends it."""

    STANDING = "standing", _("standing")
    ENDED = "ended", _("ended")


class Source(TextChoices):
    """How a value came into a record."""

    HAND = "hand", pgettext_lazy("register", "by hand")
    IMPORT = "import", _("from a file")
    PACK = "pack", _("from the plan pack")
    PROCEDURE = "procedure", _("by a procedure")


class ImportState(TextChoices):
    """How far a list is on its way into a register."""

    OPENED = "opened", _("heads to be looked at")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, nothing written yet")
    WRITING = "writing", _("being taken in")
    DONE = "done", _("taken in")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("could not be read")


RUNNING = (ImportState.CHECKING, ImportState.WRITING)
"""States in which a worker is at it, or will be."""

IMPORT_JOB = "registers.import"
"""The job that checks or takes in a list."""


PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.VIEW: {"zh": "查看台账", "en": "See registers"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.ADDED: {"zh": "登记了一条台账", "en": "added a record to a register"},
    Verb.CHANGED: {"zh": "修改了一条台账", "en": "changed a record of a register"},
    Verb.ENDED: {"zh": "终止了一条台账", "en": "ended a record of a register"},
    Verb.OPENED: {"zh": "查看了台账里的个人信息", "en": "opened a personal value of a record"},
    Verb.LIST_SENT: {
        "zh": "上传了一份要导入的表格",
        "en": "sent a list to be taken into a register",
    },
    Verb.LIST_BEGUN: {"zh": "开始校验或导入表格", "en": "let a list be checked or taken in"},
    Verb.LIST_STOPPED: {"zh": "停止了表格导入", "en": "stopped taking in a list"},
    Verb.IMPORTED: {"zh": "从文件导入了台账", "en": "took records from a file into a register"},
}

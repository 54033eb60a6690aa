# SPDX-License-Identifier: MulanPSL-2.0
"""The words of files and exports."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over exports."""

    ASK = "files.ask_export"
    APPROVE = "files.approve_export"


class Verb(StrEnum):
    """What the record says about files and exports."""

    FILE_STORED = "files.file.stored"
    FILE_COVERED = "files.file.covered"
    FILE_DROPPED = "files.file.dropped"
    EXPORT_ASKED = "files.export.asked"
    EXPORT_APPROVED = "files.export.approved"
    EXPORT_DECLINED = "files.export.declined"
    EXPORT_MADE = "files.export.made"
    EXPORT_FAILED = "files.export.failed"
    EXPORT_FETCHED = "files.export.fetched"
    EXPORT_GONE = "files.export.gone"


class Variant(StrEnum):
    """How large a picture is asked for."""

    FULL = "full"
    THUMBNAIL = "thumbnail"


class ExportState(TextChoices):
    """How far an export has come."""

    WAITING = "waiting", _("waits for a yes")
    MAKING = "making", _("is being made")
    READY = "ready", _("ready")
    DECLINED = "declined", _("declined")
    FAILED = "failed", _("could not be made")
    GONE = "gone", _("gone")


class Personal(TextChoices):
    """What becomes of columns that show something of a person."""

    LEFT_OUT = "left_out", _("Without people")
    MASKED = "masked", _("People, with numbers masked")
    OPENED = "opened", _("People, with numbers in plain")


class Format(TextChoices):
    """What sort of file an export is; the values are the endings of its name."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


MOST_ROWS = 100_000
MOST_ALONE = 1000
"""So many rows an export may have, and so many without people that nobody else has to look at."""

MOST_AT_ONCE = 5
"""So many of one person's exports may wait or be made."""

PURPOSE_SHORTEST, PURPOSE_LONGEST = 4, 200
QUERY_LONGEST = 1000

LASTS = dt.timedelta(days=7)
WAITS = dt.timedelta(days=14)
PATIENCE = dt.timedelta(days=1)
"""How long the file of an export can be fetched, how long one waits for its yes, and how long one
may take to be made.
"""

PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.ASK: {"zh": "申请导出", "en": "Ask for exports"},
    Perm.APPROVE: {"zh": "审批别人的导出", "en": "Approve exports of others"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.FILE_STORED: {"zh": "添加了照片或文件", "en": "added a photo or paper"},
    Verb.FILE_COVERED: {"zh": "遮盖了照片", "en": "covered parts of a photo"},
    Verb.FILE_DROPPED: {"zh": "删去了照片或文件", "en": "dropped a photo or paper"},
    Verb.EXPORT_ASKED: {"zh": "申请了导出", "en": "asked for an export"},
    Verb.EXPORT_APPROVED: {"zh": "同意了导出", "en": "approved an export"},
    Verb.EXPORT_DECLINED: {"zh": "不同意导出", "en": "declined an export"},
    Verb.EXPORT_MADE: {"zh": "做好了导出文件", "en": "made the file of an export"},
    Verb.EXPORT_FAILED: {"zh": "没能做出导出文件", "en": "could not make an export"},
    Verb.EXPORT_FETCHED: {"zh": "取走了导出文件", "en": "fetched the file of an export"},
    Verb.EXPORT_GONE: {"zh": "删除了导出文件", "en": "removed the file of an export"},
}

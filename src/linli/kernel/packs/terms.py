# SPDX-License-Identifier: MulanPSL-2.0
"""The words of plan packs."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over packs."""

    VIEW = "packs.view"
    LOAD = "packs.load"
    EDIT = "packs.edit"
    APPROVE = "packs.approve"


class Verb(StrEnum):
    """What the record says about packs."""

    PACK_LOADED = "packs.pack.loaded"
    DRAFT_OPENED = "packs.draft.opened"
    DRAFT_EDITED = "packs.draft.edited"
    DRAFT_DATED = "packs.draft.dated"
    DRAFT_FOLLOWED = "packs.draft.followed"
    DRAFT_TRIED = "packs.draft.tried"
    DRAFT_PROPOSED = "packs.draft.proposed"
    DRAFT_TAKEN_BACK = "packs.draft.taken_back"
    DRAFT_APPROVED = "packs.draft.approved"
    DRAFT_SENT_BACK = "packs.draft.sent_back"
    DRAFT_DROPPED = "packs.draft.dropped"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.PACK_LOADED: {"zh": "装载了计划包", "en": "loaded a plan pack"},
    Verb.DRAFT_OPENED: {"zh": "开了计划包草稿", "en": "opened a draft of a plan pack"},
    Verb.DRAFT_EDITED: {"zh": "改了计划包草稿", "en": "changed a draft of a plan pack"},
    Verb.DRAFT_DATED: {"zh": "定了草稿的生效日", "en": "set the first day of a draft"},
    Verb.DRAFT_FOLLOWED: {"zh": "把草稿并到新版本上", "en": "joined a draft to a newer version"},
    Verb.DRAFT_TRIED: {"zh": "试了草稿里的示例", "en": "tried the stories of a draft"},
    Verb.DRAFT_PROPOSED: {"zh": "提交了计划包草稿", "en": "proposed a draft of a plan pack"},
    Verb.DRAFT_TAKEN_BACK: {"zh": "收回了计划包草稿", "en": "took a proposed draft back"},
    Verb.DRAFT_APPROVED: {"zh": "同意了计划包草稿", "en": "approved a draft of a plan pack"},
    Verb.DRAFT_SENT_BACK: {"zh": "退回了计划包草稿", "en": "sent a draft of a plan pack back"},
    Verb.DRAFT_DROPPED: {"zh": "作废了计划包草稿", "en": "dropped a draft of a plan pack"},
}


class Event(StrEnum):
    """What packs announce."""

    PACK_LOADED = "packs.pack_loaded"
    DRAFT_MOVED = "packs.draft_moved"
    DRAFT_TRIED = "packs.draft_tried"


class DraftState(models.TextChoices):
    """How far a draft has come."""

    OPEN = "open", _("being written")
    PROPOSED = "proposed", _("waits for approval")
    APPROVED = "approved", _("approved")
    SENT_BACK = "sent_back", _("sent back")
    IN_FORCE = "in_force", _("in force")
    DROPPED = "dropped", _("dropped")


EDITABLE = (DraftState.OPEN, DraftState.SENT_BACK)
"""States in which a draft may be changed."""

LIVING = (*EDITABLE, DraftState.PROPOSED, DraftState.APPROVED)
"""States of drafts that may still come into force."""


ORDER = (
    "source",
    "level",
    "place",
    "unit",
    "role",
    "calendar",
    "day",
    "choices",
    "class",
    "form",
    "text",
    "duty",
    "service",
    "register",
    "ballot",
    "workflow",
    "measure",
    "indicator",
    "story",
)
"""Kinds in the order in which they are kept: what is pointed at comes first."""

TABLES = {
    "places.csv": "place",
    "units.csv": "unit",
    "days.csv": "day",
    "classes.csv": "class",
    "duties.csv": "duty",
    "services.csv": "service",
}
"""The tables with fixed names (definitions.md 2.1)."""

KEYS = dict.fromkeys(TABLES.values(), "id") | {"day": "date", "place": "code"}
"""The column that holds the key of a row, wherever it stands."""

CHANGE = "change"
REMOVE = "remove"
"""What a table row says in the column `change` to take a row of the base away (2.6)."""

CALENDAR_KINDS = ("calendar", "day")
"""Kinds after whose change running time limits are counted anew."""

ALWAYS_SOURCES = ("practice", "house")
"""Sources that need no declaration: usual practice, and technical choices of the house."""

KERNEL_REGISTERS = ("resident", "household", "organization")
"""Facts held by the kernel's own models, written as registers (definitions.md 7)."""

BASE = "base"

TRY = "packs.draft_try"
"""The job that tries the stories of a draft."""

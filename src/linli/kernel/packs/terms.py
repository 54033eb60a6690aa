# SPDX-License-Identifier: MulanPSL-2.0
"""The words of plan packs."""

from enum import StrEnum


class Perm(StrEnum):
    """Permissions over packs."""

    VIEW = "packs.view"
    LOAD = "packs.load"


class Verb(StrEnum):
    """What the record says about packs."""

    PACK_LOADED = "packs.pack.loaded"


class Event(StrEnum):
    """What packs announce."""

    PACK_LOADED = "packs.pack_loaded"


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
    "ballot",
    "workflow",
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

CALENDAR_KINDS = ("calendar", "day")
"""Kinds after whose change running time limits are counted anew."""

ALWAYS_SOURCES = ("practice", "house")
"""Sources that need no declaration: usual practice, and technical choices of the house."""

KERNEL_REGISTERS = ("resident", "household", "organization")
"""Facts held by the kernel's own models, written as registers (definitions.md 7)."""

BASE = "base"

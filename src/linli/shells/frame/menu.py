# SPDX-License-Identifier: MulanPSL-2.0
"""What modules plug into a face: entries of its navigation and cards on its first page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from linli.base.actor import Actor
from linli.base.errors import Message


class Group(StrEnum):
    """Headings of the console's navigation, in order."""

    TOP = ""
    DAILY = "daily"
    REGISTERS = "registers"
    YEARLY = "yearly"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of a face's navigation.

    `waiting` gives the rows that wait there for this actor, to be counted: the desk says how many,
    unless that `is_told` by a card of its own. With `is_for` it stands only for whom it says.
    """

    label: Message
    icon: str
    group: Group = Group.DAILY
    order: int = 100
    waiting: Callable[[Actor], QuerySet[Any]] | None = None
    is_for: Callable[[Actor], bool] | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A navigation entry made ready for one reader."""

    label: Message
    icon: str
    address: str
    group: Group
    count: int
    is_told: bool
    is_current: bool


Contents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of a face's first page.

    `fill` gives the template's values for a request, or None when there is nothing to show.
    """

    slot: str
    template: str
    fill: Callable[[Any], Contents | None]
    order: int
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A card with its values; `values["order"]` never clashes with the page's own names."""

    template: str
    values: Contents = field(default_factory=dict)

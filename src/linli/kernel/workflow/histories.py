# SPDX-License-Identifier: MulanPSL-2.0
"""What hangs on one matter (clocks, orders, history), read once for a page that says it all."""

from typing import Any, TypeVar

from django.db.models import F, QuerySet

from linli.base.kept import related_keep, rows_kept
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move
from linli.kernel.workflow.terms import NEW_VERSION, Sort

_Row = TypeVar("_Row", Clock, HandOver, Move)


def matter_read(matter: Matter) -> Matter:
    """Read at once what a page says of a matter, three queries; a service reads it anew.

    Each line of the history brings the name of whoever did it (`names_read`).
    """
    for name, rows_of in (("clocks", _clocks_of), ("orders", _orders_of), ("moves", _moves_of)):
        related_keep(matter, name, rows_of(matter.pk))
    return matter


@rows_kept
def _clocks_of(matter_id: int) -> QuerySet[Clock]:
    return Clock.objects.filter(matter_id=matter_id).order_by("pk")


@rows_kept
def _orders_of(matter_id: int) -> QuerySet[HandOver]:
    orders = HandOver.objects.select_related("unit__place", "sender_unit")
    return orders.defer("unit__place__boundary").filter(matter_id=matter_id).order_by("pk")


@rows_kept
def _newest_of(matter_id: int) -> QuerySet[HandOver]:
    orders = HandOver.objects.select_related("unit__place").defer("unit__place__boundary")
    return orders.filter(matter_id=matter_id).order_by("-pk")[:1]


@rows_kept
def _moves_of(matter_id: int) -> QuerySet[Move]:
    named = {"login": F("account__username"), "person": F("account__person__name")}
    moves = Move.objects.select_related("unit").annotate(**named)
    return moves.filter(matter_id=matter_id).order_by("pk")


def clocks_all(matter: Matter) -> list[Clock]:
    """All its clocks, those of earlier visits included, as they began."""
    kept = _kept(matter, "clocks")
    return _hung_on(matter, _clocks_of(matter.pk)) if kept is None else kept


def order_newest(matter: Matter) -> HandOver | None:
    """Its newest order, with the unit."""
    kept = _kept(matter, "orders")
    if kept is not None:
        return kept[-1] if kept else None
    return next(iter(_hung_on(matter, _newest_of(matter.pk))), None)


def orders_of(matter: Matter) -> list[HandOver]:
    """All its orders, newest first, with their units."""
    kept = _kept(matter, "orders")
    if kept is not None:
        return kept[::-1]
    return _hung_on(matter, _orders_of(matter.pk))[::-1]


def moves_all(matter: Matter) -> list[Move]:
    """All its history, oldest first, with the units."""
    kept = _kept(matter, "moves")
    return _hung_on(matter, _moves_of(matter.pk)) if kept is None else kept


def is_new_version(line: Move) -> bool:
    """Whether with this line the matter went over to a newer version of its procedure."""
    return line.sort == Sort.CORRECTED and line.move == NEW_VERSION


def called_since(line: Move, step: str) -> str:
    """What a step of before is called since such a line."""
    return str(line.values.get("steps", {}).get(step, step))


def steps_left(matter: Matter) -> list[str]:
    """The steps that a matter has left, oldest first, as its procedure calls them now."""
    left: list[str] = []
    for line in moves_all(matter):
        if is_new_version(line):
            left = [called_since(line, step) for step in left]
        else:
            left.append(line.from_step)
    return left


def names_read(matter: Matter) -> dict[int, str] | None:
    """What people call the accounts of its history, where that was read at once and is kept."""
    kept = _kept(matter, "moves")
    if kept is None:
        return None
    return {row.account_id: row.person or row.login for row in kept if row.account_id is not None}


def has_told(matter: Matter, *sorts: Sort) -> bool:
    """Whether its history has a line of one of these sorts; True where it was not read at once."""
    kept = _kept(matter, "moves")
    return kept is None or any(row.sort in sorts for row in kept)


def has_called(matter: Matter, spec: WorkflowSpec) -> bool:
    """Whether it may ever have waited for matters of its own; True where its history was not read
    at once, or tells of another version.
    """
    kept = _kept(matter, "moves")
    if kept is None or any(is_new_version(row) for row in kept):
        return True
    steps = {step for row in kept for step in (row.from_step, row.to_step)} & spec.steps.keys()
    return any((spec.steps[step].waits_for or "").startswith("workflow:") for step in steps)


def _hung_on(matter: Matter, rows: list[_Row]) -> list[_Row]:
    for row in rows:
        row.matter = matter
    return rows


def _kept(matter: Matter, name: str) -> list[Any] | None:
    rows = matter.__dict__.get("_prefetched_objects_cache", {}).get(name)
    return None if rows is None else list(rows)

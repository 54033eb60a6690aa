# SPDX-License-Identifier: MulanPSL-2.0
"""What a deed was done to, by name and with the way to its page, for those who may see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse

from linli.base.actor import Actor
from linli.kernel.access import selectors as access
from linli.kernel.access.models import Definition
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import selectors as places
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Matter
from linli.shells.go import registry as go
from linli.shells.procedures.reading import labels


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing by its name, with the address of its page.

    `hides` are accounts who acted in it as residents: the record does not name them to staff.
    """

    name: str
    href: str
    hides: frozenset[int] = frozenset()


Found = dict[str, Subject]
Finder = Callable[[Actor, list[str]], Found]
_finders: dict[str, Finder] = {}


def subject(kind: str) -> Callable[[Finder], Finder]:
    """Register who finds the subjects of a kind by their keys, as far as the reader may see them.

    @subject("appeal")
    def appeals(actor: Actor, keys: list[str]) -> dict[str, Subject]: ...
    """

    def register(find: Finder) -> Finder:
        _finders[kind] = find
        return find

    return register


def subjects_of(actor: Actor, rows: Iterable[AuditRecord]) -> dict[tuple[str, str], Subject]:
    """The subjects of some records that the reader may open, by kind and key; few queries a
    kind.
    """
    asked: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.subject_kind in _finders:
            asked[row.subject_kind].add(row.subject_key)
    return {
        (kind, key): found
        for kind, keys in asked.items()
        for key, found in _finders[kind](actor, sorted(keys)).items()
    }


def numbers(keys: Iterable[str]) -> list[int]:
    """The keys that are numbers of rows."""
    return [int(key) for key in keys if key.isdecimal()]


@subject("places.place")
def _places(actor: Actor, keys: list[str]) -> Found:
    rows = places.places_visible(actor=actor).filter(pk__in=numbers(keys))
    return {
        str(row.pk): Subject(places.name_of(row), reverse("console:place_page", args=[row.code]))
        for row in rows
    }


@subject("units.unit")
def _units(actor: Actor, keys: list[str]) -> Found:
    rows = units.units_visible(actor=actor).filter(pk__in=numbers(keys))
    return {str(row.pk): _unit(row) for row in rows}


@subject("units.membership")
def _memberships(actor: Actor, keys: list[str]) -> Found:
    found: Any = units.units_visible(actor=actor).filter(memberships__in=numbers(keys))
    return {str(row.of): _unit(row) for row in found.annotate(of=F("memberships__pk"))}


def _unit(row: Unit) -> Subject:
    return Subject(row.name, reverse("console:unit_page", args=[row.pk]))


@subject("workflow.matter")
def _matters(actor: Actor, keys: list[str]) -> Found:
    rows = workflow.matters_open_to(actor).filter(pk__in=numbers(keys))
    return {str(row.pk): _matter(actor, row) for row in rows}


@subject("workflow.handover")
def _orders(actor: Actor, keys: list[str]) -> Found:
    found: Any = workflow.matters_open_to(actor).filter(orders__in=numbers(keys))
    return {str(row.of): _matter(actor, row) for row in found.annotate(of=F("orders__pk"))}


def _matter(actor: Actor, row: Matter) -> Subject:
    """A matter; with its page only for those who may open such pages."""
    is_shown = go.is_open("matter", actor, row.workflow)
    address = reverse("go:matter", args=[row.number]) if is_shown else ""
    return Subject(row.title or row.number, address, frozenset({row.applicant_account_id or 0}))


@subject("access.grant")
def _grants(actor: Actor, keys: list[str]) -> Found:
    rows = list(access.grants_visible(actor=actor).filter(pk__in=numbers(keys)))
    named = labels(Definition, "role", ((row.role, row.place.path) for row in rows))
    return {
        str(row.pk): Subject(
            f"{named[row.role, row.place.path]} · {places.name_of(row.place)}",
            f"{reverse('console:role_page', args=[row.role])}?at={row.place.code}",
        )
        for row in rows
    }

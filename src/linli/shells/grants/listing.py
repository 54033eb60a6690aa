# SPDX-License-Identifier: MulanPSL-2.0
"""Grants and roles in words: who holds what where, what a role permits and who says so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.base import clock
from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.access.models import Definition, Grant
from linli.kernel.access.terms import GrantSource, Perm
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.workflow.selectors import names_of
from linli.shells.procedures.reading import clauses_said, labels

ROLE = "role"


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant in a list; `may_end` and `may_decide` say whether this reader may take it back or
    decide on it.
    """

    grant: Grant
    name: str
    role: str
    source: str
    is_now: bool
    is_to_come: bool
    may_end: bool
    may_decide: bool


def grant_lines(actor: Actor, rows: Sequence[Grant]) -> list[GrantLine]:
    """The lines of a list; three queries however many grants."""
    today = clock.today()
    names = names_of(row.account_id for row in rows)
    roles = labels(Definition, ROLE, ((row.role, row.place.path) for row in rows))
    lines = []
    for row in rows:
        has_ended = row.ends_on is not None and row.ends_on < today
        is_by_hand = row.source != GrantSource.RECORD
        may_grant = bool(access.may(actor, Perm.GRANT, row.place))
        is_of_reader = actor.account_id in (row.asked_by_id, row.account_id)
        lines.append(
            GrantLine(
                row,
                names.get(row.account_id, ""),
                roles[row.role, row.place.path],
                str(GrantSource(row.source).label),
                is_now=row.starts_on <= today and not has_ended,
                is_to_come=row.starts_on > today,
                may_end=is_by_hand and not has_ended and may_grant,
                may_decide=row.is_waiting and may_grant and not is_of_reader,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in force at a place: what it is called and where it may be given."""

    key: str
    name: str
    help: str
    levels: tuple[str, ...]


def role_lines(rows: Iterable[Definition], levels: Mapping[str, str]) -> list[RoleLine]:
    """Roles for a list; `levels` are the names of the levels by key."""
    return [
        RoleLine(
            row.key,
            label(row.body["label"]),
            label(row.body.get("help", {})),
            tuple(levels.get(key, key) for key in level_keys(row)),
        )
        for row in rows
    ]


def level_keys(row: Definition) -> list[str]:
    """The levels at which a role may be given."""
    return [str(one).partition(":")[2] for one in row.body.get("at", ())]


@dataclass(frozen=True, slots=True)
class RolePage:
    """Everything that is to say about a role."""

    key: str
    name: str
    help: str
    permissions: tuple[tuple[str, tuple[str, ...]], ...]
    not_with: tuple[tuple[str, str], ...]
    clause: str
    pack: str
    version: str
    starts_on: Any


def role_page(row: Definition, place: Place) -> RolePage:
    """A role in words: its permissions by the part they open, what excludes it, who says so."""
    excluded = [str(one).partition(":")[2] for one in row.body.get("not_with", ())]
    named = labels(Definition, ROLE, ((key, place.path) for key in excluded))
    return RolePage(
        row.key,
        label(row.body["label"]),
        label(row.body.get("help", {})),
        permissions_said(row.body.get("gives", ())),
        tuple((key, named[key, place.path]) for key in excluded),
        clauses_said([row.clause], place.path).get(row.clause, ""),
        row.pack,
        row.version,
        row.starts_on,
    )


def permissions_said(gives: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Permissions in words, by the part of the house that they open."""
    parts = {
        str(permission): label(manifest.label)
        for manifest in registry.manifests()
        for permission in manifest.permissions
    }
    known = registry.permissions()
    found: dict[str, list[str]] = defaultdict(list)
    for permission in gives:
        words = known.get(permission)
        found[parts.get(permission, permission)].append(label(words) if words else permission)
    return tuple((part, tuple(said)) for part, said in found.items())

# SPDX-License-Identifier: MulanPSL-2.0
"""Definitions as pages list them: all of a kind in force at a place, and labels of many at once.

Definitions are read by place, never by person; who may ask about a place is checked before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.definitions import DefinitionRow, prefixes
from linli.base.text import label
from linli.kernel.packs.models import Definition as PackDefinition

OWN_SOURCES = ("practice", "house")
"""Sources that no pack declares (definitions.md 2.2)."""

Wanted = Iterable[tuple[str, str]]
"""Keys of definitions, each with the place path at which it is asked for."""


def in_force(table: type[DefinitionRow], kind: str, path: str) -> list[Any]:
    """The definitions of a kind in force at a place today, in pack order."""
    return table.objects.in_force(kind, path, clock.today())


def bodies(
    table: type[DefinitionRow], kind: str, wanted: Wanted
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The bodies of many definitions, each as it is in force at its own place; one query for
    all.
    """
    asked = set(wanted)
    if not asked:
        return {}
    paths = {prefix for _key, path in asked for prefix in prefixes(path)}
    rows = (
        table.objects.on(clock.today())
        .filter(kind=kind, key__in={key for key, _path in asked}, place_path__in=paths)
        .order_by(Length("place_path"), "starts_on", "pk")
    )
    by_key: dict[str, list[DefinitionRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    found = {}
    for key, path in asked:
        fitting = [row for row in by_key[key] if path.startswith(row.place_path)]
        if fitting and not fitting[-1].is_removed:
            found[key, path] = fitting[-1].body
    return found


def labels(table: type[DefinitionRow], kind: str, wanted: Wanted) -> dict[tuple[str, str], str]:
    """What the packs call many definitions, in the reader's language; the key where none says."""
    asked = set(wanted)
    known = bodies(table, kind, asked)
    return {
        (key, path): label(known.get((key, path), {}).get("label", {})) or key
        for key, path in asked
    }


def clauses_said(clauses: Iterable[str], path: str) -> dict[str, str]:
    """Clauses as people read them: `leshan 三(二)3` with the name of the document; one query."""
    parted = {clause: clause.partition(" ") for clause in set(clauses) if clause}
    sources = {source for source, _gap, _rest in parted.values()} - set(OWN_SOURCES)
    named = labels(PackDefinition, "source", ((source, path) for source in sources))
    own = {"practice": _("usual practice"), "house": _("rule of the platform")}
    return {
        clause: f"{own.get(source) or named[source, path]} {rest}".strip()
        for clause, (source, _gap, rest) in parted.items()
    }

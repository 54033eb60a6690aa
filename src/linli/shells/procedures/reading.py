# SPDX-License-Identifier: MulanPSL-2.0
"""Definitions as pages list them: all of a kind in force at a place, and labels of many at once.

Definitions are read by place, never by person; who may ask about a place is checked before.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.definitions import DefinitionRow, definition_bodies, definitions_in_force
from linli.base.text import label
from linli.kernel.packs.models import Definition as PackDefinition

OWN_SOURCES = ("practice", "house")
"""Sources that no pack declares (definitions.md 2.2)."""

Wanted = Iterable[tuple[str, str]]
"""Keys of definitions, each with the place path at which it is asked for."""


def in_force(table: type[DefinitionRow], kind: str, path: str) -> list[Any]:
    """The definitions of a kind in force at a place today, in pack order."""
    return definitions_in_force(table, kind, path, clock.today())


def bodies(
    table: type[DefinitionRow], kind: str, wanted: Wanted
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The bodies of many definitions, each as it is in force at its own place today."""
    return definition_bodies(table, kind, wanted, clock.today())


def labels(table: type[DefinitionRow], kind: str, wanted: Wanted) -> dict[tuple[str, str], str]:
    """What the packs call many definitions, in the reader's language; the key where none says."""
    asked = set(wanted)
    known = bodies(table, kind, asked)
    return {
        (key, path): label(known.get((key, path), {}).get("label", {})) or key
        for key, path in asked
    }


def clauses_said(clauses: Iterable[str], path: str) -> dict[str, str]:
    """Clauses as people read them: `leshan 三(二)3` with the name of the document, and what stands
    in it in its own language; one query.
    """
    parted = {clause: clause.partition(" ") for clause in set(clauses) if clause}
    sources = {source for source, _gap, _rest in parted.values()} - set(OWN_SOURCES)
    named = labels(PackDefinition, "source", ((source, path) for source in sources))
    own = {"practice": _("usual practice"), "house": _("rule of the platform")}
    found: dict[str, str] = {}
    for clause, (source, _gap, rest) in parted.items():
        name = own.get(source) or named[source, path]
        written = format_html(' <span lang="zh-Hans">{}</span>', rest) if rest else ""
        found[clause] = format_html("{}{}", name, written)
    return found

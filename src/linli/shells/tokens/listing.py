# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens and grants in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.base.text import label
from linli.kernel.access import tokens
from linli.kernel.access.models import Definition, Grant, Token
from linli.kernel.sockets import registry
from linli.shells.procedures.reading import labels

ROLE = "role"


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list: on which role it stands, what it may do, and whether it is good today."""

    token: Token
    role: str
    scopes: tuple[str, ...]
    is_good: bool


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A partner's grant on which a token may be issued."""

    grant: Grant
    role: str


def token_lines(rows: Sequence[Token]) -> list[TokenLine]:
    """Tokens for a list; one query for the names of all roles."""
    named = labels(Definition, ROLE, ((row.grant.role, row.grant.place.path) for row in rows))
    return [
        TokenLine(
            row,
            named[row.grant.role, row.grant.place.path],
            tuple(name for _scope, name in scopes_said(row.scopes)),
            tokens.is_good(row),
        )
        for row in rows
    ]


def grant_lines(rows: Sequence[Grant]) -> list[GrantLine]:
    """Grants to choose from; one query for the names of all roles."""
    named = labels(Definition, ROLE, ((row.role, row.place.path) for row in rows))
    return [GrantLine(row, named[row.role, row.place.path]) for row in rows]


def scopes_said(scopes: Iterable[str]) -> list[tuple[str, str]]:
    """Permissions with what they are called."""
    known = registry.permissions()
    return [(scope, label(known[scope]) if scope in known else scope) for scope in scopes]

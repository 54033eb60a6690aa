# SPDX-License-Identifier: MulanPSL-2.0
"""The kind that access owns: `[role.…]` (definitions.md 3.2)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from linli.base.conditions import Condition
from linli.kernel.access.models import Definition
from linli.kernel.access.terms import Administrator, Party
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps
from linli.kernel.sockets.spec import DefinitionSpec

LevelReference = Annotated[str, StringConstraints(pattern=r"^level:[a-z][a-z0-9_]*$")]
RoleReference = Annotated[str, StringConstraints(pattern=r"^role:[a-z][a-z0-9_]*$")]
Permission = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]


class RoleSpec(DefinitionSpec):
    """A role: at which levels it may be granted, what it permits, with which roles it never goes
    together, whether it makes its holder one of the three administrators, and whether giving it
    takes two.
    """

    at: tuple[LevelReference, ...] = Field(min_length=1)
    gives: tuple[Permission, ...] = ()
    not_with: tuple[RoleReference, ...] = ()
    administrator: Administrator | None = None
    sensitive: bool = False
    needs: Condition | None = None


def _role_check(context: PackContext, key: str, spec: RoleSpec) -> list[tuple[str, str]]:
    del context
    known = registry.permissions()
    found = [
        ("gives", f'"{permission}" is no permission that a part declares')
        for permission in spec.gives
        if permission not in known
    ]
    if key in {party.value for party in Party}:
        found.append(("label", f'"{key}" is a word of its own in "who" and cannot be a role'))
    if f"role:{key}" in spec.not_with:
        found.append(("not_with", f'"{key}" cannot exclude itself'))
    return found


ROLE = Grammar("role", RoleSpec, keeps(Definition, "role"), check=_role_check)

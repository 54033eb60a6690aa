# SPDX-License-Identifier: MulanPSL-2.0
"""Who acts: a value that `kernel.access` makes and every service and selector takes."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

EVERYWHERE = ""
"""The path prefix of every place."""


class ActorKind(StrEnum):
    """What sort of somebody acts."""

    ACCOUNT = "account"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Held:
    """One grant as the actor carries it: a role at a place's subtree, perhaps within one unit.

    `former` are the paths that its place had before it was moved: only the record still lies there.
    `place_names` is what the place is called, in Chinese and in English; `administrator` which of
    the three administrators the role makes of its holder, "" for none.
    """

    role: str
    path: str
    unit_id: int | None
    permissions: frozenset[str]
    former: tuple[str, ...] = ()
    place_names: tuple[str, str] = ("", "")
    administrator: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """How an account has shown who sits there: when last, and whether with more than a password."""

    at: dt.datetime | None = None
    has_second_factor: bool = False


UNPROVEN = Proof()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator session that runs for an account: what for, where, and until when."""

    id: int
    kind: str
    reason: str
    path: str
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, with everything needed to decide what they may do.

    `name_key_id` points to the audit key under which their name is kept; `on_behalf_of` names,
    without
    personal values, the person a neighbor or clerk acts for ("person:17").
    """

    kind: ActorKind
    account_id: int | None = None
    person_id: int | None = None
    label: str = ""
    name_key_id: str | None = None
    grants: tuple[Held, ...] = ()
    unit_ids: tuple[int, ...] = ()
    on_behalf_of: str = ""
    request_id: str = ""
    proof: Proof = UNPROVEN
    operation: Operation | None = None

    @property
    def is_system(self) -> bool:
        """Whether the platform itself acts (jobs, loaders), bound to no place."""
        return self.kind in (ActorKind.SYSTEM, ActorKind.PACK)

    def reach(self, permission: str) -> tuple[str, ...]:
        """Place-path prefixes below which the actor holds the permission; empty means nowhere.

        A grant within a unit reaches no place: its holder sees what is offered to the unit.
        """
        if self.is_system:
            return (EVERYWHERE,)
        held = (grant for grant in self.grants if grant.unit_id is None)
        paths = sorted({grant.path for grant in held if permission in grant.permissions})
        kept: list[str] = []
        for path in paths:
            if not any(path.startswith(above) for above in kept):
                kept.append(path)
        return tuple(kept)

    def reach_then(self, permission: str) -> tuple[str, ...]:
        """The same with the paths that those places had before: for what tells of the past."""
        former = {
            path
            for held in self.grants
            if held.unit_id is None and permission in held.permissions
            for path in held.former
        }
        return (*self.reach(permission), *sorted(former))

    def acting_for(self, subject: str) -> "Actor":
        """The same actor, acting on behalf of somebody ("person:17")."""
        return replace(self, on_behalf_of=subject)

    @property
    def reader(self) -> "Actor":
        """The same actor in any request: what may stand for them in what is kept."""
        return replace(self, request_id="", proof=UNPROVEN)

    @classmethod
    def pack(cls, pack_id: str, version: str) -> "Actor":
        """The loader of a plan pack, so that the record says which version wrote a row."""
        return cls(kind=ActorKind.PACK, label=f"pack:{pack_id}@{version}")


SYSTEM = Actor(kind=ActorKind.SYSTEM, label="system")
ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)

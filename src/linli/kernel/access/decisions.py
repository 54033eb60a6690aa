# SPDX-License-Identifier: MulanPSL-2.0
"""The two questions: may this actor use a permission here, and do they hold a role here?"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linli.base.actor import Actor, ActorKind, Held
from linli.base.errors import Forbidden, Message
from linli.base.text import label
from linli.kernel.access import selectors
from linli.kernel.access.terms import Party, Where
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no; a no carries a reason that a resident could read, a yes the grant it rests on."""

    allowed: bool
    reason: Message = ""
    grant: Held | None = None

    def __bool__(self) -> bool:
        return self.allowed


def may(actor: Actor, permission: str, at: Place | str) -> Decision:
    """Whether the actor holds a permission at a place (or place path; "" is everywhere).

    A grant within a unit permits nothing at a place, as it reaches none.
    """
    path = at if isinstance(at, str) else at.path
    if actor.is_system:
        return Decision(allowed=True)
    if actor.kind is ActorKind.ANONYMOUS:
        return Decision(allowed=False, reason=_("Please sign in first."))
    holding = [held for held in actor.grants if permission in held.permissions]
    for held in holding:
        if held.unit_id is None and path.startswith(held.path):
            return Decision(allowed=True, grant=held)
    if holding:
        return Decision(allowed=False, reason=_("You may do this, but not at this place."))
    words = registry.permissions().get(str(permission))
    reason = _("No role of yours includes this: %(permission)s.") % {
        "permission": label(words) if words else permission
    }
    return Decision(allowed=False, reason=reason)


def require(actor: Actor, permission: str, at: Place | str) -> Decision:
    """As `may`; raises Forbidden with the reason if the answer is no."""
    decision = may(actor, permission, at)
    if not decision:
        raise Forbidden(decision.reason, code="forbidden")
    return decision


def may_anywhere(actor: Actor, permission: str) -> bool:
    """Whether the actor holds a permission at any place or within any unit: for menus and buttons,
    never for rows.
    """
    return actor.is_system or any(permission in held.permissions for held in actor.grants)


def is_administrator(actor: Actor) -> bool:
    """Whether the actor is one of the three administrators anywhere."""
    return any(held.administrator for held in actor.grants)


def holds(
    actor: Actor,
    role: str,
    at: Place,
    where: str | None = None,
    unit_ids: Collection[int] | None = None,
) -> bool:
    """Whether the actor is who a procedure means by `role` (definitions.md 2.4).

    Without `where` at the place or above; else `own`, `above`, `any`, or a level's key for the
    place of that level above. With `unit_ids` they hold it in one of these units: through a grant
    within the unit, or through a grant here and membership of the unit. The words resident, anyone
    and system are known.
    """
    party = _PARTIES.get(role)
    if party is not None:
        return party(actor)
    holding = [held for held in actor.grants if held.role == role]
    if unit_ids is not None:
        wanted = set(unit_ids)
        if any(held.unit_id in wanted for held in holding):
            return True
        is_member = not wanted.isdisjoint(actor.unit_ids)
        holding = [held for held in holding if held.unit_id is None and is_member]
    return any(_fits(held.path, at, where) for held in holding)


_PARTIES: Mapping[str, Callable[[Actor], bool]] = {
    Party.ANYONE: lambda actor: True,
    Party.SYSTEM: lambda actor: actor.is_system,
    Party.RESIDENT: lambda actor: actor.kind is ActorKind.ACCOUNT,
}


def _fits(path: str, at: Place, where: str | None) -> bool:
    if where is None:
        return at.path.startswith(path)
    if where == Where.OWN:
        return path == at.path
    if where == Where.ABOVE:
        return at.path.startswith(path) and path != at.path
    if where == Where.ANY:
        return path.startswith(selectors.pack_top(at.path))
    above = places.ancestor(at, where)
    return above is not None and path == above.path

# SPDX-License-Identifier: MulanPSL-2.0
"""Matters of procedures that no module shows itself, as far as somebody may see them."""

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.kernel.sockets import registry
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.queries import MatterQuerySet
from linli.kernel.workflow.selectors.beginning import procedures_exist
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.middleware import actor_of

LONGEST_NUMBER = 32


def matters_shown(actor: Actor) -> MatterQuerySet:
    """What the actor may see, without what a module has pages of its own for."""
    found = workflow.matters_open_to(actor, Perm.VIEW_MATTER)
    return found.other_than(registry.workflows_shown())


def matters_running(actor: Actor) -> MatterQuerySet:
    """The same among those that run, for lists."""
    found = workflow.matters_seen(actor, Perm.VIEW_MATTER).running()
    return found.other_than(registry.workflows_shown())


def matter_of(request: HttpRequest, number: str) -> Matter:
    """The matter of an address. Raises Forbidden, the same for one that is not there."""
    matter = matter_find(actor_of(request), number)
    if matter is None:
        raise Forbidden("", code="unknown")
    return matter


def matter_any(request: HttpRequest, number: str) -> Matter:
    """The same for a matter of any procedure, a module's own included."""
    rows = workflow.matters_open_to(actor_of(request), Perm.VIEW_MATTER)
    matter: Matter | None = rows.filter(number=number[:LONGEST_NUMBER]).first()
    if matter is None:
        raise Forbidden("", code="unknown")
    return matter


def matter_find(actor: Actor, number: str) -> Matter | None:
    """The matter of that number if these pages show it to the actor."""
    rows = matters_shown(actor).select_related(
        "place__parent", "parent", "called_unit", "sender_unit"
    )
    rows = rows.defer("place__boundary", "place__parent__boundary", "definition__body")
    found: Matter | None = rows.filter(number=number[:LONGEST_NUMBER]).first()
    return found


def matters_waiting(actor: Actor) -> MatterQuerySet:
    """The matters that wait for the actor."""
    return matters_shown(actor).mine(actor)


def may_have_any(actor: Actor) -> bool:
    """Whether there is a procedure without a module where the actor works."""
    paths = {held.path for held in actor.grants if Perm.VIEW_MATTER in held.permissions}
    return procedures_exist(paths, but=registry.workflows_shown())

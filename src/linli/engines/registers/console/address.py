# SPDX-License-Identifier: MulanPSL-2.0
"""What the address of a page names: a register at a place, a record of it."""

from dataclasses import dataclass

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.engines.registers import selectors
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import Register
from linli.engines.registers.terms import Perm
from linli.shells.frame.middleware import actor_of
from linli.shells.places.chosen import Chosen, place_chosen

LONGEST_KEY = 64


@dataclass(frozen=True)
class At:
    """A register as it is in force at the chosen place."""

    actor: Actor
    register: Register
    chosen: Chosen

    @property
    def may_add(self) -> bool:
        """Whether the reader may add a record at this place or at one of those that stand below
        it.
        """
        return selectors.may_write_below(self.actor, self.register.spec, self.chosen.place)


def register_at(request: HttpRequest, key: str) -> At:
    """The register of an address at the place that it names.

    Raises Forbidden (as if it were not there) where the reader sees nothing of it.
    """
    actor, chosen = actor_of(request), place_chosen(request, Perm.VIEW)
    if chosen is None:
        raise Forbidden("", code="unknown")
    register = selectors.register_find(key[:LONGEST_KEY], chosen.place.path)
    if register is None or not is_seen(actor, register, chosen):
        raise Forbidden("", code="unknown")
    return At(actor, register, chosen)


def is_seen(actor: Actor, register: Register, chosen: Chosen) -> bool:
    """Whether the reader sees or writes anything of a register here."""
    place = chosen.place
    return selectors.sees(actor, register, place) or selectors.may_write_below(
        actor, register.spec, place
    )


def record_of(request: HttpRequest, key: str, record_id: int) -> tuple[Register, Record]:
    """The record of an address. Raises Forbidden (as if it were not there) unless the reader sees
    it.
    """
    found = selectors.record_get(actor=actor_of(request), record_id=record_id)
    if found is None or found[1].register != key:
        raise Forbidden("", code="unknown")
    return found

# SPDX-License-Identifier: MulanPSL-2.0
"""Who-words (definitions.md 2.4): `dispatcher`, `leader at district`, `handler of lead`,
`applicant`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from linli.base.actor import Actor, ActorKind
from linli.base.definitions import prefixes
from linli.kernel.workflow.terms import Match

PARTIES = ("applicant", "subject", "holder", "resident", "anyone", "system")
SIDES = ("lead", "co_handler", "called", "sender", "offered")
NEAR = ("own", "above", "any")
"""Words that stand after "at" beside the levels of the pack."""


@dataclass(frozen=True, slots=True)
class Who:
    """One entry of a `who` list, taken apart."""

    role: str
    at: str = ""
    of: str = ""

    @property
    def is_party(self) -> bool:
        """Whether it names a party of the matter rather than a role."""
        return self.role in PARTIES


def who_read(text: str) -> Who:
    """Take an entry apart.

    Raises:
        ValueError: it is not ROLE, ROLE at PLACE, ROLE of SIDE or a party.
    """
    words = text.split()
    if len(words) == 1:
        return Who(words[0])
    if len(words) == 3 and words[0] not in PARTIES:
        if words[1] == "at":
            return Who(words[0], at=words[2])
        if words[1] == "of":
            return Who(words[0], of=words[2])
    raise ValueError(
        f'"{text}" names nobody; write a role, "ROLE at PLACE", "ROLE of SIDE" or a party'
    )


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is found: a role at a place or in a unit, an account, or everybody."""

    match: Match
    role: str = ""
    place_path: str = ""
    unit_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True)
class Scene:
    """What who-words are read against: a matter's place, units and parties.

    `levels` gives the path of the ancestor of each level when somebody asks for it, `top` that of
    the place the pack is bound to; `units` are the ids of the units on each side, `helpers` those
    of the sides that are read only when somebody asks; `applicant_key` is what an actor without
    account acts for.
    """

    path: str
    levels: Callable[[], Mapping[str, str]]
    top: Callable[[], str]
    units: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    helpers: Callable[[str], tuple[int, ...]] = lambda side: ()
    applicant_id: int | None = None
    applicant_key: str = ""
    holder_id: int | None = None
    subject: tuple[str, str] = ("", "")


def addresses(who: Iterable[str], scene: Scene) -> Iterator[Address]:
    """The addresses that a `who` list means here; an entry that means nobody here gives none."""
    for text in who:
        yield from _addresses(who_read(text), scene)


def _addresses(entry: Who, scene: Scene) -> Iterator[Address]:
    if entry.is_party:
        yield from _party(entry.role, scene)
    elif entry.of:
        for unit_id in scene.units.get(entry.of) or scene.helpers(entry.of):
            yield Address(Match.UNIT, role=entry.role, unit_id=unit_id, place_path=scene.path)
    elif entry.at in ("", "above"):
        match = Match.ABOVE if entry.at else Match.REACH
        yield Address(match, role=entry.role, place_path=scene.path)
    elif entry.at == "own":
        yield Address(Match.OWN, role=entry.role, place_path=scene.path)
    elif entry.at == "any":
        yield Address(Match.ANYWHERE, role=entry.role, place_path=scene.top())
    elif (path := scene.levels().get(entry.at)) is not None:
        yield Address(Match.OWN, role=entry.role, place_path=path)


def _party(party: str, scene: Scene) -> Iterator[Address]:
    if party == "anyone":
        yield Address(Match.ANYONE)
    elif party == "resident":
        yield Address(Match.RESIDENT)
    elif party == "applicant" and scene.applicant_id is not None:
        yield Address(Match.ACCOUNT, account_id=scene.applicant_id)
    elif party == "holder" and scene.holder_id is not None:
        yield Address(Match.ACCOUNT, account_id=scene.holder_id)


def passes(actor: Actor, who: Collection[str], scene: Scene) -> bool:
    """Whether an actor is one of those meant; `system` means only the platform itself."""
    if actor.is_system:
        return "system" in who
    if "applicant" in who and acts_as_applicant(actor, scene):
        return True
    if "subject" in who and is_subject(actor, scene):
        return True
    return any(is_at(actor, address) for address in addresses(who, scene))


def acts_as_applicant(actor: Actor, scene: Scene) -> bool:
    """Whether the actor filed the matter, or a service has checked that they act for who did."""
    if actor.account_id is not None and actor.account_id == scene.applicant_id:
        return True
    return bool(scene.applicant_key) and actor.on_behalf_of == scene.applicant_key


def is_subject(actor: Actor, scene: Scene) -> bool:
    """Whether the matter is about the actor."""
    return actor.person_id is not None and scene.subject == ("person", str(actor.person_id))


def is_at(actor: Actor, address: Address) -> bool:
    """Whether the actor is found at an address.

    As `access.holds` answers, but a grant within a unit counts for that unit only: the head of a
    bureau is not the leader of the district.
    """
    match address.match:
        case Match.ANYONE:
            return True
        case Match.RESIDENT:
            return actor.kind is ActorKind.ACCOUNT
        case Match.ACCOUNT:
            return actor.account_id is not None and actor.account_id == address.account_id
        case Match.UNIT:
            return _is_in_unit(actor, address)
    return any(
        held.role == address.role and held.unit_id is None and _reaches(held.path, address)
        for held in actor.grants
    )


def _is_in_unit(actor: Actor, address: Address) -> bool:
    """A role in a unit is granted within it, or granted here to one of its members."""
    if not address.role:
        return address.unit_id in units_of(actor)
    is_member = address.unit_id in actor.unit_ids
    return any(
        held.role == address.role
        and (
            held.unit_id == address.unit_id
            or (held.unit_id is None and is_member and address.place_path.startswith(held.path))
        )
        for held in actor.grants
    )


def units_of(actor: Actor) -> frozenset[int]:
    """Units the actor belongs to or holds a role in."""
    return frozenset(actor.unit_ids) | {
        held.unit_id for held in actor.grants if held.unit_id is not None
    }


def _reaches(held_path: str, address: Address) -> bool:
    if address.match == Match.OWN:
        return held_path == address.place_path
    if address.match == Match.ANYWHERE:
        return held_path.startswith(address.place_path)
    covers = address.place_path.startswith(held_path)
    return covers and (address.match == Match.REACH or held_path != address.place_path)


def address_q(actor: Actor) -> Q:
    """The same question as `is_at`, for rows that hold an address (desks, to-dos)."""
    found = Q(pk__in=[])
    if actor.account_id is not None:
        found |= Q(match=Match.ACCOUNT, account_id=actor.account_id)
    found |= Q(match=Match.UNIT, role="", unit_id__in=sorted(units_of(actor)))
    for role, path, unit_id in sorted(
        {(held.role, held.path, held.unit_id or 0) for held in actor.grants}
    ):
        in_unit = Q(match=Match.UNIT, role=role)
        if unit_id:
            found |= in_unit & Q(unit_id=unit_id)
            continue
        if actor.unit_ids:
            found |= in_unit & Q(unit_id__in=actor.unit_ids, place_path__under=path)
        found |= Q(match=Match.REACH, role=role, place_path__under=path)
        found |= Q(match=Match.OWN, role=role, place_path=path)
        found |= Q(match=Match.ANYWHERE, role=role, place_path__in=prefixes(path))
        found |= Q(match=Match.ABOVE, role=role, place_path__under=path) & ~Q(place_path=path)
    return found

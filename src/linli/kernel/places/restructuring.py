# SPDX-License-Identifier: MulanPSL-2.0
"""Restructuring (建制调整): places renamed, moved, given another code, merged and split on a day;
nothing is lost.

What a place was called, where it lay and what it counted as stays known as a term; what came after
it as a succession. Rows that hang on a place stay with it; rows that copy its path follow it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import PATH_LENGTH, PathField, lock
from linli.base.text import clean_line
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places import lookup, rules, selectors
from linli.kernel.places.geometry import boundary_joined
from linli.kernel.places.models import Place, PlaceAlias, PlaceSuccession, PlaceTerm
from linli.kernel.places.services import ensure_fits, ensure_free, ensure_reach, place_add
from linli.kernel.places.terms import Event, Perm, Verb

KEEPS_OLD_PATHS = ("audit.auditrecord", "events.event", "places.placeterm")
"""Tables that tell where something happened then; definitions are bound to tops, which stay."""

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """One of the places that come out of a split: its code and name, and which of the places below
    it takes, by their codes.
    """

    code: str
    name: str
    takes: tuple[str, ...]
    kind: str = ""
    name_en: str = ""


@transaction.atomic
def place_rename(
    *, actor: Actor, place: Place, name: str, on: dt.date, name_en: str = "", reason: str = ""
) -> Place:
    """Give a place another name from a day on; until then it keeps the old one in reports.

    Raises Forbidden outside the actor's area, Invalid for no name, a day to come or one before the
    last change.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    _ensure_begun(on)
    row = lock(place)
    wanted = clean_line(name)
    if not wanted:
        message = _("A place needs a name.")
        raise Invalid(message, code="place_name", fields={"name": message})
    if wanted == row.name:
        return row
    term_keep(row, on)
    detail = {"on": on.isoformat()}
    row.name, row.name_en, row.updated_at = wanted, clean_line(name_en), clock.now()
    row.save(update_fields=["name", "name_en", "updated_at"])
    audit.record(actor, Verb.PLACE_RENAMED, on=row, at=row, detail=detail, reason=reason)
    events.announce(Event.PLACE_CHANGED, place_path=row.path, place_id=row.pk)
    return row


@transaction.atomic
def place_move(
    *, actor: Actor, place: Place, parent: Place, on: dt.date, reason: str = ""
) -> Place:
    """Hang a place with all below it under another one from a day on.

    Raises Forbidden unless both lie in the actor's area, Invalid if the level does not allow it,
    the new place above lies below or in another city, Conflict for a top place, to which
    definitions are bound, or a new place above that has ended.
    """
    for path in (place.path, parent.path):
        ensure_reach(actor, Perm.EDIT, path)
    _ensure_begun(on)
    row = lock(place)
    _ensure_no_top(row)
    _ensure_same_city(row, parent)
    _ensure_after(Place.objects.filter(pk=row.pk), on)
    if parent.path.startswith(row.path):
        message = _("A place cannot come to lie below itself.")
        raise Invalid(message, code="place_below_itself", fields={"parent": message})
    if not parent.exists_on(on):
        message = _("The place above does not exist on that day.")
        raise Conflict(message, code="place_ended")
    if parent.pk == row.parent_id:
        return row
    moved = _move(row, parent, on)
    detail = {"from": moved.before, "to": row.path, "on": on.isoformat(), "count": moved.count}
    audit.record(actor, Verb.PLACE_MOVED, on=row, at=row, detail=detail, reason=reason)
    events.announce(Event.PLACE_MOVED, place_path=row.path, place_id=row.pk)
    return row


@transaction.atomic
def place_recode(*, actor: Actor, place: Place, code: str, on: dt.date, reason: str = "") -> Place:
    """Give a place another code from a day on; it is still found by the one it had.

    What lies below keeps its own codes; its paths follow. Raises Forbidden, Invalid for a code that
    the level does not allow, Conflict for one that is taken or for a top place.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    _ensure_begun(on)
    row = lock(place)
    if code == row.code:
        return row
    _ensure_no_top(row)
    _ensure_after(Place.objects.filter(pk=row.pk), on)
    ensure_free(code, except_for=row)
    before, old, parent = row.path, row.code, row.parent
    row.code = code
    row.path = before.removesuffix(f"{old}/") + f"{code}/"
    ensure_fits(row, parent)
    after, row.path = row.path, before
    count = _follow_all(before, after, on)
    row.path, row.updated_at = after, clock.now()
    row.save(update_fields=["code", "path", "updated_at"])
    PlaceAlias.objects.filter(code=code, place=row).delete()
    PlaceAlias.objects.create(place=row, code=old, until=on - _DAY)
    detail = {"from": old, "to": code, "on": on.isoformat(), "count": count}
    audit.record(actor, Verb.PLACE_RECODED, on=row, at=row, detail=detail, reason=reason)
    events.announce(Event.PLACE_MOVED, place_path=row.path, place_id=row.pk)
    return row


@transaction.atomic
def places_merge(
    *, actor: Actor, places: Sequence[Place], into: Place, on: dt.date, reason: str = ""
) -> Place:
    """Let one place take in others of its level from a day on, with all that stands below them
    and with their ground, where the boundaries are known (`grounds_lacking`).

    The others end the day before and are known to be followed by it. Raises Forbidden, Invalid for
    a place into itself, its own child, another level or another city, Conflict for one that ended.
    """
    for each in (*places, into):
        ensure_reach(actor, Perm.EDIT, each.path)
    _ensure_begun(on)
    taker = lock(into)
    _ensure_may_take_in(places, taker)
    _ensure_after(Place.objects.filter(pk__in=[taker.pk, *(each.pk for each in places)]), on)
    ended = [lock(each) for each in sorted(places, key=lambda place: place.code)]
    for row in ended:
        if row.ends_on is not None:
            raise Conflict(_("This place has ended already."), code="place_ended")
        for child in selectors.children(row, on):
            _move(child, taker, on)
        _end(row, on, [taker])
    detail = {"codes": ",".join(row.code for row in ended), "on": on.isoformat()}
    detail["ground"] = _ground_join(taker, ended, on)
    audit.record(actor, Verb.PLACES_MERGED, on=taker, at=taker, detail=detail, reason=reason)
    events.announce(Event.PLACE_MOVED, place_path=taker.path, place_id=taker.pk)
    return taker


@transaction.atomic
def place_split(
    *, actor: Actor, place: Place, pieces: Sequence[Piece], on: dt.date, reason: str = ""
) -> list[Place]:
    """Divide a place into new ones of its level from a day on; each child goes to one of them.

    Raises Forbidden, Invalid for fewer than two pieces or a child that goes nowhere or to two,
    Conflict for a code that is taken or a place that ended.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    _ensure_begun(on)
    row = lock(place)
    if row.ends_on is not None or row.parent is None:
        raise Conflict(_("This place cannot be split."), code="place_not_split")
    _ensure_after(Place.objects.filter(pk=row.pk), on)
    below = {child.code: child for child in selectors.children(row, on)}
    _ensure_each_once(below, pieces)
    made = []
    for piece in pieces:
        fresh = place_add(
            actor=actor,
            code=piece.code,
            name=piece.name,
            name_en=piece.name_en,
            level=row.level,
            kind=piece.kind or row.kind,
            parent=row.parent,
            starts_on=on,
        )
        for code in piece.takes:
            _move(below[code], fresh, on)
        made.append(fresh)
    _end(row, on, made)
    detail = {"codes": ",".join(piece.code for piece in pieces), "on": on.isoformat()}
    audit.record(actor, Verb.PLACE_SPLIT, on=row, at=row, detail=detail, reason=reason)
    events.announce(Event.PLACE_MOVED, place_path=row.parent.path, place_id=row.pk)
    return made


def grounds_lacking(places: Iterable[Place]) -> list[Place]:
    """Of some places that are to be merged those whose boundary is not known: where it is the
    taker's, it stays so; where it is another's, its ground is not joined.
    """
    return [each for each in places if each.boundary is None]


def _ground_join(taker: Place, others: Sequence[Place], on: dt.date) -> str:
    """Give a place the ground of those that it takes in, as far as it is known, and keep its own
    of before; returns what was done.
    """
    lacking = grounds_lacking([taker, *others])
    known = [each.boundary for each in (taker, *others) if each.boundary is not None]
    if taker in lacking or len(known) == 1:
        return "not_known"
    _terms_keep(Place.objects.filter(pk=taker.pk), on)
    term = PlaceTerm.objects.filter(place=taker, until=on - _DAY, boundary__isnull=True)
    term.update(boundary=taker.boundary)
    joined = boundary_joined(known)
    taker.boundary, taker.lon, taker.lat = joined.geometry, joined.lon, joined.lat
    taker.updated_at = clock.now()
    taker.save(update_fields=["boundary", "lon", "lat", "updated_at"])
    lookup.forget()
    return "partly_joined" if lacking else "joined"


def _ensure_begun(on: dt.date) -> None:
    if on > clock.today():
        message = _("A restructuring is entered on its day or after.")
        raise Invalid(message, code="place_day_to_come", fields={"on": message})


def _ensure_no_top(row: Place) -> None:
    if row.parent_id is None:
        message = _("A top place does not move: packs are bound to it.")
        raise Conflict(message, code="place_is_top")


def _ensure_same_city(row: Place, other: Place) -> None:
    if row.codes[0] != other.codes[0]:
        message = _("A place stays within its city.")
        raise Invalid(message, code="place_other_city", fields={"parent": message, "into": message})


def _ensure_after(
    rows: models.QuerySet[Place], on: dt.date, *, with_first_day: bool = True
) -> None:
    """Changes are entered in their order: what was already told of a day stays true."""
    known = PlaceTerm.objects.filter(place__in=rows).aggregate(last=Max("until"))["last"]
    begun = rows.aggregate(last=Max("starts_on"))["last"] if with_first_day else None
    days = [day for day in (known + _DAY if known else None, begun) if day is not None]
    if days and on < max(days):
        said = {"day": max(days).isoformat()}
        words = str(_("There is a change of %(day)s already; this one cannot come before.")) % said
        raise Invalid(words, code="place_day_early", fields={"on": words})


def _ensure_may_take_in(places: Collection[Place], taker: Place) -> None:
    if not places or any(each.pk == taker.pk for each in places):
        message = _("Choose other places to take in.")
        raise Invalid(message, code="place_into_itself", fields={"into": message})
    if taker.ends_on is not None:
        raise Conflict(_("This place has ended already."), code="place_ended")
    for each in places:
        _ensure_same_city(each, taker)
        if taker.path.startswith(each.path):
            message = _("A place cannot be merged into one that lies below it.")
            raise Invalid(message, code="place_into_child", fields={"into": message})
        if each.level != taker.level:
            message = _("Only places of one level are merged.")
            raise Invalid(message, code="place_other_level", fields={"into": message})


def _ensure_each_once(below: Mapping[str, Place], pieces: Sequence[Piece]) -> None:
    if len(pieces) < 2:
        message = _("A split makes two places at least.")
        raise Invalid(message, code="place_one_piece", fields={"pieces": message})
    taken = [code for piece in pieces for code in piece.takes]
    lost = sorted(set(below) - set(taken))
    odd = sorted({code for code in taken if taken.count(code) > 1 or code not in below})
    if lost or odd:
        said = {"codes": ", ".join([*lost, *odd][:5])}
        words = str(_("Each place below goes to exactly one of the new ones: %(codes)s.")) % said
        raise Invalid(words, code="place_left_over", fields={"pieces": words})


@dataclass(frozen=True)
class _Moved:
    """What a move did: the path before, and how many places went along."""

    before: str
    count: int


def _move(row: Place, parent: Place, on: dt.date) -> _Moved:
    """Hang a place under another; its subtree and every copy of its path follow."""
    before, after = row.path, rules.path_of(parent.path, row.code)
    row.path = after
    ensure_fits(row, parent)
    row.path = before
    count = _follow_all(before, after, on)
    row.parent, row.path, row.updated_at = parent, after, clock.now()
    row.save(update_fields=["parent", "path", "updated_at"])
    return _Moved(before, count)


def _follow_all(before: str, after: str, on: dt.date) -> int:
    """Let a place, all below it and every copy of their paths follow; returns how many places."""
    below = Place.objects.filter(path__under=before)
    longest = max((len(path) for path in below.values_list("path", flat=True)), default=0)
    if longest + len(after) - len(before) > PATH_LENGTH:
        raise Invalid(_("This is no code of a place."), code="place_code")
    _terms_keep(below, on)
    count = _follow(Place, "path", before, after)
    for model, column in _copies():
        _follow(model, column, before, after)
    lookup.forget()
    return count


def _follow(model: type[models.Model], column: str, before: str, after: str) -> int:
    rows = model._base_manager.filter(**{f"{column}__under": before})
    rest = Substr(F(column), len(before) + 1)
    return rows.update(**{column: Concat(Value(after), rest)})


def _copies() -> Iterable[tuple[type[models.Model], str]]:
    """The columns that copy a place's path and follow it when it moves."""
    for model in apps.get_models():
        if model is Place or model._meta.label_lower in KEEPS_OLD_PATHS:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, PathField):
                yield model, field.name


def _terms_keep(rows: models.QuerySet[Place], on: dt.date) -> None:
    _ensure_after(rows, on, with_first_day=False)
    known = set(
        PlaceTerm.objects.filter(place__in=rows, until=on - _DAY).values_list("place_id", flat=True)
    )
    PlaceTerm.objects.bulk_create(
        PlaceTerm(place_id=pk, name=name, path=path, kind=kind, tags=tags, until=on - _DAY)
        for pk, name, path, kind, tags in rows.exclude(starts_on__gte=on).values_list(
            "pk", "name", "path", "kind", "tags"
        )
        if pk not in known
    )


def term_keep(row: Place, on: dt.date) -> None:
    """Keep what a place is until the day before a change. Raises Invalid for a day before its last
    change.
    """
    rows = Place.objects.filter(pk=row.pk)
    _ensure_after(rows, on)
    _terms_keep(rows, on)


def _end(row: Place, on: dt.date, successors: Sequence[Place]) -> None:
    """A place ends the day before; a single successor is found by its code too."""
    row.ends_on, row.updated_at = on - _DAY, clock.now()
    if row.starts_on is not None and row.ends_on < row.starts_on:
        row.ends_on = row.starts_on
    row.save(update_fields=["ends_on", "updated_at"])
    PlaceSuccession.objects.bulk_create(
        PlaceSuccession(place=row, successor=each, on=on) for each in successors
    )
    lookup.forget()
    events.announce(Event.PLACE_ENDED, place_path=row.path, place_id=row.pk)

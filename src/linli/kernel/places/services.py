# SPDX-License-Identifier: MulanPSL-2.0
"""Writing places: added, changed, ended, given a boundary. Importing files is in `imports`."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import PATH_LENGTH, lock
from linli.base.text import clean_line
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places import lookup, rules, selectors
from linli.kernel.places.geometry import BadBoundary, Boundary, boundary_read
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.terms import Crs, Event, Perm, Verb


def ensure_reach(actor: Actor, permission: str, path: str) -> None:
    """Refuse an actor without the permission at a place path; `access` lies above places."""
    if not any(path.startswith(prefix) for prefix in actor.reach(permission)):
        raise Forbidden(_("This lies outside the area you look after."), code="forbidden")


@transaction.atomic
def place_add(
    *,
    actor: Actor,
    code: str,
    name: str,
    level: str,
    parent: Place | None = None,
    name_en: str = "",
    kind: str = "",
    tags: Iterable[str] = (),
    fields: Mapping[str, Any] | None = None,
    compound: Place | None = None,
    boundary: Mapping[str, Any] | None = None,
    lon: float | None = None,
    lat: float | None = None,
    starts_on: dt.date | None = None,
) -> Place:
    """Put a new place into the tree.

    Without `starts_on` it has always been there. Raises Invalid if the level's definition does not
    allow the code, the kind, a tag or the parent; Conflict if the code is taken.
    """
    above = parent.path if parent is not None else ""
    ensure_reach(actor, Perm.EDIT, above or rules.path_of("", code))
    place = Place(code=code, level=level, kind=kind, parent=parent, compound=compound)
    place.name, place.name_en = clean_line(name), clean_line(name_en)
    place.tags, place.fields = list(tags), dict(fields or {})
    place.lon, place.lat = lon, lat
    place.path, place.starts_on = rules.path_of(above, code), starts_on
    place.updated_at = clock.now()
    ensure_fits(place, parent)
    ensure_free(code, parent)
    if boundary is not None:
        _bound(place, boundary, Crs.WGS84)
    place.save(force_insert=True)
    _told(actor, place, Verb.PLACE_ADDED, Event.PLACE_ADDED, {"level": level})
    return place


@transaction.atomic
def place_change(
    *,
    actor: Actor,
    place: Place,
    name: str,
    name_en: str = "",
    kind: str = "",
    tags: Iterable[str] = (),
    fields: Mapping[str, Any] | None = None,
) -> Place:
    """Give a place its particulars; None leaves the fields as they are. Saying the same changes
    nothing.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    place = lock(place)
    wanted = {
        "name": clean_line(name),
        "name_en": clean_line(name_en),
        "kind": kind,
        "tags": list(tags),
        "fields": place.fields if fields is None else dict(fields),
    }
    changed = [key for key, value in wanted.items() if getattr(place, key) != value]
    if not changed:
        return place
    for key in changed:
        setattr(place, key, wanted[key])
    ensure_fits(place, place.parent)
    place.updated_at = clock.now()
    place.save(update_fields=[*changed, "updated_at"])
    _told(actor, place, Verb.PLACE_CHANGED, Event.PLACE_CHANGED, {"changed": sorted(changed)})
    return place


@transaction.atomic
def place_fix(*, actor: Actor, place: Place) -> Place:
    """Let a place stand where it stands: no import moves it any more, since definitions are bound
    to it.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    if not place.is_loose:
        return place
    place = lock(place)
    place.is_loose, place.updated_at = False, clock.now()
    place.save(update_fields=["is_loose", "updated_at"])
    _told(actor, place, Verb.PLACE_CHANGED, Event.PLACE_CHANGED, {"fixed": True})
    return place


@transaction.atomic
def place_update_boundary(
    *, actor: Actor, place: Place, boundary: Mapping[str, Any] | None, crs: Crs = Crs.WGS84
) -> Place:
    """Give a place its boundary, mending rings that cross themselves; None takes it away.

    Raises Invalid if it is no polygon or cannot be mended without a guess.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    place = lock(place)
    mended = ""
    if boundary is None:
        place.boundary = None
    else:
        mended = _bound(place, boundary, crs).mended
    place.updated_at = clock.now()
    place.save(update_fields=["boundary", "lon", "lat", "updated_at"])
    lookup.forget()
    detail = {"mended": bool(mended), "taken_away": boundary is None}
    _told(actor, place, Verb.BOUNDARY_CHANGED, Event.BOUNDARY_CHANGED, detail)
    return place


@transaction.atomic
def place_end(
    *, actor: Actor, place: Place, on: dt.date, into: Place | None = None, reason: str = ""
) -> Place:
    """End a place after its last day; what stands below it must be ended or moved before.

    `into` is the place it was merged into: lookups by the old code then find that one.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    if into is not None:
        ensure_reach(actor, Perm.EDIT, into.path)
    place = lock(place)
    if place.ends_on is not None:
        raise Conflict(_("This place has ended already."), code="place_ended")
    if place.starts_on is not None and on < place.starts_on:
        message = _("A place cannot end before it began.")
        raise Invalid(message, code="place_ends_early", fields={"on": message})
    if selectors.children(place, on + dt.timedelta(days=1)).exists():
        raise Conflict(
            _("There are still places below this one; end or move them first."),
            code="place_has_children",
        )
    place.ends_on, place.updated_at = on, clock.now()
    place.save(update_fields=["ends_on", "updated_at"])
    lookup.forget()
    detail = {"on": on.isoformat(), "into": into.code if into is not None else None}
    _told(actor, place, Verb.PLACE_ENDED, Event.PLACE_ENDED, detail, reason=reason)
    return place


@transaction.atomic
def place_alias_add(
    *, actor: Actor, place: Place, code: str, until: dt.date | None = None
) -> PlaceAlias:
    """Remember a code that a place went by before, so that old papers and files still find it."""
    ensure_reach(actor, Perm.EDIT, place.path)
    ensure_free(code)
    alias = PlaceAlias.objects.create(place=place, code=code, until=until)
    _told(actor, place, Verb.PLACE_CHANGED, Event.PLACE_CHANGED, {"former_code": code})
    return alias


def ensure_free(code: str, parent: Place | None = None, *, except_for: Place | None = None) -> None:
    """Refuse a code that a place has or had; one that `except_for` itself had may come back."""
    if parent is not None and parent.ends_on is not None:
        raise Conflict(_("The place above has ended."), code="place_ended")
    former = PlaceAlias.objects.filter(code=code).exclude(place=except_for)
    if Place.objects.filter(code=code).exists() or former.exists():
        raise Conflict(_("There is already a place with this code."), code="place_code_taken")


def ensure_fits(place: Place, parent: Place | None) -> None:
    """Refuse a place that the pack's definition of its level does not allow.

    Where no level is defined yet, as before the first pack is loaded, only the code's form is
    checked.
    """
    if not rules.CODE.match(place.code) or len(place.path) > PATH_LENGTH:
        message = _("This is no code of a place.")
        raise Invalid(message, code="place_code", fields={"code": message})
    if not place.name:
        message = _("A place needs a name.")
        raise Invalid(message, code="place_name", fields={"name": message})
    definition = selectors.level_find(place.level, place.path)
    if definition is None:
        if selectors.levels_in_force(place.path):
            message = _("This level is not defined here.")
            raise Invalid(message, code="place_level", fields={"level": message})
        return
    _ensure_level(place, parent, definition.body)


def _ensure_level(place: Place, parent: Place | None, body: Mapping[str, Any]) -> None:
    part_of = [above.removeprefix("level:") for above in body.get("part_of", ())]
    if parent is not None and part_of and parent.level not in part_of:
        message = _("A place of this level does not stand below one of that level.")
        raise Invalid(message, code="place_parent", fields={"parent": message})
    digits = body.get("code")
    if digits is not None and not (len(place.code) == digits and place.code.isdigit()):
        message = _("The code does not have as many digits as its level needs.")
        raise Invalid(message, code="place_code", fields={"code": message})
    if place.kind and place.kind not in body.get("kinds", {}):
        message = _("This kind is not defined for the level.")
        raise Invalid(message, code="place_kind", fields={"kind": message})
    if set(place.tags) - set(body.get("tags", {})):
        message = _("This tag is not defined for the level.")
        raise Invalid(message, code="place_tags", fields={"tags": message})


def _bound(place: Place, boundary: Mapping[str, Any], crs: Crs) -> Boundary:
    try:
        sound = boundary_read(boundary, crs)
    except BadBoundary as error:
        raise Invalid(str(error), code="place_boundary", fields={"boundary": str(error)}) from error
    place.boundary, place.lon, place.lat = sound.geometry, sound.lon, sound.lat
    lookup.forget()
    return sound


def _told(
    actor: Actor,
    place: Place,
    verb: Verb,
    event: Event,
    detail: Mapping[str, Any],
    *,
    reason: str = "",
) -> None:
    audit.record(actor, verb, on=place, at=place, detail=detail, reason=reason)
    events.announce(event, place_path=place.path, place_id=place.pk)

# SPDX-License-Identifier: MulanPSL-2.0
"""Making a synthetic city: the plan pack, the places and people, and some weeks of their life."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.definitions import definitions_kept
from linli.base.errors import Conflict, Invalid, Refused
from linli.demo import acts
from linli.demo.agenda import Season, agenda
from linli.demo.apart import ensure_apart
from linli.demo.beside import beside_live
from linli.demo.city import city_build
from linli.demo.crew import areas_of, crew_of
from linli.demo.echo.maps import Maps, parts_of
from linli.demo.echo.rows import Echo
from linli.demo.held import FOUNDED, WEEKS, building, standing
from linli.demo.living import living_cases
from linli.demo.memory.holding import Frozen, Held, Memory, tables_held
from linli.demo.models import City
from linli.demo.parts import parts_for, weeks_pass
from linli.demo.progress import Told
from linli.demo.scene import Scene
from linli.demo.sizes import Size
from linli.demo.terms import Persona, Verb, username_of
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.forms.selectors import class_tree
from linli.kernel.packs.selectors import load_newest, pack_folder
from linli.kernel.packs.services import pack_load
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.units.selectors import units_below
from linli.kernel.workflow.selectors import calendar_get
from linli.modules.appeals.terms import ROOT_CLASS

Progress = Callable[[str], None]

_AFTERNOON = dt.time(16, 40)


@dataclass(frozen=True)
class Wish:
    """What city is wanted: of which pack, how large, by which seed, with a history until when.

    `in_memory` lets the services work on tables in memory, which gives the same rows much sooner,
    in so many processes (`parts`; 0: as many as are worth it).
    """

    pack: str
    size: Size
    seed: int
    until: dt.datetime
    in_memory: bool = False
    parts: int = 0


@dataclass(frozen=True)
class Made:
    """What a call of `city_make` made."""

    city: City
    counts: dict[str, int]

    def as_json(self) -> dict[str, object]:
        """The report as plain data."""
        return {
            "pack": self.city.pack,
            "size": self.city.size,
            "seed": self.city.seed,
            "district": self.city.district.code,
            "until": clock.local(self.city.until).isoformat(),
            "counts": self.counts,
        }


def until_of(as_of: dt.date | None) -> dt.datetime:
    """The last moment of a city's history: now, or the afternoon of a day that is over.

    Raises:
        Invalid: the day lies in the future.
    """
    now = clock.now()
    if as_of is None:
        return now
    if as_of > clock.local(now).date():
        message = _("A city's history cannot end in the future.")
        raise Invalid(message, code="as_of", fields={"as_of": message})
    return min(dt.datetime.combine(as_of, _AFTERNOON, tzinfo=clock.ZONE), now)


def city_make(*, wish: Wish, progress: Progress) -> Made:
    """Make a city below the pack's top place, all of it or nothing.

    Everything goes through the services under a shifted clock, so that it reads like a year of
    work. Raises Refused in production and beside accounts of real people, Conflict where a city of
    this pack stands, Invalid for a pack that cannot be loaded or has no place.
    """
    if settings.IS_PRODUCTION:
        message = _("A synthetic city is made in demo mode only.")
        raise Refused(message, code="no_demo")
    ensure_apart()
    if City.objects.filter(pack=wish.pack).exists():
        message = _("A synthetic city of this pack stands already.")
        raise Conflict(message, code="city_stands")
    with _quiet(), transaction.atomic():
        top = _top(wish.pack, progress)
        first = clock.local(wish.until) - dt.timedelta(days=wish.size.days + 1)
        morning = first.replace(hour=8, minute=0, second=0, microsecond=0)
        with clock.at(morning), _kept(wish, building(top), FOUNDED):
            built = city_build(top, wish.size, pack=wish.pack, seed=wish.seed, progress=progress)
        events.deliver_all()
        district = built.places[built.plan.district.code]
        appeals = _weeks(wish, top, district, progress)
        city = _city_put(wish, top, district)
        _tables_measured()
        return Made(city, {**built.counts, "units": len(built.units), "appeals": appeals})


def _tables_measured() -> None:
    """Let PostgreSQL know what its tables hold now, before it gets round to it by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _city_put(wish: Wish, top: Place, district: Place) -> City:
    city = City.objects.create(
        pack=wish.pack,
        size=wish.size.key,
        seed=wish.seed,
        top=top,
        district=district,
        until=wish.until,
        made_at=clock.now(),
        shown_at=clock.now(),
    )
    detail = {"pack": wish.pack, "size": wish.size.key, "seed": wish.seed}
    audit.record(SYSTEM, Verb.CITY_MADE, on=city, at=district, detail=detail)
    return city


def _top(pack: str, progress: Progress) -> Place:
    """The place that the pack is bound to, once the pack is loaded."""
    if load_newest(pack) is None:
        progress(_("Loading the plan pack %(pack)s") % {"pack": pack})
        pack_load(actor=SYSTEM, folder=pack_folder(pack))
    load = load_newest(pack)
    place = places.place_by_path(load.place_path) if load is not None else None
    if place is None:
        message = _("This pack is bound to no place, so no city can be made from it.")
        raise Invalid(message, code="no_place")
    return place


def _weeks(wish: Wish, top: Place, district: Place, progress: Progress) -> int:
    """Let the weeks pass; returns how many appeals were filed."""
    pack, size, seed, until = wish.pack, wish.size, wish.seed, wish.until
    today = clock.local(until).date()
    lived_in = parts_of(district, size)
    season = Season(
        areas=areas_of(lived_in[0], today, username_of(Persona.RESIDENT, pack)),
        classes={each.key for each in class_tree(district.path, today).under(ROOT_CLASS)},
        office=calendar_get("office", district.path),
        until=until,
        size=size,
        seed=seed,
    )
    told = living_cases(season)
    planned = sorted([*agenda(season, size.lived - len(told)), *told], key=lambda one: one.at)
    cases = [acts.running(number, one, seed) for number, one in enumerate(planned)]
    stage = acts.Stage(crew_of(top), {unit.key: unit for unit in units_below(top.path)})

    def tell(done: int, filed: int) -> None:
        numbers = {"filed": filed, "all": len(cases), "done": done}
        text = _("%(filed)s of %(all)s appeals, %(done)s acts") % numbers
        progress(Told(text, filed, len(cases)))

    parts = wish.parts or parts_for(size.lived)
    with _kept(wish, WEEKS, standing(top)) as memory:
        if memory is not None and size.tellings > 1:
            memory.telling = Echo(Maps(lived_in), size.tellings, memory.tables)
        weeks_pass(stage, until, cases, tell, memory=memory, parts=parts)
    grid = places.subtree(district.path, "grid").order_by("code")[0]
    beside_live(Scene(stage.crew, stage.units, season.office, until, grid, size.days))
    return len(cases) * size.tellings


@contextmanager
def _kept(wish: Wish, held: Iterable[Held], frozen: Iterable[Frozen]) -> Iterator[Memory | None]:
    """Keep what a block writes in memory to its end, if that is how the city is wanted."""
    if not wish.in_memory:
        yield None
        return
    with definitions_kept(), tables_held(held, frozen) as memory:
        yield memory


@contextmanager
def _quiet() -> Iterator[None]:
    """Thousands of notices to invented people belong in no log."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)

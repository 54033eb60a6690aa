# SPDX-License-Identifier: MulanPSL-2.0
"""Importing a file of divisions or boundaries: what is there is matched, what is new is added."""

import datetime as dt
import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places import lookup, rules
from linli.kernel.places.adopting import loose_adopt
from linli.kernel.places.geometry import BadBoundary, Boundary, boundary_read
from linli.kernel.places.joining import joined
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.reading import Row, Source, Trouble, source_read
from linli.kernel.places.restructuring import place_recode
from linli.kernel.places.standing import (
    CHUNK,
    Standing,
    chunks,
    standing_above,
    standing_by_code,
)
from linli.kernel.places.terms import Crs, Event, Perm, Shape, Verb

AT_ONCE = 5 * CHUNK
"""Rows in memory as places: a file of the whole country is taken piece by piece."""

FEW = 5
"""How many codes a note names."""

ORDER = {level: number for number, level in rules.LEVEL_NUMBERS.items()}


@dataclass
class ImportReport:
    """What an import did. `taken` rows are in the tree now: `added` are new, the others were there.

    Every row of the file is either taken or skipped; `repaired` boundaries were taken after
    mending; `recoded` places were here under a code of before. `line` counts features in a GeoJSON
    file. `seconds` is the time it took.
    """

    shape: Shape
    rows: int
    taken: int = 0
    added: int = 0
    boundaries: int = 0
    recoded: int = 0
    skipped: list[Trouble] = field(default_factory=list)
    repaired: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a place stands or will: its path, the id of the one above, and whether it waits there
    for another.
    """

    path: str
    parent: int | None = None
    is_loose: bool = False


@dataclass
class _Batch:
    """What some rows come to: places to write, and boundaries of places that are here."""

    now: dt.datetime
    fresh: list[Place] = field(default_factory=list)
    matched: list[tuple[Standing, Boundary]] = field(default_factory=list)


@dataclass
class _Some:
    """How many there were of something, and the first of them by name."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, word: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < FEW:
            self.first.append(word)

    def said(self) -> dict[str, object]:
        """For a note."""
        more = " …" if self.count > FEW else ""
        return {"count": self.count, "codes": ", ".join(self.first) + more}


@dataclass
class _Work:
    """One import on its way. `standing` are the places that others of the file may hang under;
    `added` those of them that came with it; `codes` all codes of the file; `reach` where the actor
    may write; `first` and `last` the ends of what was touched.
    """

    actor: Actor
    crs: Crs
    report: ImportReport
    top: int
    bottom: int
    reach: tuple[str, ...]
    codes: frozenset[str]
    standing: dict[str, Standing] = field(default_factory=dict)
    added: set[int] = field(default_factory=set)
    loose: _Some = field(default_factory=_Some)
    renamed: _Some = field(default_factory=_Some)
    recoded: _Some = field(default_factory=_Some)
    first: str = ""
    last: str = ""

    def skip(self, row: Row, why: str) -> None:
        """Leave a row out and say why."""
        self.report.skipped.append(Trouble(row.line, row.code, why))

    def touch(self, path: str) -> None:
        """Note where the import wrote or matched."""
        self.first = min(self.first or path, path)
        self.last = max(self.last, path)


@transaction.atomic
def places_import(*, actor: Actor, content: bytes, crs: Crs = Crs.WGS84) -> ImportReport:
    """Take a file of divisions (CSV) or boundaries (GeoJSON) into the tree; running it twice adds
    nothing.

    Names and levels of places that are there already are left alone. A row whose parent is nowhere
    is skipped, unless it is of the file's topmost level: that one stands at the top until an import
    brings what lies above it. Raises Invalid if the file is of no known shape.
    """
    began = time.monotonic()
    source = source_read(content)
    source.rows.sort(key=lambda row: ORDER[row.level])
    work = _work(actor, crs, source)
    for _level, rows in groupby(source.rows, key=lambda row: row.level):
        for chunk in chunks(list(rows), AT_ONCE):
            _take(work, chunk)
    adopted = loose_adopt()
    _notes(work, adopted)
    work.report.skipped.sort(key=lambda trouble: trouble.line)
    _record(work, content, adopted)
    lookup.forget()
    work.report.seconds = round(time.monotonic() - began, 2)
    return work.report


def _work(actor: Actor, crs: Crs, source: Source) -> _Work:
    report = ImportReport(
        source.shape, source.count, skipped=list(source.skipped), notes=list(source.notes)
    )
    orders = [ORDER[row.level] for row in source.rows] or [0]
    reach = tuple(actor.reach(Perm.EDIT))
    codes = frozenset(row.code for row in source.rows)
    return _Work(actor, crs, report, orders[0], orders[-1], reach, codes)


def _take(work: _Work, rows: Sequence[Row]) -> None:
    """Match or add some rows of one level; those above them are in the tree already."""
    wanted = {row.code for row in rows}
    known = standing_by_code(wanted)
    above = {code for row in rows for code in row.parents}
    work.standing.update(standing_above(above - work.standing.keys() - wanted))
    former = _former([row.code for row in rows if row.code not in known])
    doubted = _join(
        work, [row for row in rows if row.code not in known and row.code not in former], known
    )
    batch = _Batch(clock.now())
    for row in rows:
        if row.code not in doubted:
            _take_one(work, row, known.get(row.code), former, batch)
    fresh = batch.fresh
    for place in Place.objects.bulk_create(fresh, batch_size=CHUNK):
        known[place.code] = Standing(place.pk, place.path, place.level, place.name)
    work.report.added += len(fresh)
    _bound(batch.matched, batch.now)
    if ORDER[rows[0].level] < work.bottom:
        work.standing.update(known)
        work.added.update(place.pk for place in fresh)


def _take_one(
    work: _Work, row: Row, standing: Standing | None, former: set[str], batch: _Batch
) -> None:
    spot = _Spot(standing.path) if standing is not None else _spot(work, row, former)
    if spot is None or not _is_fit(work, row, standing, spot.path):
        return
    boundary = None
    if row.boundary is not None:
        boundary = _boundary(work, row)
        if boundary is None:
            return
    if standing is None:
        batch.fresh.append(_place(row, spot, boundary, batch.now))
    elif boundary is not None:
        batch.matched.append((standing, boundary))
    work.report.taken += 1
    work.touch(spot.path)


def _join(work: _Work, rows: Sequence[Row], known: dict[str, Standing]) -> set[str]:
    """Give places that are here under a code of before the code of the file; returns the codes of
    rows that nobody can tell.
    """
    parents = {
        row.code: work.standing[row.parents[0]].pk
        for row in rows
        if row.parents and row.parents[0] in work.standing
    }
    parents = {code: pk for code, pk in parents.items() if pk not in work.added}
    if not parents and not any(row.former for row in rows):
        return set()
    found = joined(rows, parents, work.codes)
    doubted = set()
    for row in rows:
        told = found.get(row.code)
        if told is None:
            continue
        why = told.doubt or _recode(work, row, told.place, known)
        if why:
            work.skip(row, why)
            doubted.add(row.code)
    return doubted


def _recode(work: _Work, row: Row, place: Place | None, known: dict[str, Standing]) -> str:
    """Give a place the code of a row; why not, if it cannot be."""
    if place is None or not place.path.startswith(work.reach):
        return _("it lies outside the area you look after")
    old = place.code
    try:
        place = place_recode(actor=work.actor, place=place, code=row.code, on=clock.today())
    except Refused as refused:
        return str(refused.message)
    work.recoded.add(f"{old} → {row.code} {place.name}")
    work.report.recoded += 1
    known[row.code] = Standing(place.pk, place.path, place.level, place.name)
    return ""


def _former(codes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(codes, CHUNK):
        found.update(PlaceAlias.objects.filter(code__in=chunk).values_list("code", flat=True))
    return found


def _spot(work: _Work, row: Row, former: set[str]) -> _Spot | None:
    """Where a new place would stand; None, with the reason noted, if it cannot stand anywhere."""
    if row.code in former:
        work.skip(row, _("this is a former code of a place that is here under another"))
        return None
    parents = row.parents
    nearest = parents[0] if parents else ""
    if nearest in work.standing:
        above = work.standing[nearest]
        return _Spot(rules.path_of(above.path, row.code), above.pk)
    if ORDER[row.level] != work.top:
        why = _("what it belongs to (%(code)s) is neither in the file nor here")
        work.skip(row, why % {"code": nearest})
        return None
    higher = next((work.standing[code] for code in parents if code in work.standing), None)
    work.loose.add(row.code)
    if higher is None:
        return _Spot(rules.path_of("", row.code), is_loose=True)
    return _Spot(rules.path_of(higher.path, row.code), higher.pk, is_loose=True)


def _is_fit(work: _Work, row: Row, standing: Standing | None, path: str) -> bool:
    if standing is not None and standing.level != row.level:
        why = _("it is here as another level (%(level)s)") % {"level": standing.level}
    elif not path.startswith(work.reach):
        why = _("it lies outside the area you look after")
    else:
        if standing is not None and standing.name != row.name:
            work.renamed.add(f"{row.code} {standing.name} ({row.name})")
        return True
    work.skip(row, why)
    return False


def _boundary(work: _Work, row: Row) -> Boundary | None:
    try:
        sound = boundary_read(row.boundary, work.crs)
    except BadBoundary as error:
        work.skip(row, str(error))
        return None
    if sound.mended:
        work.report.repaired.append(Trouble(row.line, row.code, sound.mended))
    work.report.boundaries += 1
    return sound


def _place(row: Row, spot: _Spot, boundary: Boundary | None, now: dt.datetime) -> Place:
    return Place(
        code=row.code,
        name=row.name,
        level=row.level,
        kind=rules.kind_of_name(row.name, row.level),
        parent_id=spot.parent,
        path=spot.path,
        boundary=boundary.geometry if boundary else None,
        lon=boundary.lon if boundary else None,
        lat=boundary.lat if boundary else None,
        is_loose=spot.is_loose,
        updated_at=now,
    )


def _bound(matched: Sequence[tuple[Standing, Boundary]], now: dt.datetime) -> None:
    changed = [
        Place(
            pk=standing.pk,
            boundary=boundary.geometry,
            lon=boundary.lon,
            lat=boundary.lat,
            updated_at=now,
        )
        for standing, boundary in matched
    ]
    Place.objects.bulk_update(changed, ["boundary", "lon", "lat", "updated_at"], batch_size=100)


def _notes(work: _Work, adopted: int) -> None:
    loose = _("At the top until what lies above is imported: %(count)s (%(codes)s)")
    moved = _("Moved below what lies above them, now that it is here: %(count)s")
    kept = _("Keeping the name they have here; the file says another: %(count)s (%(codes)s)")
    recoded = _("Here under another code before, now under that of the file: %(count)s (%(codes)s)")
    notes = work.report.notes
    if work.recoded.count:
        notes.append(recoded % work.recoded.said())
    if work.loose.count:
        notes.append(loose % work.loose.said())
    if adopted:
        notes.append(moved % {"count": adopted})
    if work.renamed.count:
        notes.append(kept % work.renamed.said())
    if work.report.shape is Shape.BOUNDARIES and work.crs is Crs.WGS84:
        notes.append(_("The boundaries were taken as WGS-84; for GCJ-02 say --crs gcj02."))


def _record(work: _Work, content: bytes, adopted: int) -> None:
    report = work.report
    path = rules.path_common([work.first, work.last] if work.first else [])
    detail = {
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "rows": report.rows,
        "taken": report.taken,
        "added": report.added,
        "boundaries": report.boundaries,
        "skipped": len(report.skipped),
        "repaired": len(report.repaired),
        "moved": adopted,
        "recoded": report.recoded,
    }
    audit.record(work.actor, Verb.PLACES_IMPORTED, at=path, detail=detail)
    events.announce(Event.PLACES_IMPORTED, place_path=path, added=report.added)

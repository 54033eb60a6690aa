# SPDX-License-Identifier: MulanPSL-2.0
"""Importing a file of divisions or boundaries: what is there is matched, what is new is added."""

import datetime as dt
import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places import lookup, rules
from linli.kernel.places.geometry import BadBoundary, Boundary, boundary_read
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.reading import Row, Source, Trouble, source_read
from linli.kernel.places.terms import Crs, Event, Level, Perm, Shape, Verb

CHUNK = 900
"""Values in one query: below the limit of every SQLite."""

ORDER = {level: number for number, level in rules.LEVEL_NUMBERS.items()}

_Item = TypeVar("_Item")


@dataclass
class ImportReport:
    """What an import did. `taken` rows are in the tree now: `added` are new, the others were there.

    Every row of the file is either taken or skipped; `repaired` boundaries were taken after
    mending. `line` counts features in a GeoJSON file. `seconds` is the time it took.
    """

    shape: Shape
    rows: int
    taken: int = 0
    added: int = 0
    boundaries: int = 0
    skipped: list[Trouble] = field(default_factory=list)
    repaired: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


@dataclass
class _Standing:
    """A place as far as the import must know it."""

    pk: int
    path: str
    level: str
    name: str


@dataclass
class _Work:
    """One import on its way."""

    actor: Actor
    crs: Crs
    report: ImportReport
    standing: dict[str, _Standing]
    in_file: dict[str, Row]
    top: int
    loose: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    def skip(self, row: Row, why: str) -> None:
        """Leave a row out and say why."""
        self.report.skipped.append(Trouble(row.line, row.code, why))


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
    work = _work(actor, crs, source)
    by_level: dict[Level, list[Row]] = defaultdict(list)
    for row in source.rows:
        by_level[row.level].append(row)
    for level in sorted(by_level, key=lambda one: ORDER[one]):
        _take(work, by_level[level])
    adopted = _adopt()
    _notes(work, adopted)
    work.report.skipped.sort(key=lambda trouble: trouble.line)
    _record(work, content, adopted)
    lookup.forget()
    work.report.seconds = round(time.monotonic() - began, 2)
    return work.report


def _work(actor: Actor, crs: Crs, source: Source) -> _Work:
    report = ImportReport(source.shape, source.count, skipped=list(source.skipped))
    codes = {row.code for row in source.rows}
    wanted = codes.union(*(row.parents for row in source.rows)) if codes else codes
    return _Work(
        actor=actor,
        crs=crs,
        report=report,
        standing=_standing(wanted),
        in_file={row.code: row for row in source.rows},
        top=min((ORDER[row.level] for row in source.rows), default=0),
    )


def _standing(codes: Iterable[str]) -> dict[str, _Standing]:
    found: dict[str, _Standing] = {}
    for chunk in _chunks(sorted(codes), CHUNK):
        rows = Place.objects.filter(code__in=chunk).only("code", "path", "level", "name")
        found.update((row.code, _Standing(row.pk, row.path, row.level, row.name)) for row in rows)
    return found


def _take(work: _Work, rows: Sequence[Row]) -> None:
    """Match or add the rows of one level; those above them are in the tree already."""
    former = _former([row.code for row in rows if row.code not in work.standing])
    now = clock.now()
    fresh: list[Place] = []
    matched: list[tuple[Row, Boundary]] = []
    for row in rows:
        standing = work.standing.get(row.code)
        path = standing.path if standing is not None else _path(work, row, former)
        if path is None or not _is_fit(work, row, standing, path):
            continue
        boundary = None
        if row.boundary is not None:
            boundary = _boundary(work, row)
            if boundary is None:
                continue
        if standing is None:
            fresh.append(_place(work, row, path, boundary, now))
        elif boundary is not None:
            matched.append((row, boundary))
        work.report.taken += 1
        work.touched.append(path)
    for place in Place.objects.bulk_create(fresh, batch_size=CHUNK):
        work.standing[place.code] = _Standing(place.pk, place.path, place.level, place.name)
    work.report.added += len(fresh)
    _bound(work, matched, now)


def _former(codes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for chunk in _chunks(codes, CHUNK):
        found.update(PlaceAlias.objects.filter(code__in=chunk).values_list("code", flat=True))
    return found


def _path(work: _Work, row: Row, former: set[str]) -> str | None:
    """Where a new place would stand; None, with the reason noted, if it cannot stand anywhere."""
    if row.code in former:
        work.skip(row, _("this is a former code of a place that is here under another"))
        return None
    nearest = row.parents[0] if row.parents else ""
    if nearest in work.standing:
        return rules.path_of(work.standing[nearest].path, row.code)
    if ORDER[row.level] != work.top:
        why = _("what it belongs to (%(code)s) is neither in the file nor here")
        work.skip(row, why % {"code": nearest})
        return None
    above = next((code for code in row.parents if code in work.standing), None)
    work.loose.append(row.code)
    return rules.path_of(work.standing[above].path if above else "", row.code)


def _is_fit(work: _Work, row: Row, standing: _Standing | None, path: str) -> bool:
    if standing is not None and standing.level != row.level:
        why = _("it is here as another level (%(level)s)") % {"level": standing.level}
    elif not any(path.startswith(prefix) for prefix in work.actor.reach(Perm.EDIT)):
        why = _("it lies outside the area you look after")
    else:
        if standing is not None and standing.name != row.name:
            work.renamed.append(f"{row.code} {standing.name} ({row.name})")
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


def _place(work: _Work, row: Row, path: str, boundary: Boundary | None, now: dt.datetime) -> Place:
    above = rules.codes_of(path)[-2:-1]
    return Place(
        code=row.code,
        name=row.name,
        level=row.level,
        kind=rules.kind_of_name(row.name, row.level),
        parent_id=work.standing[above[0]].pk if above else None,
        path=path,
        boundary=boundary.geometry if boundary else None,
        lon=boundary.lon if boundary else None,
        lat=boundary.lat if boundary else None,
        is_loose=bool(work.loose) and work.loose[-1] == row.code,
        updated_at=now,
    )


def _bound(work: _Work, matched: Sequence[tuple[Row, Boundary]], now: dt.datetime) -> None:
    changed = [
        Place(
            pk=work.standing[row.code].pk,
            boundary=boundary.geometry,
            lon=boundary.lon,
            lat=boundary.lat,
            updated_at=now,
        )
        for row, boundary in matched
    ]
    Place.objects.bulk_update(changed, ["boundary", "lon", "lat", "updated_at"], batch_size=100)


def _adopt() -> int:
    """Hang places that stand too high for want of a parent below what has come since; returns how
    many.
    """
    waiting = list(Place.objects.filter(is_loose=True).values_list("code", "path", "parent__code"))
    parents = {code: rules.parent_codes(code) for code, _path, _parent in waiting}
    standing = _standing({above for codes in parents.values() for above in codes})
    moves: dict[str, str] = {}
    for code, _old, parent in waiting:
        nearest = next((above for above in parents[code] if above in standing), None)
        if nearest is not None and nearest != parent:
            moves[code] = nearest
    if moves:
        _move(moves, {code: old for code, old, _parent in waiting}, standing, parents)
    return len(moves)


def _move(
    moves: dict[str, str],
    paths: dict[str, str],
    standing: dict[str, _Standing],
    parents: dict[str, list[str]],
) -> None:
    now = clock.now()
    new_paths: dict[str, str] = {}

    def path_of(code: str) -> str:
        if code not in moves:
            return standing[code].path if code in standing else paths[code]
        if code not in new_paths:
            new_paths[code] = rules.path_of(path_of(moves[code]), code)
        return new_paths[code]

    changes: list[tuple[Any, ...]] = []
    for chunk in _chunks(list(moves), CHUNK // 9):
        below = Place.objects.below(*(paths[code] for code in chunk))
        for pk, path in below.values_list("pk", "path"):
            codes = rules.codes_of(path)
            at = max(index for index, code in enumerate(codes) if code in moves)
            rest = "".join(f"{code}/" for code in codes[at + 1 :])
            changes.append((path_of(codes[at]) + rest, now, pk))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE places_place SET path = %s, updated_at = %s WHERE id = %s", changes
        )
        cursor.executemany(
            "UPDATE places_place SET parent_id = %s, is_loose = %s WHERE code = %s",
            [
                (standing[above].pk, above != parents[code][0], code)
                for code, above in moves.items()
            ],
        )


def _notes(work: _Work, adopted: int) -> None:
    loose = _("At the top until what lies above is imported: %(count)s (%(codes)s)")
    moved = _("Moved below what lies above them, now that it is here: %(count)s")
    kept = _("Keeping the name they have here; the file says another: %(count)s (%(codes)s)")
    notes = work.report.notes
    if work.loose:
        notes.append(loose % {"count": len(work.loose), "codes": _few(work.loose)})
    if adopted:
        notes.append(moved % {"count": adopted})
    if work.renamed:
        notes.append(kept % {"count": len(work.renamed), "codes": _few(work.renamed)})
    if work.report.shape is Shape.BOUNDARIES and work.crs is Crs.WGS84:
        notes.append(_("The boundaries were taken as WGS-84; for GCJ-02 say --crs gcj02."))


def _few(items: Sequence[str]) -> str:
    return ", ".join(items[:5]) + (" …" if len(items) > 5 else "")


def _record(work: _Work, content: bytes, adopted: int) -> None:
    report = work.report
    path = rules.path_common(work.touched)
    detail = {
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "rows": report.rows,
        "taken": report.taken,
        "added": report.added,
        "boundaries": report.boundaries,
        "skipped": len(report.skipped),
        "repaired": len(report.repaired),
        "moved": adopted,
    }
    audit.record(work.actor, Verb.PLACES_IMPORTED, at=path, detail=detail)
    events.announce(Event.PLACES_IMPORTED, place_path=path, added=report.added)


def _chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]

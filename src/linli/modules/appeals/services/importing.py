# SPDX-License-Identifier: MulanPSL-2.0
"""Taking in a list of appeals from an older system: what can be taken is taken, all else is named
by line.

Each appeal keeps the time at which it was said; its clocks run from the import, when it reached
us. A row is
known by its number in the old list, so that a list may be stopped and imported again.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Refused
from linli.base.text import clean, clean_line
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.files.dates import UnreadableDate, moment_read
from linli.kernel.files.lists import Row, rows_of
from linli.kernel.forms import selectors as forms
from linli.kernel.places.models import Place
from linli.kernel.workflow import services as workflow
from linli.modules.appeals import rules
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.services.filing import Draft, appeal_file
from linli.modules.appeals.services.mappings import NEEDED, Places, Saved, places_of
from linli.modules.appeals.terms import Channel, Perm, Verb

AT_ONCE = 50
"""Rows of one transaction: what is stopped in the middle loses so many at most, and takes them
next time.
"""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Trouble:
    """A row that was skipped or needs a look, and why."""

    line: int
    number: str
    why: str


@dataclass
class ImportReport:
    """What an import did. `known` rows were there already; `flagged` ones were not taken as they
    stand.
    """

    file: str
    mapping: str
    rows: int = 0
    taken: int = 0
    known: int = 0
    skipped: list[Trouble] = field(default_factory=list)
    flagged: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    is_dry: bool = False

    def as_json(self) -> dict[str, Any]:
        """The report for a script."""
        return {
            **vars(self),
            "skipped": [vars(each) for each in self.skipped],
            "flagged": [vars(each) for each in self.flagged],
        }


def appeals_import(
    *,
    actor: Actor,
    file: Path,
    mapping: Saved,
    place: Place | None = None,
    is_dry: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take in the rows of a CSV or Excel file by a column mapping; `place` is for rows that name
    none.

    A transaction for every fifty rows, so that what was done stays done. With `is_dry` nothing is
    kept.
    Raises Forbidden, and Invalid for a file that cannot be read.
    """
    access.require(actor, Perm.IMPORT, at=place or EVERYWHERE)
    began = time.monotonic()
    report = ImportReport(file.name, mapping.name, is_dry=is_dry)
    known = places_of(mapping, place)
    if known.unknown:
        said = {"count": len(known.unknown), "first": known.unknown[0]}
        report.notes.append(
            _("%(count)s places of the mapping are not here, such as %(first)s.") % said
        )
    work = _Import(actor, mapping, known, report)
    for rows in _chunks(rows_of(file, mapping.heads, NEEDED)):
        work.take(rows)
        if progress is not None:
            progress(report.rows)
    report.seconds = round(time.monotonic() - began, 1)
    if not is_dry:
        _record(actor, report, place)
    return report


@transaction.atomic
def _record(actor: Actor, report: ImportReport, place: Place | None) -> None:
    detail = {
        "mapping": report.mapping,
        "rows": report.rows,
        "taken": report.taken,
        "known": report.known,
        "skipped": len(report.skipped),
        "flagged": len(report.flagged),
    }
    audit.record(actor, Verb.IMPORTED, at=place.path if place else "", detail=detail)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Skip(Exception):
    """A row that cannot be taken, with the reason for people."""


@dataclass
class _Import:
    """One import under way."""

    actor: Actor
    mapping: Saved
    places: Places
    report: ImportReport
    seen: set[str] = field(default_factory=set)

    def take(self, rows: list[Row]) -> None:
        """Take so many rows, all of them or (on a crash) none."""
        keys = {row.line: self._key(row) for row in rows}
        there = set(
            Appeal.objects.filter(filed_key__in=keys.values()).values_list("filed_key", flat=True)
        )
        with transaction.atomic():
            for row in rows:
                self.report.rows += 1
                key = keys[row.line]
                if key in there or key in self.seen:
                    self.report.known += 1
                    continue
                self._take_one(row, key)
            if self.report.is_dry:
                transaction.set_rollback(True)

    def _take_one(self, row: Row, key: str) -> None:
        try:
            draft, closed_at = self._draft(row, key)
            appeal = appeal_file(actor=self.actor, draft=draft)
        except _Skip as skip:
            self._trouble(self.report.skipped, row, str(skip))
        except Refused as refusal:
            self._trouble(self.report.skipped, row, str(refusal.message))
        else:
            self.seen.add(key)
            self.report.taken += 1
            if closed_at is not None:
                self._note_closed(appeal, closed_at)

    def _note_closed(self, appeal: Appeal, closed_at: dt.datetime) -> None:
        note = _("The old list says that this was closed on %(day)s.") % {
            "day": f"{clock.local(closed_at):%Y-%m-%d}"
        }
        workflow.matter_note(actor=self.actor, matter=appeal.case.matter, note=note)

    def _trouble(self, troubles: list[Trouble], row: Row, why: str) -> None:
        troubles.append(Trouble(row.line, _text(row.cells, "number")[:60], why))

    def _key(self, row: Row) -> str:
        """What makes a row the same row of a city: its number in the list, else everything it
        says.
        """
        number = _text(row.cells, "number")
        parts = [number] if number else [str(row.cells.get(name)) for name in sorted(row.cells)]
        said = ["import", self.mapping.name, self.places.within, *parts]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()

    def _draft(self, row: Row, key: str) -> tuple[Draft, dt.datetime | None]:
        if row.problem:
            raise _Skip(row.problem)
        cells, what = row.cells, _words(row.cells)
        filed_at, closed_at = self._moments(row)
        lon, lat = _point(cells)
        place = self._place(cells, what) if lon is None else None
        number = _text(cells, "number")
        draft = Draft(
            what=what,
            channel=Channel.IMPORT,
            place=place,
            lon=lon,
            lat=lat,
            spot=_text(cells, "spot")[: rules.LONGEST_SPOT],
            class_key=self._class(cells, what, place),
            contact_name=_text(cells, "contact_name")[:60],
            contact_phone=_text(cells, "contact_phone")[:40],
            filed_key=key,
            filed_at=filed_at,
            source=f"{self.mapping.name}:{number}"[:120],
        )
        return draft, closed_at

    def _moments(self, row: Row) -> tuple[dt.datetime | None, dt.datetime | None]:
        """When it was said and when it was closed there; what contradicts itself is flagged, not
        guessed.
        """
        filed_at = self._moment(row, "filed_at")
        closed_at = self._moment(row, "closed_at")
        if filed_at is not None and filed_at > clock.now() + dt.timedelta(days=1):
            raise _Skip(_("It was said in the future: %(at)s.") % {"at": filed_at.date()})
        if filed_at is not None and closed_at is not None and closed_at < filed_at:
            said = {"closed": f"{closed_at:%Y-%m-%d %H:%M}", "filed": f"{filed_at:%Y-%m-%d %H:%M}"}
            why = _(
                "Closed (%(closed)s) before it was opened (%(filed)s); please ask at its source."
            )
            self._trouble(self.report.flagged, row, why % said)
            return filed_at, None
        return filed_at, closed_at

    def _moment(self, row: Row, name: str) -> dt.datetime | None:
        try:
            return moment_read(row.cells.get(name), self.mapping.spec.dates)
        except UnreadableDate as error:
            head = self.mapping.heads[name][0]
            said = {"head": head, "value": str(row.cells.get(name))[:40]}
            message = _("%(head)s is no date that can be read for sure: %(value)s")
            raise _Skip(message % said) from error

    def _place(self, cells: Mapping[str, Any], what: str) -> Place:
        said = _text(cells, "place")
        found = self.places.named(said) if said else None
        if said and found is None and self.places.default is None:
            raise _Skip(_("The place “%(place)s” is not known here.") % {"place": said[:40]})
        found = found or self.places.found_in(_text(cells, "title"), what) or self.places.default
        if found is None:
            raise _Skip(_("It names no place that is known here; give --place for such rows."))
        return found

    def _class(self, cells: Mapping[str, Any], what: str, place: Place | None) -> str:
        """The class by the row's label: of those it may mean the one that its title speaks of, else
        its words.
        """
        roots = self.mapping.spec.classes.get(_text(cells, "label"), [])
        if not roots or place is None:
            return ""
        tree = forms.class_tree(place.path)
        here = [root for root in roots if root in tree.classes]
        for text in (_text(cells, "title"), what):
            found = [each for root in here for each in tree.propose(text, root, 1)]
            if found:
                return max(found, key=lambda each: each.score).key
        return next(iter(here), "")


def _text(cells: Mapping[str, Any], name: str) -> str:
    value = cells.get(name)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_line(str(value))


def _words(cells: Mapping[str, Any]) -> str:
    """What was said: the title as its first line, then the text without tabs and empty lines."""
    title = _text(cells, "title")
    given = cells.get("what")
    lines = (clean_line(line) for line in clean("" if given is None else str(given)).split("\n"))
    text = "\n".join(line for line in lines if line)
    if not title or text.startswith(title):
        return text
    return f"{title}\n{text}" if text else title


def _point(cells: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lon, lat = _text(cells, "lon"), _text(cells, "lat")
    if not lon or not lat:
        return None, None
    try:
        return float(lon), float(lat)
    except ValueError:
        raise _Skip(_("Longitude or latitude is no number.")) from None

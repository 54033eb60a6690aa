# SPDX-License-Identifier: MulanPSL-2.0
"""Taking a list into a register: what can be taken is taken, all else is named by line.

A row is matched by what its register holds unique, else by everything it says: the same list taken
in twice doubles nothing, and one that was stopped goes on where it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Refused
from linli.base.text import label
from linli.engines.registers.models import Record, Revision, Uniqueness
from linli.engines.registers.rules.columns import (
    PLACE,
    Column,
    columns_of,
    is_total,
    row_key,
    text_of,
    value_of,
)
from linli.engines.registers.rules.records import digests, record_checked
from linli.engines.registers.rules.words import word_of
from linli.engines.registers.selectors import Register, may_write, values_of
from linli.engines.registers.services.adding import Ready, records_add
from linli.engines.registers.services.finding import Finder, Unclear
from linli.engines.registers.services.held import held_facts, missing
from linli.engines.registers.services.keeping import beside, record_fill
from linli.engines.registers.services.pointing import Pointed, city_of
from linli.engines.registers.services.records import record_add, record_change
from linli.engines.registers.terms import Source
from linli.kernel.files.lists import Row, rows_of
from linli.kernel.forms.rules.checking import form_check, offered
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.terms import REFERENCES
from linli.kernel.places.models import Place

AT_ONCE = 500
"""Rows of one transaction: what breaks off in the middle loses so many at most."""


@dataclass(frozen=True)
class Trouble:
    """A row that was not taken, at which column, and why."""

    line: int
    column: str
    why: str


@dataclass
class Tally:
    """What has come of the rows so far."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    wrong: int = 0
    left: int = 0
    people: int = 0
    after: int = 0
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """What a row says: where, what it fills in, what that points to, whom it is about, what of it
    means nothing, and by what it would be on file.
    """

    line: int
    cells: Mapping[str, Any]
    place: Place
    values: Mapping[str, Any]
    targets: Mapping[str, Model]
    subject: Model | None
    problems: Mapping[str, str]
    digests: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """What makes it the same row when the list is taken in again."""
        return row_key(self.cells)


class _Wrong(Exception):
    """What is wrong with a row, by column."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


class ListImport:
    """One list on its way into a register, below one place, by one person.

    `heads` says for each column by which head it is found in the file.
    """

    def __init__(
        self,
        actor: Actor,
        register: Register,
        top: Place,
        heads: Mapping[str, str],
        *,
        is_dry: bool,
    ) -> None:
        self.actor, self.register, self.top, self.is_dry = actor, register, top, is_dry
        self.heads, self.columns = heads, columns_of(register.spec)
        self.finder = Finder(actor, register, top)
        self.tally = Tally()
        self._seen: dict[str, int] = {}
        self._choices = choices_for(register.spec, top.path)
        self._writes: dict[str, bool] = {}

    def take(
        self, path: Path, after: int = 0, *, told: Callable[[Tally], bool] = lambda _tally: True
    ) -> None:
        """Take the rows of a file below line `after`. At the end of each transaction `told` hears
        the tally, with the troubles since the last one, and says whether to go on.

        Raises Invalid for a file that cannot be read.
        """
        wanted = {key: [head] for key, head in self.heads.items()}
        rows = (row for row in rows_of(path, wanted, list(wanted)) if row.line > after)
        while chunk := list(islice(rows, AT_ONCE)):
            self.tally.troubles = []
            with transaction.atomic():
                self._take(chunk)
                self.tally.after = chunk[-1].line
                goes_on = told(self.tally)
            if not goes_on:
                return

    def _take(self, rows: Sequence[Row]) -> None:
        read = [each for each in map(self._read, rows) if each is not None]
        known, taken = self._known(read), self._taken(read)
        fresh = []
        for each in read:
            record = next((known[one] for one in each.digests if one in known), None)
            if record is not None:
                self._change(each, record)
            elif each.key in taken:
                self.tally.same += 1
            elif (ready := self._ready(each)) is not None:
                fresh.append(ready)
        if self.is_dry:
            self.tally.added += len(fresh)
        else:
            self._add(fresh)

    def _change(self, read: Read, record: Record) -> None:
        """It is on file: what it says otherwise is changed, what it does not say stays."""
        before = values_of(record)
        given = {name: value for name, value in read.values.items() if value not in (None, "")}
        kept = {name: value for name, value in before.items() if name in self.register.spec.own}
        try:
            cleaned = self._checked(read.place, {**kept, **given}, {})
        except _Wrong as wrong:
            self._told(read.line, wrong.problems)
            return
        if cleaned == kept:
            self.tally.same += 1
        elif self.is_dry or self._changed(read, record, cleaned):
            self.tally.changed += 1

    def _changed(self, read: Read, record: Record, values: Mapping[str, Any]) -> bool:
        try:
            with transaction.atomic():
                record_change(
                    actor=self.actor,
                    record=record,
                    values=values,
                    source=Source.IMPORT,
                    source_key=read.key,
                )
        except Refused as error:
            self._refused(read.line, error)
            return False
        return True

    def _add(self, fresh: Sequence[Ready]) -> None:
        """All at once where that is possible, else one by one."""
        if self.register.spec.gives is None:
            try:
                with transaction.atomic():
                    records_add(actor=self.actor, register=self.register, ready=fresh)
            except IntegrityError:
                pass
            else:
                self.tally.added += len(fresh)
                return
        for each in fresh:
            try:
                self._add_one(each)
            except Refused as error:
                self._refused(each.line, error)
            else:
                self.tally.added += 1

    def _add_one(self, ready: Ready) -> None:
        subject = ready.record.person or ready.record.unit or ready.record.household
        record_add(
            actor=self.actor,
            register=self.register.key,
            place=ready.record.place,
            values=ready.values,
            subject=str(subject.pk)
            if subject is not None and self.register.spec.asks_subject
            else "",
            source=Source.IMPORT,
            source_key=ready.key,
        )

    def _known(self, read: Sequence[Read]) -> dict[str, Record]:
        """What of these rows is on file, by what the register holds unique."""
        digests = [digest for each in read for digest in each.digests]
        rows = Uniqueness.objects.filter(
            register=self.register.key, city=city_of(self.top.path), digest__in=digests
        )
        return {row.digest: row.record for row in rows.select_related("record__place")}

    def _taken(self, read: Sequence[Read]) -> set[str]:
        """The rows that say what a row said that was taken before."""
        rows = Revision.objects.filter(
            record__register=self.register.key, source_key__in=[each.key for each in read]
        )
        return set(rows.values_list("source_key", flat=True))

    def _read(self, row: Row) -> Read | None:
        """What a row says, or None with its troubles told."""
        self.tally.rows += 1
        if is_total(row.cells):
            self.tally.left += 1
            return None
        try:
            read = self._meant(row)
            self._ensure_once(read)
        except _Wrong as wrong:
            self._told(row.line, wrong.problems)
            return None
        return read

    def _ensure_once(self, read: Read) -> None:
        for each in (*read.digests, read.key):
            line = self._seen.setdefault(each, read.line)
            if line != read.line:
                raise _Wrong({"": _("The same stands in line %(line)s already.") % {"line": line}})

    def _meant(self, row: Row) -> Read:
        if row.problem:
            raise _Wrong({"": row.problem})
        place = self._place(row)
        values, targets, problems = self._values(row, place)
        try:
            subject = self.finder.subject(row.cells, place)
        except Unclear as unclear:
            raise _Wrong(problems | {"": str(unclear)}) from None
        if self.register.spec.subject_field is not None:
            subject = targets.get(self.register.spec.subject_field)
        found = Read(row.line, row.cells, place, values, targets, subject, problems)
        return replace(found, digests=self._digests(found))

    def _digests(self, read: Read) -> tuple[str, ...]:
        """By what it would be known, as far as that can be read."""
        spec = self.register.spec
        names = {name for rule in spec.unique for name in rule if name in spec.fields}
        asked = {name: spec.fields[name].model_copy(update={"when": None}) for name in names}
        small = spec.model_copy(update={"fields": asked})
        given = {name: value for name, value in read.values.items() if name in names}
        try:
            cleaned = form_check(small, given, choices=self._choices)
        except Invalid:
            return ()
        words = {name: word_of(spec, name, value) for name, value in cleaned.items()}
        always = beside(read.place, read.subject)
        return tuple(digests(spec, words, always).values())

    def _ready(self, read: Read) -> Ready | None:
        """A row as a record that could be written, or None with its troubles told."""
        spec = self.register.spec
        try:
            cleaned = self._checked(read.place, read.values, read.problems)
            subject = read.subject or self._newcomer(read)
        except _Wrong as wrong:
            self._told(read.line, wrong.problems)
            return None
        lacking = dict(missing(spec, held_facts(spec, subject))) if subject is not None else {}
        if lacking:
            self._told(read.line, {name: str(why) for name, why in lacking.items()})
            return None
        record = Record(register=self.register.key, place=read.place, revision=1)
        targets = {name: each for name, each in read.targets.items() if name in cleaned}
        kept = record_fill(self.register, record, cleaned, Pointed(targets, subject))
        return Ready(read.line, read.key, record, cleaned, kept)

    def _newcomer(self, read: Read) -> Model | None:
        """Whoever it is about and nobody knew: registered once all else is right."""
        if not self.register.spec.asks_subject:
            return None
        self.tally.people += 1
        if self.is_dry:
            return None
        try:
            return self.finder.newcomer(read.cells, read.place)
        except Unclear as unclear:
            raise _Wrong({"": str(unclear)}) from None

    def _place(self, row: Row) -> Place:
        try:
            place = self.finder.place(text_of(row.cells.get(PLACE)))
        except Unclear as unclear:
            raise _Wrong({PLACE: str(unclear)}) from None
        if place.path not in self._writes:
            self._writes[place.path] = may_write(self.actor, self.register.spec, place)
        if not self._writes[place.path]:
            raise _Wrong({PLACE: _("No role of yours writes in this register there.")})
        return place

    def _values(
        self, row: Row, place: Place
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
        """What was filled in by field, what it points to, and what means nothing."""
        values: dict[str, Any] = {}
        targets: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name, column in self._fields():
            spec = column.field
            assert spec is not None  # noqa: S101 - `_fields` gives no others
            value = value_of(spec, self._options(name), row.cells.get(name))
            if value is None or spec.kind not in REFERENCES:
                values[name] = value
                continue
            try:
                of = (spec.of or "").partition(":")[2]
                targets[name] = self.finder.target(spec.kind, value, place, of)
                values[name] = _key_of(targets[name])
            except Unclear as unclear:
                problems[name] = str(unclear)
        return values, targets, problems

    def _fields(self) -> Iterator[tuple[str, Column]]:
        for key in self.heads:
            column = self.columns.get(key)
            if column is not None and column.field is not None:
                yield key, column

    def _options(self, name: str) -> Mapping[str, Any] | None:
        return offered(name, self.register.spec.fields[name], self._choices)

    def _checked(
        self, place: Place, values: Mapping[str, Any], problems: Mapping[str, str]
    ) -> dict[str, Any]:
        known = {"place": {"code": place.code, "kind": place.kind, "level": place.level}}
        given = {name: value for name, value in values.items() if value not in (None, "")}
        try:
            cleaned = record_checked(self.register.spec, given, choices=self._choices, known=known)
        except Invalid as error:
            said = {name: str(why) for name, why in error.fields.items()}
            raise _Wrong({**said, **problems} or {"": str(error.message)}) from None
        if problems:
            raise _Wrong(problems)
        return cleaned

    def _refused(self, line: int, error: Refused) -> None:
        said = {name: str(why) for name, why in error.fields.items()}
        self._told(line, said or {"": str(error.message)})

    def _told(self, line: int, problems: Mapping[str, str]) -> None:
        self.tally.wrong += 1
        for key, why in problems.items():
            column = self.columns.get(key)
            head = self.heads.get(key) or (label(column.label) if column is not None else "")
            self.tally.troubles.append(Trouble(line, head, why))


def _key_of(target: Any) -> str:
    return target.code if isinstance(target, Place) else str(target.pk)

# SPDX-License-Identifier: MulanPSL-2.0
"""Lists are taken out as files for a purpose, with a second person's yes, by whoever asked."""

import csv
import datetime as dt
import hashlib
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from openpyxl import load_workbook

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.config.testing.together import at_once, codes
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files import exporting, exports, making, sheets
from linli.kernel.files.models import Export
from linli.kernel.files.terms import MOST_AT_ONCE, ExportState, Format, Perm, Personal, Verb
from linli.kernel.files.tests.listed import KEY, NASTY, OPEN, SOURCE, VIEW
from linli.kernel.jobs import worker
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PURPOSE = "月度分析会"
ROWS = 20


@pytest.fixture(autouse=True)
def _listed(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LINLI_DATA = tmp_path
    monkeypatch.setitem(registry._all.exports, KEY, SOURCE)


@pytest.fixture
def city() -> SimpleNamespace:
    """A list of twenty rows, somebody who asks, and those who decide, here and beside."""
    role_define("asker", [VIEW, OPEN, Perm.ASK])
    role_define("masker", [VIEW, Perm.ASK])
    role_define("decider", [Perm.APPROVE, Perm.ASK, VIEW])
    tree = city_tree()
    for number in range(ROWS):
        AccountFactory.create(username=f"row-{number:02}")
    tree.asker = holder("asker", tree.subdistrict)
    tree.decider = holder("decider", tree.district)
    tree.second = holder("decider", tree.city)
    tree.beside = holder("decider", tree.other_subdistrict)
    return tree


def holder(role: str, place: Place) -> Actor:
    """Somebody with a role at a place, come in a moment ago."""
    return proven(GrantFactory.create(role=role, place=place).account)


def ask(actor: Actor, **given: Any) -> Export:
    """An export asked for in English."""
    how = {"source": KEY, "query": "", "purpose": PURPOSE} | given
    with translation.override("en"):
        return exporting.export_ask(actor=actor, **how)


def made(actor: Actor, **given: Any) -> Export:
    """An export with its file, approved where it needs that by whoever may."""
    export = ask(actor, **given)
    making.export_make(export.pk)
    return fresh(export)


def fresh(export: Export) -> Export:
    """The export as it stands in the database."""
    return Export.objects.get(pk=export.pk)


def file_of(export: Export) -> Path:
    """Where its file lies."""
    found = django_settings.LINLI_DATA / "exports" / f"{export.key}.{export.format}"
    assert isinstance(found, Path)
    return found


def rows_of(export: Export) -> list[list[str]]:
    """The rows of a CSV."""
    text = file_of(export).read_bytes().decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def told(export: Export) -> list[str]:
    """What the record says of an export."""
    rows = AuditRecord.objects.filter(subject_kind="files.export", subject_key=str(export.pk))
    return list(rows.order_by("seq").values_list("verb", flat=True))


class TestAsking:
    def test_a_list_without_people_is_made_at_once(self, city: SimpleNamespace) -> None:
        export = ask(city.asker)
        assert (export.state, export.rows) == (ExportState.MAKING, ROWS)
        assert export.place_path == city.subdistrict.path
        assert worker.run_all() == 1
        done = fresh(export)
        assert (done.state, done.rows_made) == (ExportState.READY, ROWS)
        assert done.sha256 == hashlib.sha256(file_of(done).read_bytes()).hexdigest()
        assert told(done) == [Verb.EXPORT_ASKED, Verb.EXPORT_MADE]
        asked, finished = AuditRecord.objects.order_by("seq")
        assert (asked.reason, asked.actor_id) == (PURPOSE, city.asker.account_id)
        assert finished.detail == {"rows": ROWS, "sha256": done.sha256}
        assert {row.place_path for row in (asked, finished)} == {city.subdistrict.path}

    @pytest.mark.parametrize("purpose", ["", "   ", "abc", "\x00\ud800\x00 a"])
    def test_without_a_purpose_nothing_goes(self, city: SimpleNamespace, purpose: str) -> None:
        with pytest.raises(Invalid) as refused:
            ask(city.asker, purpose=purpose)
        assert refused.value.code == "purpose_missing"
        assert not Export.objects.exists()

    def test_strange_characters_of_a_purpose_are_gone(self, city: SimpleNamespace) -> None:
        assert ask(city.asker, purpose=" 月度\x00分\ud800析会 ").purpose == PURPOSE

    def test_old_proof_is_no_proof(self, city: SimpleNamespace) -> None:
        old = Proof(timezone.now() - dt.timedelta(minutes=16), has_second_factor=True)
        with pytest.raises(Unproven):
            ask(replace(city.asker, proof=old))

    def test_numbers_in_plain_need_a_second_factor(self, city: SimpleNamespace) -> None:
        with pytest.raises(Unproven) as refused:
            ask(replace(city.asker, proof=Proof(timezone.now())), personal=Personal.OPENED)
        assert refused.value.code == "second_factor"

    def test_who_may_not_open_numbers_gets_them_masked_at_most(self, city: SimpleNamespace) -> None:
        with pytest.raises(Invalid) as refused:
            ask(holder("masker", city.community), personal=Personal.OPENED)
        assert refused.value.code == "export_personal"

    def test_many_rows_wait_and_too_many_are_refused(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "MOST_ALONE", ROWS - 1)
        assert ask(city.asker).state == ExportState.WAITING
        monkeypatch.setattr(exporting, "MOST_ROWS", ROWS - 1)
        with pytest.raises(Invalid) as refused:
            ask(city.asker)
        assert refused.value.code == "export_many"

    @pytest.mark.parametrize(
        "given", [{"query": "nobody-"}, {"query": "x" * 1001}, {"form": "exe"}, {"personal": "all"}]
    )
    def test_what_cannot_be_taken_is_refused(
        self, city: SimpleNamespace, given: dict[str, str]
    ) -> None:
        with pytest.raises(Invalid):
            ask(city.asker, **given)

    def test_nobody_has_more_than_a_few_under_way(self, city: SimpleNamespace) -> None:
        for _export in range(MOST_AT_ONCE):
            ask(city.asker)
        with pytest.raises(Conflict):
            ask(city.asker)

    def test_without_the_right_the_list_does_not_exist(self, city: SimpleNamespace) -> None:
        role_define("viewer", [VIEW])
        role_define("taker", [Perm.ASK])
        for actor in (holder("viewer", city.city), holder("taker", city.city), SYSTEM):
            with pytest.raises(Forbidden):
                ask(actor)
        with pytest.raises(Forbidden):
            ask(city.asker, source="no.list")

    def test_administrators_take_nothing_out(self, city: SimpleNamespace) -> None:
        account = AccountFactory.create()
        GrantFactory.create(account=account, role="asker", place=city.city)
        runs = role_define("runs", [VIEW])
        runs.body |= {"administrator": "system"}
        runs.save()
        GrantFactory.create(account=account, role="runs", place=city.city, administrator="system")
        with pytest.raises(Forbidden):
            ask(proven(account))


class TestDeciding:
    def test_people_in_it_need_a_second_yes(self, city: SimpleNamespace) -> None:
        export = ask(city.asker, personal=Personal.MASKED)
        assert export.state == ExportState.WAITING
        assert worker.run_all() == 0
        assert list(exports.exports_waiting(actor=city.decider)) == [export]
        exporting.export_approve(actor=city.decider, export=export)
        assert worker.run_all() == 1
        assert fresh(export).state == ExportState.READY
        assert told(export) == [Verb.EXPORT_ASKED, Verb.EXPORT_APPROVED, Verb.EXPORT_MADE]
        with pytest.raises(Conflict):
            exporting.export_approve(actor=city.second, export=export)

    def test_not_from_who_asked_nor_from_beside_nor_without_proof(
        self, city: SimpleNamespace
    ) -> None:
        own = ask(city.decider, personal=Personal.MASKED)
        assert not exports.exports_waiting(actor=city.decider).exists()
        with pytest.raises(Forbidden) as refused:
            exporting.export_approve(actor=city.decider, export=own)
        assert refused.value.code == "export_same_person"
        export = ask(city.asker, personal=Personal.MASKED)
        assert not exports.exports_waiting(actor=city.beside).exists()
        for actor in (city.beside, city.asker):
            with pytest.raises(Forbidden):
                exporting.export_approve(actor=actor, export=export)
        with pytest.raises(Unproven):
            exporting.export_approve(actor=replace(city.decider, proof=Proof()), export=export)
        with pytest.raises(IntegrityError), transaction.atomic():
            Export.objects.filter(pk=export.pk).update(decided_by=export.asked_by_id)
        assert fresh(export).state == ExportState.WAITING

    def test_a_no_has_a_reason_and_is_the_end(self, city: SimpleNamespace) -> None:
        export = ask(city.asker, personal=Personal.OPENED)
        with pytest.raises(Invalid):
            exporting.export_decline(actor=city.decider, export=export, reason=" \x00")
        exporting.export_decline(actor=city.decider, export=export, reason="不需要号码")
        assert (fresh(export).state, fresh(export).reason) == (ExportState.DECLINED, "不需要号码")
        assert told(export) == [Verb.EXPORT_ASKED, Verb.EXPORT_DECLINED]
        assert AuditRecord.objects.latest("seq").reason == "不需要号码"
        with pytest.raises(Conflict):
            exporting.export_approve(actor=city.second, export=export)
        with pytest.raises(Conflict):
            exporting.export_fetch(actor=city.asker, export=export)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_decides(self, city: SimpleNamespace) -> None:
        export = ask(city.asker, personal=Personal.MASKED)
        found = at_once(
            lambda: exporting.export_approve(actor=city.decider, export=export),
            lambda: exporting.export_decline(actor=city.second, export=export, reason="不需要"),
        )
        assert codes(found) == ["done", "export_decided"]
        assert len(told(export)) == 2


class TestTheFile:
    def test_first_and_last_line_say_whose_it_is(self, city: SimpleNamespace) -> None:
        export = made(city.asker)
        first, which, _warning, head, *rows, last = rows_of(export)
        for line in (first, last):
            for part in (export.number, city.asker.label, PURPOSE, str(clock.today().year)):
                assert part in line[0]
        assert which == ["Accounts", "all"]
        assert head == ["Name", "Log-in", "Count"]
        assert len(rows) == ROWS
        assert last[1] == f"{ROWS} rows, all there are"
        assert file_of(export).read_bytes().startswith(b"\xef\xbb\xbf")
        assert file_of(export).stat().st_mode & 0o077 == 0

    def test_no_cell_runs(self, city: SimpleNamespace) -> None:
        for form in Format:
            export = made(city.asker, form=form, purpose="=cmd|' /C calc'!A0")
            rows = rows_of(export) if form == Format.CSV else book_of(export)
            cells = [value for row in rows for value in row if value]
            risky = [value for value in cells if value[0] in sheets.RISKY and not is_number(value)]
            assert risky == []
            names = [row[0] for row in rows[4 : 4 + len(NASTY)]]
            assert names[0] == names[4] == names[6] == "'=1+1"
            assert names[7:] == ["'＝1+1", "abc"]

    def test_the_workbook_holds_text_alone(self, city: SimpleNamespace) -> None:
        export = made(city.asker, form=Format.XLSX)
        book = load_workbook(file_of(export))
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        kinds = {cell.data_type for cell in cells if cell.value}
        assert kinds == {"s"}
        assert export.number in book.properties.title

    def test_numbers_are_masked_unless_approved_in_plain(self, city: SimpleNamespace) -> None:
        for personal, shown in ((Personal.MASKED, "138****2046"), (Personal.OPENED, "13800132046")):
            export = ask(city.asker, personal=personal)
            exporting.export_approve(actor=city.decider, export=export)
            making.export_make(export.pk)
            rows = rows_of(fresh(export))
            assert rows[3][-1] == "Telephone"
            assert {row[3] for row in rows[4:-1]} == {shown}

    def test_whoever_lost_the_right_meanwhile_gets_no_file(self, city: SimpleNamespace) -> None:
        export = ask(city.asker)
        Account.objects.filter(pk=city.asker.account_id).update(is_active=False)
        making.export_make(export.pk)
        assert fresh(export).state == ExportState.FAILED
        assert told(export) == [Verb.EXPORT_ASKED, Verb.EXPORT_FAILED]

    def test_a_worker_that_dies_leaves_nothing_to_fetch(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = ask(city.asker)
        half = {"rows": broken_after(7)}
        monkeypatch.setitem(registry._all.exports, KEY, replace(SOURCE, **half))
        with pytest.raises(KeyboardInterrupt):
            making.export_make(export.pk)
        assert fresh(export).state == ExportState.MAKING
        with pytest.raises(Conflict):
            exporting.export_fetch(actor=city.asker, export=export)
        monkeypatch.setitem(registry._all.exports, KEY, SOURCE)
        making.export_make(export.pk)
        making.export_make(export.pk)
        assert fresh(export).rows_made == ROWS
        assert told(export) == [Verb.EXPORT_ASKED, Verb.EXPORT_MADE]
        assert [path.name for path in file_of(fresh(export)).parent.iterdir()] == [
            file_of(fresh(export)).name
        ]

    def test_of_two_workers_one_file_stays(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = ask(city.asker)

        def rows(*given: Any) -> Any:
            monkeypatch.setitem(registry._all.exports, KEY, SOURCE)
            making.export_make(export.pk)  # another worker is quicker
            return SOURCE.rows(*given)

        monkeypatch.setitem(registry._all.exports, KEY, replace(SOURCE, rows=rows))
        making.export_make(export.pk)
        assert list(file_of(fresh(export)).parent.iterdir()) == [file_of(fresh(export))]
        assert told(export) == [Verb.EXPORT_ASKED, Verb.EXPORT_MADE]

    def test_many_rows_are_never_all_in_memory(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def rows(*_given: Any) -> Any:
            return ({"name": "行" * 500, "login": str(number)} for number in range(8_000))

        monkeypatch.setitem(registry._all.exports, KEY, replace(SOURCE, rows=rows))
        export = ask(city.asker)
        tracemalloc.start()
        making.export_make(export.pk)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert file_of(fresh(export)).stat().st_size > 12_000_000
        assert peak < 3_000_000


def broken_after(count: int) -> Any:
    """Rows whose reader is stopped in the middle."""

    def rows(*given: Any) -> Any:
        for number, row in enumerate(SOURCE.rows(*given)):
            if number == count:
                raise KeyboardInterrupt
            yield row

    return rows


def book_of(export: Export) -> list[list[str]]:
    """The rows of a workbook."""
    sheet = load_workbook(file_of(export)).worksheets[0]
    return [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]


def is_number(value: str) -> bool:
    """Whether a cell holds a number of ours."""
    return value.removeprefix("-").isdecimal()


class TestFetching:
    def test_by_who_asked_and_on_the_record(self, city: SimpleNamespace) -> None:
        export = made(city.asker)
        served = exporting.export_fetch(actor=city.asker, export=export)
        assert served.path == file_of(export)
        assert (served.name, served.is_inline) == (f"linli-{export.number}.csv", False)
        assert told(export)[-1] == Verb.EXPORT_FETCHED

    def test_by_nobody_else(self, city: SimpleNamespace) -> None:
        export = made(city.asker)
        for actor in (city.decider, holder("asker", city.subdistrict), SYSTEM):
            with pytest.raises(Forbidden):
                exporting.export_fetch(actor=actor, export=export)
        Account.objects.filter(pk=city.asker.account_id).update(is_active=False)
        gone = replace(city.asker, grants=())
        with pytest.raises(Forbidden):
            exporting.export_fetch(actor=gone, export=export)
        assert Verb.EXPORT_FETCHED not in told(export)

    def test_not_after_its_end_and_then_the_file_goes(self, city: SimpleNamespace) -> None:
        export = made(city.asker)
        assert export.ends_at is not None
        with clock.at(export.ends_at):
            with pytest.raises(Conflict) as refused:
                exporting.export_fetch(actor=city.asker, export=export)
            assert making.exports_end() == 1
            assert making.exports_end() == 0
        assert refused.value.code == "export_gone"
        assert not file_of(export).exists()
        assert fresh(export).state == ExportState.GONE
        assert told(export)[-1] == Verb.EXPORT_GONE

    def test_what_nobody_decides_on_ends_and_what_hangs_fails(self, city: SimpleNamespace) -> None:
        waiting, hanging = ask(city.asker, personal=Personal.MASKED), ask(city.asker)
        with clock.at(clock.now() + dt.timedelta(days=13)):
            assert making.exports_end() == 0
        assert fresh(hanging).state == ExportState.FAILED
        with clock.at(clock.now() + dt.timedelta(days=14, minutes=1)):
            assert making.exports_end() == 1
        assert fresh(waiting).state == ExportState.GONE

    def test_files_that_no_export_names_go_after_a_day(self, city: SimpleNamespace) -> None:
        export = made(city.asker)
        stray = file_of(export).with_name(".0123.part")
        stray.write_bytes(b"")
        making.exports_end()
        assert stray.exists()
        for path in (stray, file_of(export)):
            os.utime(path, (1, 1))
        making.exports_end()
        assert not stray.exists()
        assert file_of(export).exists()

# SPDX-License-Identifier: MulanPSL-2.0
"""Lists are taken in: what is right once and whole, what is wrong by line and reason."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from openpyxl import Workbook

from linli.base.errors import Conflict, Forbidden, Invalid
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.models import Import, ImportTrouble, Record, Revision
from linli.engines.registers.rules.columns import columns_of, guessed
from linli.engines.registers.services import record_add, record_change, uploading
from linli.engines.registers.services.importing import ListImport, Tally, Trouble
from linli.engines.registers.services.uploading import (
    import_check,
    import_open,
    import_path,
    import_run,
    import_stop,
    import_write,
    imports_forget,
)
from linli.engines.registers.terms import ImportState, Source
from linli.kernel.files.lists import heads_of
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person

pytestmark = pytest.mark.django_db

HEADS = ["合同编号", "管理方式", "每平方米月费", "签订日期", "物业值班电话", "截止日期"]
GOOD = ["WY-1", "专业物业", "1.20", "2025年3月1日", "0833-2100119", "2027-02-28"]


def lines(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> Path:
    """A list as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def book(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A list as a workbook."""
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(list(row))
    made.save(path)
    return path


def taken(
    town: SimpleNamespace, path: Path, *, key: str = "contract", is_dry: bool = False, **more: Any
) -> tuple[Tally, list[Trouble]]:
    """Take a list in with the heads that are guessed; what came of it, and what was wrong."""
    actor, top = more.get("actor", town.clerk), more.get("top", town.community)
    register = selectors.register_find(key, top.path)
    assert register is not None
    columns = columns_of(register.spec)
    known = [name for column in columns.values() for name in column.names]
    work = ListImport(actor, register, top, guessed(columns, heads_of(path, known)), is_dry=is_dry)
    troubles: list[Trouble] = []

    def told(tally: Tally) -> bool:
        troubles.extend(tally.troubles)
        return True

    work.take(path, told=told)
    return work.tally, troubles


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_list_is_taken_in_once(town: SimpleNamespace, tmp_path: Path, encoding: str) -> None:
    path = lines(tmp_path / "a.csv", [["某社区台账"], HEADS, GOOD, ["WY-2", *GOOD[1:]]], encoding)
    dry, _ = taken(town, path, is_dry=True)
    assert (dry.rows, dry.added, Record.objects.count()) == (2, 2, 0)
    tally, troubles = taken(town, path)
    assert (tally.added, tally.same, troubles) == (2, 0, [])
    again, _ = taken(town, path)
    assert (again.added, again.same, again.changed) == (0, 2, 0)
    record = Record.objects.order_by("pk").first()
    assert record is not None
    values = selectors.values_of(record)
    assert values == {
        "number": "WY-1",
        "mode": "company",
        "fee": 120,
        "signed_on": "2025-03-01",
        "contact": "0833-2100119",
        "until_date": "2027-02-28",
    }
    revision = Revision.objects.get(record=record)
    assert (revision.source, revision.account_id) == (Source.IMPORT, town.clerk.account_id)
    assert record.ends_on == record.due_on == dt.date(2027, 2, 28)


def test_what_differs_is_changed_and_what_is_not_told_stays(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    taken(town, lines(tmp_path / "a.csv", [HEADS, GOOD]))
    tally, _ = taken(
        town, lines(tmp_path / "b.csv", [["合同编号", "每平方米月费"], ["WY-1", "1.50"]])
    )
    assert (tally.added, tally.changed) == (0, 1)
    record = Record.objects.get()
    values = selectors.values_of(record)
    assert (values["fee"], values["mode"], record.revision) == (150, "company", 2)


def test_every_wrong_row_is_named_with_its_column(town: SimpleNamespace, tmp_path: Path) -> None:
    rows = [
        HEADS,
        ["", *GOOD[1:]],
        ["WY-3", "随便", *GOOD[2:]],
        ["WY-4", "专业物业", "一块二", *GOOD[3:]],
        ["WY-5", *GOOD[1:3], "二月三十", *GOOD[4:]],
        ["WY-6", *GOOD[1:4], "123", GOOD[5]],
        ["WY-7", *GOOD[1:5], "2020-01-01"],
        ["WY-8", *GOOD[1:]],
        ["WY-8", *GOOD[1:]],
        ["合计", "", "9.60", "", "", ""],
    ]
    tally, troubles = taken(town, lines(tmp_path / "a.csv", rows))
    assert (tally.rows, tally.added, tally.wrong, tally.left) == (9, 1, 7, 1)
    found = {each.line: (each.column, each.why) for each in troubles}
    assert [found[line][0] for line in (2, 3, 4, 5, 6, 7)] == HEADS
    assert "到期日应晚于签订日" in found[7][1] or found[7][1]
    assert "第8行" in found[9][1] or "line 8" in found[9][1]


def test_a_workbook_with_days_as_numbers_and_wide_digits(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    day = dt.datetime(2025, 3, 1)  # noqa: DTZ001 - a spreadsheet's days have no zone
    rows: list[list[Any]] = [
        HEADS,
        ["ＷＹ－９", "专业物业", 1.2, day, "０８３３２１００１１９", 46446.0],
    ]
    tally, troubles = taken(town, book(tmp_path / "a.xlsx", rows))
    assert (tally.added, troubles) == (1, [])
    values = selectors.values_of(Record.objects.get())
    assert (values["signed_on"], values["until_date"]) == ("2025-03-01", "2027-02-28")
    assert values["fee"] == 120


def test_rows_lie_where_they_say_and_only_where_one_writes(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    rows = [["所在地点", *HEADS]]
    rows += [[town.other_community.name, *GOOD], [town.community.code, "WY-2", *GOOD[1:]]]
    rows += [["哪里都不是", "WY-3", *GOOD[1:]]]
    path = lines(tmp_path / "a.csv", rows)
    tally, troubles = taken(town, path, top=town.subdistrict)
    assert tally.added == 1
    assert {each.line for each in troubles} == {2, 4}
    assert Record.objects.get().place == town.community


ROLL = ["姓名", "身份证号", "手机号", "任期至"]


def test_people_are_matched_by_number_and_those_unknown_are_registered(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    known = PersonFactory.create(
        name="陈桂兰", place=town.community, id_number="511102196803154529"
    )
    rows = [
        ROLL,
        ["陈桂兰", "511102196803154529", "", "2027-01-01"],
        ["陈桂兰", "511102196803154528", "", "2027-01-01"],
        ["王建国", "", "13800138000", "2027-01-01"],
        ["无名氏", "", "", "2027-01-01"],
        ["赵小军", "", "13800138001", "没有这一天"],
    ]
    tally, troubles = taken(town, lines(tmp_path / "a.csv", rows), key="officer")
    assert (tally.added, tally.people) == (2, 1)
    assert {each.line for each in troubles} == {3, 5, 6}
    assert not Person.objects.filter(name="赵小军").exists()
    assert Record.objects.filter(person=known).count() == 1
    assert Person.objects.get(name="王建国").place == town.community


def test_two_of_one_name_are_not_guessed(town: SimpleNamespace, tmp_path: Path) -> None:
    for _number in range(2):
        PersonFactory.create(name="李芳", place=town.community)
    rows = [ROLL, ["李芳", "", "", "2027-01-01"]]
    tally, troubles = taken(town, lines(tmp_path / "a.csv", rows), key="officer")
    assert (tally.added, len(troubles)) == (0, 1)
    assert "李芳" in troubles[0].why


def test_one_that_somebody_edits_meanwhile_keeps_both(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    taken(town, lines(tmp_path / "a.csv", [HEADS, GOOD]))
    record = Record.objects.get()
    values = {**selectors.values_of(record), "contact": "13912345678"}
    record_change(actor=town.clerk, record=record, values={**values, "fee": "1.20"})
    taken(town, lines(tmp_path / "b.csv", [["合同编号", "管理方式"], ["WY-1", "居民自管"]]))
    values = selectors.values_of(Record.objects.get())
    assert (values["contact"], values["mode"]) == ("13912345678", "own")


def test_the_same_without_anything_unique_is_not_doubled(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    register_define("contract", {**CONTRACT, "unique": []}, place_path=town.city.path)
    path = lines(tmp_path / "a.csv", [HEADS, GOOD])
    assert taken(town, path)[0].added == 1
    assert taken(town, path)[0].same == 1
    assert Record.objects.count() == 1


@pytest.fixture
def sent(town: SimpleNamespace, tmp_path: Path, settings: LazySettings) -> Iterator[Import]:
    """A list of three rows that the clerk has sent, one of them wrong."""
    settings.LINLI_DATA = tmp_path / "data"
    rows = [HEADS, GOOD, ["WY-2", *GOOD[1:]], ["WY-3", "随便", *GOOD[2:]]]
    with lines(tmp_path / "a.csv", rows).open("rb") as file:
        yield import_open(
            actor=town.clerk, register="contract", place=town.community, upload=file, name="a.csv"
        )


def fresh(one: Import) -> Import:
    return Import.objects.get(pk=one.pk)


def test_it_is_checked_then_taken_in_and_its_file_goes(
    town: SimpleNamespace, sent: Import, django_capture_on_commit_callbacks: Any
) -> None:
    assert sent.heads == {
        "number": "合同编号",
        "mode": "管理方式",
        "fee": "每平方米月费",
        "signed_on": "签订日期",
        "contact": "物业值班电话",
        "until_date": "截止日期",
    }
    import_check(actor=town.clerk, one=sent, heads=sent.heads)
    import_run(import_id=sent.pk)
    checked = fresh(sent)
    assert (checked.state, checked.added, checked.wrong) == (ImportState.CHECKED, 2, 1)
    assert Record.objects.count() == 0
    assert ImportTrouble.objects.get().column == "管理方式"
    import_write(actor=town.clerk, one=checked)
    with django_capture_on_commit_callbacks(execute=True):
        import_run(import_id=sent.pk)
    done = fresh(sent)
    assert (done.state, done.added, Record.objects.count()) == (ImportState.DONE, 2, 2)
    assert not import_path(sent.file).exists()
    with pytest.raises(Conflict):
        import_write(actor=town.clerk, one=done)


def test_a_needed_column_without_a_head_and_a_head_twice_are_refused(
    town: SimpleNamespace, sent: Import
) -> None:
    with pytest.raises(Invalid) as refused:
        import_check(actor=town.clerk, one=sent, heads={"mode": "管理方式"})
    assert list(refused.value.fields) == ["number"]
    with pytest.raises(Invalid) as refused:
        import_check(actor=town.clerk, one=sent, heads={"number": "管理方式", "mode": "管理方式"})
    assert set(refused.value.fields) == {"number", "mode"}


def test_one_that_is_stopped_goes_on_behind_the_last_row(
    town: SimpleNamespace, sent: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.engines.registers.services.importing.AT_ONCE", 1)
    import_check(actor=town.clerk, one=sent, heads=sent.heads)
    import_run(import_id=sent.pk)
    import_write(actor=town.clerk, one=fresh(sent))
    kept = uploading._kept

    def stopping(key: int, state: str, tally: Tally) -> bool:
        if tally.rows == 1:
            import_stop(actor=town.clerk, one=fresh(sent))
        return kept(key, state, tally)

    monkeypatch.setattr(uploading, "_kept", stopping)
    import_run(import_id=sent.pk)
    stopped = fresh(sent)
    assert (stopped.state, stopped.added, stopped.after) == (ImportState.STOPPED, 1, 2)
    monkeypatch.setattr(uploading, "_kept", kept)
    import_write(actor=town.clerk, one=stopped)
    import_run(import_id=sent.pk)
    done = fresh(sent)
    assert (done.state, done.rows, done.added, done.same) == (ImportState.DONE, 3, 2, 0)


def test_only_who_sent_it_and_still_writes_goes_on(town: SimpleNamespace, sent: Import) -> None:
    with pytest.raises(Forbidden):
        import_check(actor=town.other_clerk, one=sent, heads=sent.heads)
    import_check(actor=town.clerk, one=sent, heads=sent.heads)
    sent.account.grants.all().delete()
    import_run(import_id=sent.pk)
    assert fresh(sent).state == ImportState.FAILED


@pytest.mark.parametrize(
    "content", [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken", b"\xff\xfe\x00\xd8\x00\xd8"]
)
def test_what_is_no_list_is_refused_and_not_kept(
    town: SimpleNamespace, tmp_path: Path, settings: LazySettings, content: bytes
) -> None:
    settings.LINLI_DATA = tmp_path / "data"
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with path.open("rb") as file, pytest.raises(Invalid):
        import_open(
            actor=town.clerk, register="contract", place=town.community, upload=file, name="a"
        )
    assert list((tmp_path / "data" / "imports").iterdir()) == []
    assert not Import.objects.exists()


def test_what_nobody_goes_on_with_is_forgotten(
    town: SimpleNamespace, sent: Import, django_capture_on_commit_callbacks: Any
) -> None:
    assert imports_forget(actor=town.clerk) == 0
    Import.objects.update(created_at=sent.created_at - dt.timedelta(days=4))
    with django_capture_on_commit_callbacks(execute=True):
        assert imports_forget(actor=town.clerk) == 1
    assert not import_path(sent.file).exists()


def test_a_record_added_by_hand_meanwhile_is_matched_not_doubled(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "WY-1", "mode": "own"},
    )
    tally, _ = taken(town, lines(tmp_path / "a.csv", [HEADS, GOOD, ["WY-2", *GOOD[1:]]]))
    assert (tally.added, tally.changed, Record.objects.count()) == (1, 1, 2)

# SPDX-License-Identifier: MulanPSL-2.0
"""Importing lists of appeals: tidy ones, untidy ones, broken ones."""

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from openpyxl import Workbook

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.dates import UnreadableDate, moment_read
from linli.kernel.files.lists import rows_of
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.workflow.models import Clock
from linli.modules.appeals.commands import appeals as commands
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.services.importing import ImportReport, appeals_import
from linli.modules.appeals.services.mappings import Saved, mapping_names, mapping_read
from linli.modules.appeals.tests.town import actor_of, staff

pytestmark = pytest.mark.django_db
ROOT = Path(settings.LINLI_PACKS).parent
DATA = Path(os.environ.get("LINLI_SHARED_DATA") or ROOT.parent / "shared" / "data") / "appeals"
SAMPLE = DATA / "labelled-sample-495.xlsx"
HEADS = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级标签"]
ROW = [
    24,
    "买买提·艾力",
    "A3区占道施工",
    "2020/1/6 12:09:38",
    "\n\t\t大道西行便道被占。\n\t",
    "城乡建设",
]
COLUMNS = {"what": ["留言详情"], "number": ["留言编号"]}

Write = Callable[..., Path]


@pytest.fixture
def csv_file(tmp_path: Path) -> Write:
    """Writes rows as a CSV file."""

    def write(*rows: list[Any], encoding: str = "utf-8", heads: list[str] = HEADS) -> Path:
        path = tmp_path / "list.csv"
        lines = [",".join(f'"{cell}"' for cell in row) for row in (heads, *rows)]
        path.write_text("\r\n".join(lines), encoding=encoding)
        return path

    return write


@pytest.fixture
def excel_file(tmp_path: Path) -> Write:
    """Writes rows as an Excel file, heads included."""

    def write(*rows: list[Any], merge: str = "") -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
        path = tmp_path / "list.xlsx"
        book.save(path)
        return path

    return write


def taken(file: Path, mapping: str | Saved = "messages", **given: Any) -> ImportReport:
    """Import a file as the platform itself."""
    saved = mapping if isinstance(mapping, Saved) else mapping_read(mapping)
    return appeals_import(actor=SYSTEM, file=file, mapping=saved, **given)


def test_a_row_becomes_an_appeal_with_its_own_time_and_clocks_from_now(
    city: SimpleNamespace, csv_file: Write
) -> None:
    before = clock.now()
    report = taken(csv_file(ROW))
    appeal = Appeal.objects.get()
    assert (report.rows, report.taken, report.skipped, report.flagged) == (1, 1, [], [])
    assert appeal.what == "A3区占道施工\n大道西行便道被占。"
    assert appeal.case.title == "A3区占道施工"
    assert appeal.filed_at == dt.datetime(2020, 1, 6, 12, 9, 38, tzinfo=clock.ZONE)
    assert appeal.channel == "import"
    assert appeal.source == "messages:24"
    assert min(Clock.objects.values_list("starts_at", flat=True)) >= before


def test_the_name_of_a_writer_is_kept_encrypted_only(
    city: SimpleNamespace, csv_file: Write
) -> None:
    taken(csv_file(ROW))
    assert Appeal.objects.get().contact_name == "买买提·艾力"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not any("艾力" in str(cell) for row in cursor.fetchall() for cell in row), table


def test_the_words_decide_among_the_classes_that_a_label_may_mean(
    city: SimpleNamespace, csv_file: Write
) -> None:
    taken(
        csv_file(
            [1, "甲", "路灯不亮", "2020/1/6", "门口路灯不亮了", "城乡建设"],
            [2, "乙", "物业费太贵", "2020/1/6", "物业公司乱涨物业费", "城乡建设"],
            [3, "丙", "没有词", "2020/1/6", "说不出来的事", "环境保护"],
            [4, "丁", "门口路灯不亮", "2020/1/6", "路灯坏了", "没见过的标签"],
        )
    )
    classes = {
        appeal.source.partition(":")[2]: appeal.case.matter.class_key
        for appeal in Appeal.objects.all()
    }
    assert classes == {
        "1": "street_lights",
        "2": "property_fees",
        "3": "environment_care",
        "4": "street_lights",
    }


def test_places_in_the_text_are_found_by_the_table(city: SimpleNamespace, csv_file: Write) -> None:
    spec = mapping_read("messages").spec.model_copy(
        update={
            "places": {
                "A市": city.community.code,
                "A3区": "柳荫街道/河畔社区",
                "B#县": "grid:2",
            },
            "place": city.grid.code,
        }
    )
    rows = [
        [1, "甲", "A市A3区的路", "2020/1/6", "路坏了", ""],
        [2, "乙", "路坏了", "2020/1/6", "A市的路坏了", ""],
        [3, "丙", "B12县的路", "2020/1/6", "A3区的人说的", ""],
        [4, "丁", "哪里都没说", "2020/1/6", "路坏了", ""],
    ]
    taken(csv_file(*rows), Saved("own", spec))
    places = {appeal.source[4:]: appeal.place for appeal in Appeal.objects.all()}
    assert places == {
        "1": city.other_community,
        "2": city.community,
        "3": city.other_grid,
        "4": city.grid,
    }


def test_twice_does_no_harm_and_a_row_that_is_there_twice_is_taken_once(
    city: SimpleNamespace, csv_file: Write
) -> None:
    file = csv_file(ROW, [*ROW[:2], "改了题目", *ROW[3:]], [25, *ROW[1:]])
    first, second = taken(file), taken(file)
    assert (first.taken, first.known) == (2, 1)
    assert (second.taken, second.known) == (0, 3)
    assert Appeal.objects.count() == 2


def test_a_list_without_numbers_is_known_by_what_it_says(
    city: SimpleNamespace, csv_file: Write
) -> None:
    file = csv_file(["", *ROW[1:]], ["", *ROW[1:]], ["", "乙", *ROW[2:]])
    assert (taken(file).taken, taken(file).known) == (2, 3)


def test_a_dry_run_keeps_nothing(city: SimpleNamespace, csv_file: Write) -> None:
    report = taken(csv_file(ROW, [25, *ROW[1:]]), is_dry=True)
    assert (report.taken, report.is_dry) == (2, True)
    assert not Appeal.objects.exists()
    assert not AuditRecord.objects.filter(verb="appeals.appeals.imported").exists()


def test_what_is_stopped_in_the_middle_goes_on_the_next_time(
    city: SimpleNamespace, csv_file: Write
) -> None:
    file = csv_file(*([number, *ROW[1:]] for number in range(120)))

    def stop(rows: int) -> None:
        if rows >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken(file, progress=stop)
    assert Appeal.objects.count() == 100
    report = taken(file)
    assert (report.taken, report.known) == (20, 100)


def test_closed_before_opened_is_flagged_and_not_guessed(
    city: SimpleNamespace, csv_file: Write
) -> None:
    heads = ["srnumber", "requesttype", "createddate", "closeddate"]
    file = csv_file(
        ["1-1", "Illegal dumping", "1/4/20 9:00", "1/3/20 8:00"],
        ["1-2", "Illegal dumping", "1/3/20 9:00", "1/4/20 8:00"],
        heads=heads,
    )
    report = taken(file, "service_requests", place=city.grid)
    assert report.taken == 2
    assert [(each.line, each.number) for each in report.flagged] == [(2, "1-1")]
    notes = {
        a.source[-3:]: a.case.matter.moves.filter(sort="noted").count()
        for a in Appeal.objects.all()
    }
    assert notes == {"1-1": 0, "1-2": 1}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({3: "前天下午"}, "留言时间"),
        ({3: "2020/13/6"}, "留言时间"),
        ({3: "3/4/2020"}, "留言时间"),
        ({3: "2999/1/1"}, "2999"),
        ({2: "", 4: "  \t "}, "一句话"),
        ({4: "很长" * 60_000}, "个字"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_line_and_the_reason(
    city: SimpleNamespace, csv_file: Write, change: dict[int, str], why: str
) -> None:
    odd = [change.get(number, cell) for number, cell in enumerate(ROW)]
    report = taken(csv_file(odd, [25, *ROW[1:]]))
    assert report.taken == 1
    assert (report.skipped[0].line, report.skipped[0].number) == (2, "24")
    assert why in report.skipped[0].why


def test_a_comma_too_many_is_seen(city: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("留言编号,留言详情\n1,路坏了,还有别的\n2,灯坏了\n", encoding="utf-8")
    report = taken(path)
    assert (report.taken, report.skipped[0].line) == (1, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_of_chinese_excel_is_read(
    city: SimpleNamespace, csv_file: Write, encoding: str
) -> None:
    assert taken(csv_file(ROW, encoding=encoding)).taken == 1
    assert Appeal.objects.get().what.endswith("大道西行便道被占。")


def test_names_and_words_beyond_the_ordinary_come_through(
    city: SimpleNamespace, csv_file: Write
) -> None:
    what = "𠮷祥路５号😀 <b>井</b>'; DROP TABLE x; --"
    taken(csv_file([1, "𠮷", "", "2020/1/6", what, ""]))
    appeal = Appeal.objects.get()
    assert (appeal.what, appeal.contact_name) == (what, "𠮷")


def test_titles_may_stand_above_the_heads(city: SimpleNamespace, excel_file: Write) -> None:
    file = excel_file(["2020年网上留言"], [], HEADS, ROW, [], [None] * 6, merge="A1:F1")
    assert taken(file).taken == 1


def test_three_ways_to_write_a_date_in_one_list(city: SimpleNamespace, excel_file: Write) -> None:
    file = excel_file(
        HEADS,
        [1, "甲", "路坏了", "2020/1/6 12:09:38", "路坏了", ""],
        [2, "乙", "路坏了", dt.datetime(2020, 1, 6, 12, 9, 38), "路坏了", ""],  # noqa: DTZ001
        [3, "丙", "路坏了", 43836.506689814816, "路坏了", ""],
        [4, "丁", "路坏了", "2020年1月6日 12时9分38秒", "路坏了", ""],
    )
    assert taken(file).taken == 4
    assert set(Appeal.objects.values_list("filed_at", flat=True)) == {
        dt.datetime(2020, 1, 6, 12, 9, 38, tzinfo=clock.ZONE)
    }


@pytest.mark.parametrize(
    ("given", "order", "said"),
    [
        ("2020-01-06T12:09:38Z", "ymd", "2020-01-06 20:09:38"),
        ("2020.1.6", "ymd", "2020-01-06 00:00:00"),
        ("20200106120938", "ymd", "2020-01-06 12:09:38"),
        ("２０２０/１/６ ７:００", "ymd", "2020-01-06 07:00:00"),
        ("2020/1/6 下午3:05", "ymd", "2020-01-06 15:05:00"),
        ("1/6/20 0:05", "mdy", "2020-01-06 00:05:00"),
        ("1/6/2020 12:05 AM", "mdy", "2020-01-06 00:05:00"),
        ("6/1/2020", "dmy", "2020-01-06 00:00:00"),
        (43836, "ymd", "2020-01-06 00:00:00"),
        ("43836.5", "ymd", "2020-01-06 12:00:00"),
    ],
)
def test_moments_are_read(given: Any, order: str, said: str) -> None:
    moment = moment_read(given, order)
    assert moment is not None
    assert f"{clock.local(moment):%Y-%m-%d %H:%M:%S}" == said


@pytest.mark.parametrize(
    "given", ["昨天", "2020/2/30", "1/6/2020", "12", "99999999", 7.5, "2020/1/6 25:00"]
)
def test_what_is_no_moment_is_not_guessed(given: Any) -> None:
    with pytest.raises(UnreadableDate):
        moment_read(given)


def test_an_empty_cell_is_no_moment() -> None:
    assert moment_read("  ") is moment_read(None) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        ("编号,内容\n1,路坏了\n".encode(), "heads_unknown"),
        ("留言详情,留言详情\n路坏了,灯坏了\n".encode(), "head_twice"),
        (b"PK\x03\x04 this is no Excel file", "file_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "file_old"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "encoding_unknown"),
        ("留言详情\n".encode("gbk") + b"\x81\x20\xff\xff", "encoding_unknown"),
        (b"\x00\x01\x02", "encoding_unknown"),
    ],
)
def test_a_broken_file_is_refused_in_plain_words(
    city: SimpleNamespace, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        taken(path)
    assert refused.value.code == code
    assert not Appeal.objects.exists()


def test_heads_over_two_merged_rows_are_refused_with_what_was_found(
    city: SimpleNamespace, excel_file: Write
) -> None:
    file = excel_file(
        ["留言", None, None], ["编号", "主题", "详情"], [1, "路", "路坏了"], merge="A1:C1"
    )
    with pytest.raises(Invalid, match="留言详情") as refused:
        taken(file)
    assert "留言" in str(refused.value)


def test_only_the_columns_that_are_asked_for_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("备注,留言详情,留言编号\n不看,路坏了,7\n", encoding="utf-8")
    assert [dict(row.cells) for row in rows_of(path, COLUMNS, ("what",))] == [
        {"what": "路坏了", "number": "7"}
    ]


def test_somebody_imports_only_where_they_may(city: SimpleNamespace, csv_file: Write) -> None:
    file, mapping = csv_file(ROW), mapping_read("messages")
    clerk = actor_of(staff("subdistrict_clerk", city.subdistrict))
    worker = actor_of(staff("grid_worker", city.grid))
    for actor, place in ((worker, city.grid), (clerk, None), (clerk, city.other_subdistrict)):
        with pytest.raises(Forbidden):
            appeals_import(actor=actor, file=file, mapping=mapping, place=place)
    spec = mapping.spec.model_copy(update={"places": {}, "place": ""})
    own = Saved("own", spec)
    assert appeals_import(actor=clerk, file=file, mapping=own, place=city.grid).taken == 1


def test_a_list_goes_into_one_city_only(city: SimpleNamespace, csv_file: Write) -> None:
    other = PlaceFactory.create(code="3716", name="滨州市", level="city", parent=None)
    with pytest.raises(Invalid) as refused:
        taken(csv_file(ROW))
    assert refused.value.code == "city_unsaid"
    assert taken(csv_file(ROW), place=city.grid).taken == 1
    assert taken(csv_file(ROW), place=city.community).known == 1
    assert not Appeal.objects.filter(place__path__under=other.path).exists()


def test_every_saved_mapping_reads() -> None:
    assert "messages" in mapping_names()
    for name in mapping_names():
        assert "what" in mapping_read(name).heads


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("label = ", "mapping_broken"),
        ('label = {zh = "x"}\n[columns]\nwhat = ["x"]\nwrong = ["y"]', "mapping_broken"),
        ('label = {zh = "x"}\n[columns]\ntitle = ["x"]', "mapping_broken"),
    ],
)
def test_a_mapping_that_says_what_no_mapping_says_is_refused(
    tmp_path: Path, text: str, code: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        mapping_read(str(path))
    assert refused.value.code == code


def test_a_mapping_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid, match="messages"):
        mapping_read("no_such_mapping")


def test_the_command_prints_json_alone_and_fails_when_nothing_was_taken(
    city: SimpleNamespace, csv_file: Write, tmp_path: Path
) -> None:
    runner = CliRunner()
    file = csv_file(ROW, [25, "乙", "路", "不知道", "路坏了", ""])
    done = runner.invoke(commands, ["import", str(file), "--mapping", "messages", "--json"])
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["taken"], report["skipped"][0]["line"]) == (1, 5)
    assert "25" in done.stderr
    odd = tmp_path / "odd.csv"
    odd.write_text("x\n1\n", encoding="utf-8")
    refused = runner.invoke(commands, ["import", str(odd), "--mapping", "messages", "--json"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    place = runner.invoke(
        commands, ["import", str(file), "--mapping", "messages", "--place", "no-such-place"]
    )
    assert place.exit_code == 1


def test_what_an_import_did_is_on_the_record(city: SimpleNamespace, csv_file: Write) -> None:
    taken(csv_file(ROW))
    row = AuditRecord.objects.get(verb="appeals.appeals.imported")
    assert (row.detail["taken"], row.detail["mapping"]) == (1, "messages")


@pytest.mark.both_in_full
@pytest.mark.skipif(not SAMPLE.exists(), reason=f"{SAMPLE.name} is not here")
def test_the_495_real_messages_are_taken(city: SimpleNamespace) -> None:
    report = taken(SAMPLE)
    assert (report.rows, report.taken, report.known, report.skipped) == (495, 494, 1, [])
    assert report.seconds < 60
    appeals = Appeal.objects.select_related("case__matter")
    assert not any("\t" in appeal.what for appeal in appeals)
    assert not any(appeal.case.matter.class_key == "" for appeal in appeals)
    assert {appeal.filed_at.year for appeal in appeals} >= {2012, 2019, 2020}


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"{SAMPLE.name} is not here")
@pytest.mark.parametrize("name", ["hot-topics-sample-30.xlsx", "replies-sample-120.xlsx"])
def test_other_real_lists_of_messages_are_taken_too(city: SimpleNamespace, name: str) -> None:
    report = taken(DATA / name)
    assert report.taken + report.known == report.rows
    assert report.taken > 25

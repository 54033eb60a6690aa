# SPDX-License-Identifier: MulanPSL-2.0
"""Importing divisions and boundaries, with generated files."""

import json
import time
from typing import Any

import pytest
from django.utils import translation
from shapely.geometry import shape

from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places import selectors, services
from linli.kernel.places.factories import PlaceFactory, square
from linli.kernel.places.imports import ImportReport, places_import
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Crs, Event, Perm, Verb

pytestmark = pytest.mark.django_db

CITY = """code,name,level,parent_code,province,city,area,street
519900000000,春江市,2,510000000000,某省,春江市,,
519902000000,东江区,3,519900000000,某省,春江市,东江区,
519902001000,柳荫街道,4,519902000000,某省,春江市,东江区,柳荫街道
519902001001,柳荫社区居委会,5,519902001000,某省,春江市,东江区,柳荫街道
519902001201,河口村委会,5,519902001000,某省,春江市,东江区,柳荫街道
"""
COUNTIES = 'code,name,cityCode,provinceCode\n519902,"东江区",5199,51\n519903,"西江县",5199,51\n'
SUBDISTRICTS = """code,name,areaCode,provinceCode,cityCode
519902001,"柳荫街道",519902,51,5199
519902100,"河口镇",519902,51,5199
519903001,"石桥街道",519903,51,5199
"""


def take(text: str, **more: Any) -> ImportReport:
    return places_import(actor=SYSTEM, content=text.encode(), **more)


def features(*pairs: tuple[Any, dict[str, Any] | None], name: str = "某区") -> str:
    found = [
        {"type": "Feature", "properties": {"adcode": code, "name": name}, "geometry": geometry}
        for code, geometry in pairs
    ]
    return json.dumps({"type": "FeatureCollection", "features": found})


def test_twelve_digit_codes_with_parents_become_a_tree() -> None:
    report = take(CITY)
    assert (report.rows, report.taken, report.added, report.skipped) == (5, 5, 5, [])
    assert "519900" in report.notes[0]
    village = Place.objects.get(code="519902001201")
    assert village.path == "519900/519902/519902001/519902001201/"
    assert (village.level, village.kind) == ("community", "village")
    assert village.parent == Place.objects.get(code="519902001")
    assert Place.objects.get(code="519902001").level == "subdistrict"
    assert Place.objects.get(code="519900").is_loose


def test_importing_twice_matches_and_doubles_nothing() -> None:
    take(CITY)
    before = list(Place.objects.order_by("pk").values())
    again = take(CITY)
    assert (again.taken, again.added, again.skipped) == (5, 0, [])
    assert list(Place.objects.order_by("pk").values()) == before


def test_codes_without_parents_hang_below_the_places_their_codes_name() -> None:
    take(COUNTIES)
    report = take(SUBDISTRICTS)
    assert (report.taken, report.added, report.notes) == (3, 3, [])
    assert Place.objects.get(code="519902100").path == "519902/519902100/"
    assert Place.objects.get(code="519902100").kind == "town"


def test_places_without_anything_above_wait_at_the_top_and_are_hung_when_it_comes() -> None:
    report = take(SUBDISTRICTS)
    assert report.taken == 3
    assert "519902001, 519902100, 519903001" in report.notes[0]
    PlaceFactory.create(code="519902001001", parent=Place.objects.get(code="519902001"))
    later = take(COUNTIES)
    assert any("3" in note for note in later.notes)
    take("code,name,provinceCode\n5199,春江市,51\n")
    below = Place.objects.get(code="519902001001")
    assert below.path == "519900/519902/519902001/519902001001/"
    assert Place.objects.get(code="519902").parent == Place.objects.get(code="519900")
    assert list(Place.objects.filter(is_loose=True).values_list("code", flat=True)) == ["519900"]
    assert selectors.subtree_count("519900/") == 7


def test_a_place_that_a_pack_has_fixed_is_not_moved() -> None:
    take(COUNTIES)
    place = Place.objects.get(code="519902")
    services.place_fix(actor=SYSTEM, place=place)
    take("code,name,provinceCode\n5199,春江市,51\n")
    assert Place.objects.get(code="519902").path == "519902/"
    assert Place.objects.get(code="519903").path == "519900/519903/"


def test_a_county_whose_code_ends_in_zeros_is_a_county_where_the_columns_say_so() -> None:
    take('code,name,cityCode,provinceCode\n441900,"东莞市",4419,44\n440103,"荔湾区",4401,44\n')
    assert Place.objects.get(code="441900").level == "district"
    report = take('code,name,areaCode,provinceCode,cityCode\n441900003,"东城街道",441900,44,4419\n')
    assert report.taken == 1
    assert Place.objects.get(code="441900003").path == "441900/441900003/"


def test_rows_that_cannot_be_taken_are_skipped_each_with_line_and_reason() -> None:
    text = (
        CITY
        + "519902001001,又一个,5,519902001000,,,,\n"  # the same code again
        + "51990200100A,坏码,5,519902001000,,,,\n"
        + "5.19902E+11,表格坏码,5,519902001000,,,,\n"
        + "519902009001,孤儿社区,5,519902009000,,,,\n"  # its subdistrict is missing
        + "519902001003,  ,5,519902001000,,,,\n"
        + "519902001004,级别不符,4,519902001000,,,,\n"
        + "519902001005,短\n"
        + "\n"
    )
    report = take(text)
    assert report.taken == 5
    assert {trouble.line for trouble in report.skipped} == {7, 8, 9, 10, 11, 12, 13}
    assert report.rows == report.taken + len(report.skipped)
    reasons = {trouble.line: trouble.why for trouble in report.skipped}
    assert "5" in reasons[7]
    assert "519902009" in reasons[10]
    assert len(set(reasons.values())) >= 5


def test_a_name_is_kept_where_the_file_says_another() -> None:
    PlaceFactory.create(code="519902", level="district", name="我们的区")
    report = take(COUNTIES)
    assert Place.objects.get(code="519902").name == "我们的区"
    assert any("我们的区" in note and "东江区" in note for note in report.notes)


def test_a_former_code_is_not_made_a_place_again() -> None:
    take(COUNTIES)
    place = Place.objects.get(code="519902")
    services.place_alias_add(actor=SYSTEM, place=place, code="519902009")
    report = take("code,name,areaCode\n519902009,老街道,519902\n")
    assert (report.taken, len(report.skipped)) == (0, 1)
    assert selectors.place_by_code("519902009") == place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"a,b\n1,2\n",
        b"{not json",
        b"[1, 2]",
        b'{"type": "Topology"}',
        b'code,name\n511100,"open',
    ],
)
def test_a_file_of_no_known_shape_is_refused_and_nothing_is_written(content: bytes) -> None:
    with pytest.raises(Invalid):
        places_import(actor=SYSTEM, content=content)
    assert not Place.objects.exists()
    assert not AuditRecord.objects.exists()


def test_a_file_in_the_old_chinese_encoding_is_read_and_says_so() -> None:
    for encoding in ("gb18030", "gbk"):
        report = places_import(actor=SYSTEM, content=CITY.encode(encoding))
        assert report.taken == 5
        assert Place.objects.get(code="519900").name == "春江市"
        assert any("GBK" in note for note in report.notes)
    assert not any("GBK" in note for note in take(CITY).notes)


def test_a_file_in_an_encoding_that_nobody_can_be_sure_of_is_refused() -> None:
    big5 = "code,name,level,parent_code\n519900000000,臺灣島龜樹鹽城雙溪龍潭礁溪,2,510000000000\n"
    with pytest.raises(Invalid) as refused:
        places_import(actor=SYSTEM, content=big5.encode("big5"))
    assert "UTF-8" in str(refused.value.message)
    assert not Place.objects.exists()


def test_columns_may_stand_in_any_order_and_a_missing_one_is_named() -> None:
    lines = [line.split(",")[:4] for line in CITY.splitlines()]
    moved = "\n".join(",".join([name, parent, code, level]) for code, name, level, parent in lines)
    report = take(moved)
    assert (report.taken, report.skipped) == (5, [])
    assert Place.objects.get(code="519902001001").parent == Place.objects.get(code="519902001")
    with pytest.raises(Invalid) as refused:
        take("number,name,parent_code\n519900,春江市,510000\n")
    assert '"code"' in str(refused.value.message)
    chinese = "代码,区划\n519900,春江市\n"
    with pytest.raises(Invalid) as refused:
        take(chinese)
    assert "区划名称" in str(refused.value.message)
    assert "区划代码" not in str(refused.value.message)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("代码", "名称", "上级")), ("en", ("digits", "name", "neither in the file"))],
)
def test_forty_errors_at_once_are_all_told_with_their_lines(
    language: str, words: tuple[str, ...]
) -> None:
    bad = [
        line
        for number in range(1, 11)
        for line in (
            f"abc{number},甲村,5,519902001000",
            f"519902001{number + 300},,5,519902001000",
            f"519902001{number + 400},乙村,2,519902001000",
            f"529902001{number + 500},丙村,5,529902001000",
        )
    ]
    with translation.override(language):
        report = take(CITY + "\n".join(bad) + "\n")
    assert (report.rows, report.taken, len(report.skipped)) == (45, 5, 40)
    assert [trouble.line for trouble in report.skipped] == list(range(7, 47))
    said = " ".join(trouble.why for trouble in report.skipped)
    assert all(word in said for word in words), said


def test_boundaries_are_given_to_places_and_bad_ones_named() -> None:
    take(COUNTIES)
    knot = {
        "type": "Polygon",
        "coordinates": [
            [
                [103, 29],
                [104, 29],
                [104, 30],
                [103.5, 30],
                [103.52, 30.02],
                [103.52, 29.99],
                [103.5, 30.01],
                [103, 30],
                [103, 29],
            ]
        ],
    }
    text = features(
        (519902, knot),
        ("519903", square(104, 29, 1)),
        (None, square(0, 0, 1)),
        (519904, {"type": "Point", "coordinates": [1, 1]}),
        (519905, None),
    )
    report = take(text)
    assert (report.rows, report.taken, report.added, report.boundaries) == (5, 2, 0, 2)
    assert [(trouble.line, trouble.code) for trouble in report.repaired] == [(1, "519902")]
    assert [trouble.line for trouble in report.skipped] == [3, 4, 5]
    assert shape(Place.objects.get(code="519902").boundary or {}).is_valid
    found = selectors.place_at(104.5, 29.5)
    assert found is not None
    assert found.code == "519903"


def test_boundaries_in_the_shifted_grid_are_moved_where_the_flag_says_so() -> None:
    take(COUNTIES)
    take(features((519902, square(103, 29, 1))), crs=Crs.GCJ02)
    west, _south, _east, _north = shape(Place.objects.get(code="519902").boundary or {}).bounds
    assert 0.001 < 103 - west < 0.01


def test_a_boundary_of_a_place_that_is_not_here_brings_the_place() -> None:
    report = take(features((519902, square(103, 29, 1)), name="东江区"))
    assert (report.taken, report.added) == (1, 1)
    assert Place.objects.get(code="519902").name == "东江区"


def test_an_administrator_imports_at_their_place_only() -> None:
    take(COUNTIES)
    held = Held("administrator", "519902/", None, frozenset({Perm.EDIT}))
    actor = Actor(kind=ActorKind.ACCOUNT, account_id=1, grants=(held,))
    report = places_import(actor=actor, content=SUBDISTRICTS.encode())
    assert report.taken == 2
    assert [trouble.code for trouble in report.skipped] == ["519903001"]


def test_the_record_says_what_was_imported_and_others_are_told() -> None:
    take(CITY)
    row = AuditRecord.objects.get()
    assert (row.verb, row.place_path) == (Verb.PLACES_IMPORTED, "519900/")
    assert (row.detail["taken"], row.detail["added"], row.detail["skipped"]) == (5, 5, 0)
    assert EventRow.objects.get().name == Event.PLACES_IMPORTED


@pytest.mark.both_in_full
def test_forty_one_thousand_subdistricts_are_imported_in_seconds() -> None:
    lines = ["code,name,areaCode,provinceCode,cityCode"]
    counties = ["code,name,cityCode,provinceCode"]
    for county in range(2978):
        area = f"{11 + county // 400:02d}{county // 20 % 20 + 1:02d}{county % 20 + 1:02d}"
        counties.append(f'{area},"第{county}区",{area[:4]},{area[:2]}')
        lines += [
            f'{area}{street:03d},"第{street}街道",{area},{area[:2]},{area[:4]}'
            for street in range(1, 15)
        ]
    began = time.process_time()
    take("\n".join(counties))
    report = take("\n".join(lines))
    assert (report.taken, report.added, report.skipped) == (2978 * 14, 2978 * 14, [])
    assert time.process_time() - began < 30

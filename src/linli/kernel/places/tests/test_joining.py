# SPDX-License-Identifier: MulanPSL-2.0
"""Lists of two years joined: places with new codes are known again, doubtful ones are told."""

import os
from pathlib import Path

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import selectors
from linli.kernel.places.asof import roll_up
from linli.kernel.places.imports import ImportReport, places_import
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.reading import LONGEST_NAME
from linli.kernel.places.terms import Verb

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[5]
SHARED = Path(os.environ.get("LINLI_SHARED_DATA") or ROOT / ".." / "shared" / "data")

OF_2020 = """code,name,level,parent_code,province,city,area,street
519900000000,春江市,2,510000000000,某省,春江市,,
519902000000,东江区,3,519900000000,某省,春江市,东江区,
519902001000,柳荫街道,4,519902000000,某省,春江市,东江区,柳荫街道
519902100000,河口乡,4,519902000000,某省,春江市,东江区,河口乡
519902101000,石桥镇,4,519902000000,某省,春江市,东江区,石桥镇
519902001001,柳荫社区居委会,5,519902001000,某省,春江市,东江区,柳荫街道
519902101201,石桥村委会,5,519902101000,某省,春江市,东江区,石桥镇
"""
OF_2023 = """code,name,areaCode,provinceCode,cityCode
519902002,"柳荫街道",519902,51,5199
519902103,"河口镇",519902,51,5199
519902101,"石桥镇",519902,51,5199
"""


def take(text: str) -> ImportReport:
    return places_import(actor=SYSTEM, content=text.encode())


def test_one_name_below_one_place_is_the_same_place_under_a_new_code() -> None:
    take(OF_2020)
    community = Place.objects.get(code="519902001001")
    before = Place.objects.count()
    report = take(OF_2023)
    assert (report.taken, report.added, report.recoded) == (2, 0, 1)
    assert Place.objects.count() == before
    town = Place.objects.get(code="519902002")
    assert selectors.place_by_code("519902001") == town
    community.refresh_from_db()
    assert community.path == "519900/519902/519902002/519902001001/"
    assert PlaceAlias.objects.get().code == "519902001"
    assert "519902001 → 519902002 柳荫街道" in report.notes[0]
    record = AuditRecord.objects.get(verb=Verb.PLACE_RECODED)
    assert (record.detail["from"], record.detail["to"]) == ("519902001", "519902002")


def test_a_township_that_may_have_become_a_town_is_told_not_guessed() -> None:
    take(OF_2020)
    (doubtful,) = take(OF_2023).skipped
    assert (doubtful.line, doubtful.code) == (3, "519902103")
    assert "519902100 河口乡" in doubtful.why
    assert not Place.objects.filter(code="519902103").exists()
    told = OF_2023.replace("cityCode\n", "cityCode,former_code\n").replace(
        ",51,5199\n", ",51,5199,\n"
    )
    told = told.replace('"河口镇",519902,51,5199,', '"河口镇",519902,51,5199,519902100')
    report = take(told)
    assert (report.recoded, report.added, report.skipped) == (1, 0, [])
    assert selectors.place_by_code("519902100") == Place.objects.get(code="519902103")
    assert any("河口乡" in note and "河口镇" in note for note in report.notes)


def test_the_newer_list_twice_and_the_older_one_again_double_nothing() -> None:
    take(OF_2020)
    take(OF_2023)
    count = Place.objects.count()
    again = take(OF_2023)
    assert (again.added, again.recoded) == (0, 0)
    old = take(OF_2020)
    assert (old.added, old.recoded) == (0, 0)
    assert [trouble.code for trouble in old.skipped] == ["519902001"]
    assert Place.objects.count() == count


def test_what_is_new_below_a_place_known_by_its_old_code_hangs_there() -> None:
    take(OF_2020)
    take(OF_2023)
    more = "code,name,level,parent_code\n519902001009,新柳社区居委会,5,519902001000\n"
    assert take(more).added == 1
    assert Place.objects.get(code="519902001009").parent == Place.objects.get(code="519902002")


def test_two_of_one_name_are_not_told_apart_by_it() -> None:
    take(OF_2020 + "519902101202,石桥村委会,5,519902101000,某省,春江市,东江区,石桥镇\n")
    newer = "code,name,level,parent_code\n519902101301,石桥村委会,5,519902101000\n"
    (doubtful,) = take(newer).skipped
    assert "519902101201" in doubtful.why
    assert "519902101202" in doubtful.why
    assert not Place.objects.filter(code="519902101301").exists()


def test_a_former_code_of_another_level_is_told() -> None:
    take(OF_2020)
    newer = "code,name,level,parent_code,former_code\n"
    newer += "519902101301,石桥村委会,5,519902101000,519902101\n"
    assert take(newer).recoded == 0


def test_figures_of_before_still_count_where_the_old_code_was() -> None:
    take(OF_2020)
    community = Place.objects.get(code="519902001001")
    day = clock.local(Place.objects.get(code="519902001").updated_at).date()
    take(OF_2023)
    rows = [(community.pk, day.replace(year=day.year - 1), 3), (community.pk, day, 4)]
    then = roll_up(rows, level="subdistrict", tree="then")
    assert then == {"519900/519902/519902001/": 3, "519900/519902/519902002/": 4}
    assert roll_up(rows, level="subdistrict", tree="now") == {"519900/519902/519902002/": 7}


@pytest.mark.full
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real data at LINLI_SHARED_DATA ({SHARED})")
def test_the_lists_of_2020_and_2023_are_joined() -> None:
    for name in ("511100_leshan.csv", "220403_liaoyuan_xian.csv", "120116_tianjin_binhai.csv"):
        places_import(actor=SYSTEM, content=(SHARED / "divisions" / name).read_bytes())
    known = {place.code: (place.name, place.level) for place in Place.objects.all()}
    communities = Place.objects.filter(level="community").count()
    counties = places_import(
        actor=SYSTEM, content=(SHARED / "divisions" / "counties-2023.csv").read_bytes()
    )
    towns = places_import(
        actor=SYSTEM, content=(SHARED / "divisions" / "subdistricts-2023.csv").read_bytes()
    )
    assert counties.taken + len(counties.skipped) == counties.rows
    assert towns.taken + len(towns.skipped) == towns.rows
    assert Place.objects.filter(level="community").count() == communities
    for code, (name, level) in known.items():
        place = selectors.place_by_code(code)
        assert place is not None, code
        assert (place.name, place.level) == (name, level)
        assert len(place.name) <= LONGEST_NAME
    doubled = Place.objects.filter(path__under="511100/", level="subdistrict")
    pairs = [(place.parent_id, place.name) for place in doubled]
    assert len(pairs) == len(set(pairs))

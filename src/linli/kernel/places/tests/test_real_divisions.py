# SPDX-License-Identifier: MulanPSL-2.0
"""The real division and boundary files, where they are at hand."""

import os
from pathlib import Path

import pytest

from linli.base.actor import SYSTEM
from linli.kernel.places import selectors
from linli.kernel.places.imports import ImportReport, places_import
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Crs

ROOT = Path(__file__).resolve().parents[5]
SHARED = Path(os.environ.get("LINLI_SHARED_DATA") or ROOT / ".." / "shared" / "data")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real data at LINLI_SHARED_DATA ({SHARED})"),
]


def take(name: str, crs: Crs = Crs.WGS84) -> ImportReport:
    return places_import(actor=SYSTEM, content=(SHARED / name).read_bytes(), crs=crs)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("511100_leshan.csv", 1518),
        ("220403_liaoyuan_xian.csv", 43),
        ("120116_tianjin_binhai.csv", 490),
        ("counties-2023.csv", 2978),
    ],
)
def test_a_file_of_divisions_is_taken_whole_and_once(name: str, rows: int) -> None:
    report = take(f"divisions/{name}")
    assert (report.rows, report.taken, report.added, report.skipped) == (rows, rows, rows, [])
    assert take(f"divisions/{name}").added == 0


@pytest.mark.both_in_full
def test_all_subdistricts_hang_below_all_counties() -> None:
    take("divisions/counties-2023.csv")
    report = take("divisions/subdistricts-2023.csv")
    assert (report.taken, report.skipped, report.notes) == (41352, [], [])
    assert not Place.objects.filter(level="subdistrict", parent=None).exists()


def test_the_boundaries_of_leshan_are_mended_and_find_its_districts() -> None:
    take("divisions/511100_leshan.csv")
    report = take("boundaries/511100-leshan-counties.geojson", Crs.GCJ02)
    assert (report.taken, report.added, report.boundaries) == (11, 0, 11)
    assert {trouble.code for trouble in report.repaired} == {"511123", "511129"}
    found = selectors.place_at(103.766, 29.552)  # the center of the city, WGS-84
    assert found is not None
    assert found.code == "511102"


@pytest.mark.parametrize(
    ("name", "count", "repaired"),
    [
        ("120000-tianjin-districts.geojson", 16, {"120113", "120117"}),
        ("220400-liaoyuan-counties.geojson", 4, {"220422"}),
    ],
)
def test_boundaries_are_taken_on_an_empty_database(
    name: str, count: int, repaired: set[str]
) -> None:
    report = take(f"boundaries/{name}", Crs.GCJ02)
    assert (report.taken, report.boundaries, report.skipped) == (count, count, [])
    assert {trouble.code for trouble in report.repaired} == repaired

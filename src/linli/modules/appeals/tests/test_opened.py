# SPDX-License-Identifier: MulanPSL-2.0
"""What anybody may read of cases: classes that the packs call open, communities as they were."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.forms import selectors as forms
from linli.kernel.packs import services as packs
from linli.kernel.packs.checking import pack_check
from linli.kernel.places import restructuring
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import Piece
from linli.kernel.workflow.factories import definition_keep
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.selectors.opened import case_rows
from linli.modules.appeals.terms import ROOT_CLASS
from linli.modules.appeals.tests.round import MORNING

pytestmark = pytest.mark.django_db

CLOSED = {
    "civil_affairs",
    "health_care",
    "labor_security",
    "neighbor_disputes",
    "public_order",
    "fraud",
    "domestic_violence",
}
"""Classes that speak of somebody's life; with all below them."""

FOLDERS = sorted(path.parent for path in Path(settings.LINLI_PACKS).glob("*/pack.toml"))


def told(*paths: str) -> Sequence[tuple[str, str, str]]:
    """Number, community and its name of each case that is open."""
    rows = case_rows(paths, "", 100)
    return [(row["number"], row["community"], row["community_name"]) for row in rows]


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_pack_opens_a_class_that_speaks_of_somebodys_life(folder: Path) -> None:
    packs.pack_load(actor=SYSTEM, folder=folder.parent / "base")
    packs.pack_load(actor=SYSTEM, folder=folder)
    bound = pack_check(folder).pack.get("place")
    path = Place.objects.get(code=bound).path if bound else ""
    tree = forms.class_tree(path)
    for each in tree.classes.values():
        is_private = bool(CLOSED & set(each.chain)) or each.chain[-1] != ROOT_CLASS
        assert each.is_open is not is_private, each.key


def test_a_class_that_a_city_adds_is_not_told_until_somebody_opens_it(
    month: SimpleNamespace,
) -> None:
    path = month.city.city.path
    number = told(path)[0][0]
    row = {
        "id": "home_violence",
        "zh": "家庭暴力",
        "part_of": "city_services",
        "clause": "practice",
    }
    definition_keep("class", "home_violence", row, place_path=path)
    Matter.objects.filter(number=number).update(class_key="home_violence")
    assert number not in {each[0] for each in told(path)}
    definition_keep("class", "home_violence", {**row, "open": "true"}, place_path=path)
    assert number in {each[0] for each in told(path)}


def test_what_one_city_opens_another_need_not(month: SimpleNamespace) -> None:
    """The classes of each place alone say what of it is told, whoever asks for both together."""
    top, part = month.city.city.path, month.city.community.path
    other = month.city.other_community.code
    everything = told(top)
    row = {"id": "flooding", "zh": "积水", "part_of": "city_services", "clause": "practice"}
    definition_keep("class", "flooding", row, place_path=part)
    left = told(top)
    assert {each[0] for each in left} < {each[0] for each in everything}
    assert {each[1] for each in left if each not in told(part)} == {other}


def test_open_data_of_a_month_gone_by_comes_out_as_it_did(month: SimpleNamespace) -> None:
    tree = month.city
    asked = (tree.city, tree.subdistrict, tree.community, tree.other_community)
    before = {place.pk: told(place.path) for place in asked}
    assert len(before[tree.city.pk]) == 9
    names = {row[2] for row in before[tree.city.pk]}
    assert names == {tree.community.name, tree.other_community.name}
    code = tree.subdistrict.code
    with clock.at(MORNING + dt.timedelta(days=30)):
        day = clock.today()
        restructuring.place_rename(
            actor=SYSTEM, place=tree.other_community, name="新河社区", on=day
        )
        pieces = [
            Piece(f"{code}801", "东苑社区", (tree.grid.code,)),
            Piece(f"{code}802", "西苑社区", (tree.other_grid.code,)),
        ]
        east, west = restructuring.place_split(
            actor=SYSTEM, place=tree.community, pieces=pieces, on=day
        )
        restructuring.place_move(actor=SYSTEM, place=east, parent=tree.other_subdistrict, on=day)
        for place in asked:
            assert told(fresh(place).path) == before[place.pk], place.name
        assert told(fresh(east).path) == told(west.path) == told(tree.other_subdistrict.path) == []

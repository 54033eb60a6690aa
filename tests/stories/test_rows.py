# SPDX-License-Identifier: MulanPSL-2.0
"""Rows of docs/systems.csv whose acceptance idea is not yet another story's: one test a row."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.packs.selectors import packs_loaded
from linli.kernel.packs.services import pack_load
from linli.kernel.places import selectors as places
from linli.kernel.units import services as units
from linli.kernel.workflow import selectors as matters
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Clock, Matter, Move
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases, intake
from tests.stories.conftest import (
    NOON,
    City,
    TwoCities,
    case_bring,
    file_appeal,
    matter_of,
    move,
    refuse,
)

pytestmark = pytest.mark.django_db

SAMPLES = (
    ("garbage", "楼下垃圾三天没人清，臭得开不了窗", "urban_management"),
    ("street_stalls", "早市占道经营，公交车都过不去", "urban_management"),
    ("road_damage", "人行道地砖翘起来，路面坑坑洼洼", "urban_management"),
    ("manholes", "井盖缺了一角，电动车差点栽进去", "urban_management"),
    ("flooding", "雨水井堵了，一下雨就积水", "water_affairs"),
    ("street_lights", "路灯不亮，晚上看不清台阶", "urban_management"),
    ("water_supply", "从昨天下午停水，水龙头没水", "water_affairs"),
    ("gas", "楼道里有燃气味，怀疑管道漏气", "housing"),
    ("illegal_building", "楼顶有人违法建设搭建阳光房", "urban_management"),
    ("property_service", "物业收了费不打扫，门禁坏了也不修", "housing"),
    ("lifts", "电梯困人两次，按铃没人应", "market_regulation"),
    ("leaks", "顶楼房屋漏水，墙皮掉了一地", "housing"),
    ("noise_at_night", "凌晨一点夜间噪声，还在切割", "police"),
    ("parking", "小区门口乱停车，把出口堵死了", "police"),
    ("buses", "公交车等半个小时不来", "transport"),
    ("school_admission", "孩子入学招生报不上名", "education"),
    ("unpaid_wages", "工地拖欠工资三个月", "human_resources"),
    ("food_safety", "小餐馆食品安全太差，吃坏肚子", "market_regulation"),
    ("elder_care", "想申请养老服务，给老人送餐", "civil_affairs"),
    ("falling_objects", "楼上高空抛物，差点砸到孩子", "police"),
)
"""Twenty things people say, their class, and the unit that must get them (duties.csv of base)."""


LEVELS = ["city", "district", "subdistrict", "community", "grid", "building", "dwelling"]


@pytest.fixture
def city(cities: TwoCities) -> City:
    """The first of the two cities, beside the second."""
    return cities.leshan


def test_org_01_everybody_sees_their_own_part_of_the_tree(city: City) -> None:
    chain = [place.level for place in places.chain(city.places["dwelling"])]
    assert chain == LEVELS
    worker = places.places_visible(actor=city.actor("grid_worker")).values_list("path", flat=True)
    assert worker
    assert all(path.startswith(city.grid.path) for path in worker), "only the own grid"
    seen = set(places.places_visible(actor=city.actor("dispatcher")).values_list("code", flat=True))
    street = places.subtree(city.places["subdistrict"].path, "community")
    assert set(street.values_list("code", flat=True)) <= seen, "every community of the subdistrict"


def test_cas_01_each_state_has_its_time_and_what_is_late_turns_red(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "closed")
    rows = Move.objects.filter(matter=matter_of(appeal)).exclude(to_step="")
    assert {"received", "offered", "handling", "verifying", "calling_back", "closed"} <= {
        row.to_step for row in rows
    }
    late = case_bring(city, file_appeal(city), "handling")
    with clock.at(NOON + dt.timedelta(days=8)):
        tones = {view.name: view.tone for view in matters.clock_views(matter_of(late))}
        told = "".join(matters.honest(matter_of(late)).why_late)
    assert tones["closing"] == "late"
    assert told, "why it is late stands on the page"


def test_cas_02_somebody_answers_for_it_at_every_moment(city: City) -> None:
    appeal = file_appeal(city)
    for step in ("received", "offered", "refused", "contested"):
        if step in ("offered", "contested"):
            move(city, "dispatcher", appeal, "dispatch")
        if step in ("refused", "contested"):
            refuse(city, "handler", appeal)
        who = matters.honest(matter_of(appeal))
        assert who.who, f"{step}: nobody answers for it"
    assert matter_of(appeal).first_asked_account == city.accounts["dispatcher"]


@pytest.mark.parametrize(("class_key", "said", "unit"), SAMPLES)
def test_cas_04_what_people_say_reaches_the_right_unit(
    city: City, class_key: str, said: str, unit: str
) -> None:
    appeal = file_appeal(city, what=said, class_key="")
    assert matter_of(appeal).class_key == class_key
    with clock.at(NOON + dt.timedelta(minutes=11)):
        workflow.matters_tick(now=clock.now())
    order = matters.order_open(matter_of(appeal))
    assert order is not None
    assert order.unit.key == unit


def test_cas_16_at_two_in_the_morning_there_is_a_receipt_and_a_contact(city: City) -> None:
    office = city.units["committee"]
    units.unit_change(actor=SYSTEM, unit=office, kind=office.kind, phone="0833-2100001")
    with clock.at(NOON.replace(hour=2)):
        appeal = file_appeal(city, class_key="noise_at_night", what="楼下还在切割，睡不着")
        due = Clock.objects.get(matter=matter_of(appeal), name="contact").due_at
        contact = intake.duty_unit(matter_of(appeal).place)
    assert len(appeal.query_code) == 8
    assert due - appeal.filed_at == dt.timedelta(minutes=30), "the clock runs at night"
    assert contact == office


def test_cas_20_a_changed_limit_holds_for_new_cases_only(city: City, tmp_path: Path) -> None:
    before = file_appeal(city)
    due = Clock.objects.get(matter=matter_of(before), name="closing").due_at
    packs = tmp_path / "packs"
    shutil.copytree(settings.LINLI_PACKS, packs)
    classes = packs / "base" / "classes.csv"
    rows = classes.read_text("utf-8").splitlines(keepends=True)
    changed = [
        row.replace("2 working_days", "5 working_days") if row.startswith("flooding,") else row
        for row in rows
    ]
    assert changed != rows
    classes.write_text("".join(changed), "utf-8")
    pack_load(actor=SYSTEM, folder=packs / "leshan")
    after = file_appeal(city)
    later = Clock.objects.get(matter=matter_of(after), name="closing").due_at
    assert Clock.objects.get(matter=matter_of(before), name="closing").due_at == due
    assert later - due > dt.timedelta(days=2)


def test_smt_01_five_plans_live_in_one_installation(city: City) -> None:
    for pack in ("shandong", "liaoyuan", "shangqiu"):
        pack_load(actor=SYSTEM, folder=Path(settings.LINLI_PACKS) / pack)
    bound = {load.pack: load.place_path for load in packs_loaded()}
    assert set(bound) == {"base", "leshan", "binhai", "shandong", "liaoyuan", "shangqiu"}
    assert len(set(bound.values())) == len(bound), "each is bound to a place of its own"
    seen = cases.cases_seen(actor=city.actor("leader"))
    assert seen.exists()
    assert (
        not Case.objects.filter(pk__in=seen)
        .exclude(matter__in=Matter.objects.filter(place__path__startswith=city.top.path))
        .exists()
    )

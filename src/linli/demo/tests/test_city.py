# SPDX-License-Identifier: MulanPSL-2.0
"""A synthetic city as it stands in the database."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from linli.base import clock
from linli.base.errors import Conflict, Invalid, Refused
from linli.demo import living
from linli.demo.making import Made, city_make, until_of
from linli.demo.models import City
from linli.demo.selectors import city_shown, living_cases
from linli.demo.sizes import Size
from linli.demo.tests.conftest import HAMLET, UNTIL, wish
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.audit.services import verify
from linli.kernel.events.models import Delivery
from linli.kernel.people.models import HouseholdMember, Person
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import ancestor, place_at
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Clock, HandOver, Matter, Timer
from linli.modules.appeals.models import Appeal, Case

pytestmark = pytest.mark.django_db

STEPS = ("received", "offered", "handling", "verifying", "calling_back")


def test_the_places_of_the_plan_stand_with_their_borders(hamlet: Made) -> None:
    below = Place.objects.below(hamlet.city.district.path)
    counts = {
        level: below.filter(level=level).count() for level in ("subdistrict", "community", "grid")
    }

    assert counts == {"subdistrict": 1, "community": 2, "grid": 4}
    assert not below.filter(level__in=counts, boundary=None).exists()
    assert hamlet.city.district.code == "511190"
    assert hamlet.counts["building"] == 16


def test_every_unit_that_leads_something_has_hands(hamlet: Made) -> None:
    with clock.at(UNTIL):
        led = Unit.objects.filter(pk__in=HandOver.objects.values("unit_id"))

        assert led.exists()
        for unit in led:
            assert unit.grants.filter(role="handler").count() >= 1
            assert unit.phone.startswith("0300-")
    offices = Unit.objects.below(hamlet.city.district.path)
    assert offices.filter(key="subdistrict_office").count() == 1
    assert offices.filter(key="residents_committee").count() == 2


def test_nobody_can_log_in_with_a_password(hamlet: Made) -> None:
    accounts = Account.objects.all()

    assert accounts.count() > hamlet.counts["staff"]
    assert all(account.is_demo and not account.has_usable_password() for account in accounts)
    assert Person.objects.filter(account__isnull=False).count() == accounts.count()


def test_residents_live_behind_doors(hamlet: Made) -> None:
    assert HouseholdMember.objects.count() == hamlet.counts["residents"]
    resident = Person.objects.get(account__username="resident.leshan")
    assert resident.name == "陈桂兰"
    building = resident.memberships.get().household.dwelling.parent
    assert building is not None
    assert building.level == "building"


def test_as_many_appeals_as_wanted_end_at_the_last_moment(hamlet: Made) -> None:
    assert hamlet.counts["appeals"] == Appeal.objects.count() == HAMLET.appeals
    filed = Appeal.objects.values_list("filed_at", flat=True)
    assert min(filed) > UNTIL - dt.timedelta(days=HAMLET.days + 1)
    assert UNTIL - dt.timedelta(hours=1) < max(filed) <= UNTIL
    assert not Matter.objects.filter(opened_at__gt=UNTIL).exists()
    assert not Timer.objects.filter(at__lte=UNTIL, done_at=None).exists()
    assert not Delivery.objects.filter(done_at=None).exists()


def test_something_waits_at_every_step(hamlet: Made) -> None:
    del hamlet
    for step in STEPS:
        assert Matter.objects.filter(step=step, ended_at=None).exists(), step


def test_the_living_cases_are_found_by_what_they_are(hamlet: Made) -> None:
    with clock.at(UNTIL):
        found = {key: cases.count() for key, cases in living_cases(hamlet.city).items()}

    assert set(found) == set(living.LIVING)
    assert all(found.values()), found


def test_a_clock_of_the_case_late_for_days_off_counts_none_of_them(hamlet: Made) -> None:
    with clock.at(UNTIL):
        case = living_cases(hamlet.city)[living.HOLIDAY].get()
    closing = Clock.objects.get(matter=case.matter, name="closing")
    kinds = {day["kind"] for day in closing.derivation["days"]}

    assert "holiday" in kinds
    assert closing.due_at < UNTIL
    note = case.matter.moves.get(sort="noted")
    assert "国庆节" in note.note
    assert not note.shown


def test_the_contested_case_was_refused_by_two_units(hamlet: Made) -> None:
    with clock.at(UNTIL):
        case = living_cases(hamlet.city)[living.CONTESTED].get()
    orders = HandOver.objects.filter(matter=case.matter).order_by("pk")

    assert [order.state for order in orders] == ["refused", "contested"]
    assert len({order.unit_id for order in orders}) == 2


def test_a_confidential_reporter_is_kept_from_the_unit_complained_of(hamlet: Made) -> None:
    with clock.at(UNTIL):
        case = living_cases(hamlet.city)[living.CONFIDENTIAL].get()
    appeal = case.appeals.get()

    assert appeal.reporter is None
    assert appeal.contact_name
    assert case.about_unit is not None
    assert case.about_unit.key == "urban_management"


def test_every_case_lies_where_its_point_lies(hamlet: Made) -> None:
    del hamlet
    cases = Case.objects.filter(lon__isnull=False).select_related("matter__place")
    assert cases.count() == HAMLET.appeals
    for case in cases:
        assert case.lon is not None
        assert case.lat is not None
        deepest = place_at(case.lon, case.lat, on=UNTIL.date())
        assert deepest is not None
        assert ancestor(deepest, "grid") == case.matter.place


def test_most_are_done_in_time_and_some_are_not(hamlet: Made) -> None:
    del hamlet
    stopped = Clock.objects.filter(name="closing", stopped_at__isnull=False)
    late = stopped.filter(stopped_at__gt=F("due_at")).count()

    assert 0 < late < stopped.count() / 4
    assert not Clock.objects.filter(name="sign", stopped_at__gt=F("due_at")).exists()


def test_staff_do_not_verify_their_own_work(hamlet: Made) -> None:
    del hamlet
    for matter in Matter.objects.all():
        worked = matter.moves.filter(move="answer").values_list("account_id", flat=True)
        verified = matter.moves.filter(move__in=["pass", "fail"]).values_list(
            "account_id", flat=True
        )
        assert set(worked).isdisjoint(verified)


def test_the_record_of_it_all_is_sound(hamlet: Made) -> None:
    del hamlet
    assert verify().is_whole


def test_the_record_names_the_making(hamlet: Made) -> None:
    made = AuditRecord.objects.get(verb="demo.city.made")

    assert made.place_path == hamlet.city.district.path
    assert made.detail == {"pack": "leshan", "size": "hamlet", "seed": 3}


def test_a_second_city_of_the_same_pack_is_refused(hamlet: Made) -> None:
    del hamlet
    with pytest.raises(Conflict):
        city_make(wish=wish(seed=4), progress=print)


def test_the_city_asked_for_last_is_the_one_shown(hamlet: Made) -> None:
    other = City.objects.create(
        pack="other",
        size="small",
        seed=1,
        top=hamlet.city.top,
        district=hamlet.city.district,
        until=UNTIL,
        made_at=UNTIL,
        shown_at=hamlet.city.shown_at - dt.timedelta(days=1),
    )
    assert city_shown() == hamlet.city
    City.objects.filter(pk=other.pk).update(shown_at=UNTIL + dt.timedelta(days=1))
    assert city_shown() == other


def digest(path: str) -> list[tuple[Any, ...]]:
    """Everything about the appeals but random keys and ids."""
    own = "number what spot channel filed_at replied_at mark place__code case__lon"
    more = "class_key step lead_unit__key ended_at"
    who = "reporter__name taken_by__username"
    columns = [*own.split(), *(f"case__matter__{name}" for name in more.split()), *who.split()]
    return list(Appeal.objects.below(path).order_by("number").values_list(*columns))


def test_the_same_seed_makes_the_same_city_with_another_pack() -> None:
    few = Size("few", 1, 1, 2, 3, 5, appeals=22, days=24)
    found = []
    for _ in range(2):
        with transaction.atomic():
            with clock.at(UNTIL):
                city_make(
                    wish=replace(wish("binhai", size=few), in_memory=True),
                    progress=lambda _text: None,
                )
            found.append(digest("120116/"))
            transaction.set_rollback(True)

    assert len(found[0]) == 22
    assert found[0] == found[1]


def test_no_city_is_made_in_production(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(Refused) as refused:
        city_make(wish=wish(), progress=print)

    assert refused.value.code == "no_demo"
    assert not City.objects.filter(pack="leshan", seed=3, size="nothing").exists()


def test_history_cannot_end_in_the_future() -> None:
    with clock.at(UNTIL):
        with pytest.raises(Invalid):
            until_of(UNTIL.date() + dt.timedelta(days=1))
        assert until_of(None) == UNTIL
        assert until_of(UNTIL.date()) == UNTIL
        day_before = until_of(UNTIL.date() - dt.timedelta(days=1))
    assert clock.local(day_before).strftime("%d %H:%M") == "13 16:40"


def test_a_pack_that_is_not_there_makes_no_city(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        city_make(wish=wish(f"{tmp_path}/nowhere"), progress=lambda _text: None)
    assert not City.objects.filter(pack__contains="nowhere").exists()

# SPDX-License-Identifier: MulanPSL-2.0
"""The door page: who is behind each door, whose turn it is, and that only a demo has doors."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.config.environment import DEMO_PHONE
from linli.demo import services
from linli.demo.making import Made
from linli.demo.phone import texts_to
from linli.demo.surfaces import bar
from linli.demo.terms import Persona, username_of
from linli.demo.tests.conftest import UNTIL
from linli.demo.walk import CONTESTED, START, Round, account_of, doors_of, round_of, tries_of
from linli.kernel.access.selectors import actor_for
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.jobs.worker import run_all
from linli.kernel.notify.codes import phone_code_send
from linli.kernel.notify.letters import letters_ask
from linli.kernel.people.models import Person
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Clock, Matter
from linli.kernel.workflow.selectors import order_open
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.services import filing, handling

pytestmark = [pytest.mark.django_db, pytest.mark.urls("linli.demo.tests.demo_urls")]

LATER = UNTIL + dt.timedelta(minutes=5)
EVERYBODY = [persona for persona in Persona if persona is not Persona.ARBITER]


@pytest.fixture
def demo(hamlet: Made, settings: Any) -> Iterator[Made]:
    """The hamlet in demo mode, five minutes after its last moment."""
    settings.IS_DEMO = True
    with clock.at(LATER):
        yield hamlet


def behind(walk: Round, persona: Persona) -> Actor:
    """Whoever stands behind a door, as an actor."""
    account = account_of(walk, persona)
    assert account is not None
    return actor_for(account)


def report(made: Made) -> Appeal:
    """The round's resident reports a blocked drain in front of her house."""
    walk = round_of(made.city)
    draft = filing.Draft(what="楼下的雨水井堵了，水没过脚踝。", at_home=True, class_key="flooding")
    return filing.appeal_file(actor=behind(walk, Persona.RESIDENT), draft=draft)


def enter(client: Client, persona: str) -> Any:
    """Push a door."""
    return client.post("/demo/enter/", {"persona": persona})


def test_ten_doors_stand_in_the_order_of_the_round(demo: Made, client: Client) -> None:
    page = client.get("/")
    doors = doors_of(round_of(demo.city))

    assert page.status_code == 200
    assert [door.persona for door in doors] == EVERYBODY
    assert [door.name for door in doors] == [
        "陈桂兰",
        "林晓雯",
        "周敏",
        "何倩",
        "郑国栋",
        "苏敏",
        "方远",
        "白露",
        "顾文静",
        "许静怡",
    ]
    for door in doors:
        assert door.name in page.content.decode()
        assert door.who
    assert page.content.decode().count('action="/demo/enter/"') == len(doors) + 5


def test_a_city_of_another_day_says_so(demo: Made, client: Client) -> None:
    assert "--reset" not in client.get("/").content.decode()
    with clock.at(UNTIL + dt.timedelta(days=3)):
        assert "./linli demo --pack leshan --reset" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("persona", "face"),
    [
        (Persona.RESIDENT, "portal"),
        (Persona.GRID_WORKER, "field"),
        (Persona.CLERK, "console"),
        (Persona.DISPATCHER, "console"),
        (Persona.HANDLER, "console"),
        (Persona.LEADER, "cockpit"),
        (Persona.ADMINISTRATOR, "console"),
        (Persona.SECURITY, "console"),
        (Persona.AUDITOR, "console"),
        (Persona.PRIVACY, "console"),
    ],
)
def test_a_door_signs_somebody_in_and_opens_their_face(
    demo: Made, client: Client, persona: Persona, face: str
) -> None:
    answer = enter(client, persona)

    assert answer.status_code == 302
    assert answer["Location"] == reverse(f"{face}:home")
    account = Account.objects.get(username=username_of(persona, demo.city.pack))
    assert client.session["_auth_user_id"] == str(account.pk)
    assert AuditRecord.objects.filter(verb="accounts.session.opened", actor_id=account.pk).exists()
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("persona", ["", "mayor", "arbiter2", "resident.leshan"])
def test_a_door_that_is_not_there_opens_nothing(demo: Made, client: Client, persona: str) -> None:
    del demo
    assert enter(client, persona).status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_demo_mode_there_is_no_door(demo: Made, client: Client, settings: Any) -> None:
    walk = round_of(demo.city)
    settings.IS_DEMO = False

    assert client.get("/").status_code == 404
    assert enter(client, Persona.RESIDENT).status_code == 404
    assert client.post("/demo/clock/").status_code == 404
    assert "_auth_user_id" not in client.session
    with pytest.raises(Forbidden):
        services.door_open(walk=walk, persona=Persona.RESIDENT)
    with pytest.raises(Forbidden):
        services.clock_forward(city=demo.city)


def test_an_account_that_is_no_persona_is_never_opened(demo: Made, client: Client) -> None:
    walk = round_of(demo.city)
    resident = account_of(walk, Persona.RESIDENT)
    assert resident is not None
    Account.objects.filter(pk=resident.pk).update(is_demo=False)

    assert enter(client, Persona.RESIDENT).status_code == 404


def test_the_doors_are_not_in_the_addresses_of_other_modes(client: Client) -> None:
    from linli.config import urls

    names = {getattr(pattern, "name", "") for pattern in urls.urlpatterns}
    assert "door_enter" not in names
    del client


def test_before_anything_is_reported_the_resident_is_next(demo: Made) -> None:
    walk = round_of(demo.city)

    assert walk.step == START
    assert walk.persona is Persona.RESIDENT
    assert [door.persona for door in doors_of(walk) if door.is_next] == [Persona.RESIDENT]
    assert [one.is_next for one in tries_of(walk)] == [True, False, False, False, False]


def test_the_lit_door_follows_the_case_through_the_whole_round(demo: Made, client: Client) -> None:
    appeal = report(demo)
    matter = appeal.case.matter
    walk = round_of(demo.city)
    assert walk.persona is Persona.DISPATCHER
    dispatcher = behind(walk, Persona.DISPATCHER)
    workflow.matter_move(
        actor=dispatcher, matter=matter.pk, move="dispatch", expected_step="received"
    )

    walk = round_of(demo.city)
    assert (walk.step, walk.persona) == ("offered", Persona.HANDLER)
    order = order_open(Matter.objects.get(pk=matter.pk))
    assert order is not None
    handler = behind(walk, Persona.HANDLER)
    assert order.unit_id in handler.unit_ids
    answer = enter(client, Persona.HANDLER)
    assert answer["Location"] == f"/go/matter/{matter.number}/"
    workflow.order_accept(actor=handler, order=order)

    assert round_of(demo.city).persona is Persona.HANDLER
    values = {"outcome": "solved", "done": "清掏雨水井1座。", "reply": "井通了，您再看看。"}
    _move(appeal, handler, "answer", "handling", values)

    walk = round_of(demo.city)
    assert (walk.step, walk.persona) == ("verifying", Persona.CLERK)
    clerk = behind(walk, Persona.CLERK)
    _move(appeal, clerk, "pass", "verifying", {"how": "on_site", "note": "看过了。"})

    walk = round_of(demo.city)
    assert (walk.step, walk.persona) == ("calling_back", Persona.RESIDENT)
    assert [one.is_done for one in tries_of(walk)] == [True, True, True, False, False]
    fresh = Appeal.objects.get(pk=appeal.pk)
    handling.appeal_rate(actor=behind(walk, Persona.RESIDENT), appeal=fresh, mark="very_good")

    walk = round_of(demo.city)
    assert (walk.step, walk.persona) == ("closed", Persona.LEADER)
    assert enter(client, Persona.LEADER)["Location"] == reverse("cockpit:home")


def _move(appeal: Appeal, actor: Actor, move: str, step: str, values: dict[str, Any]) -> None:
    case = Appeal.objects.select_related("case__matter").get(pk=appeal.pk).case
    handling.case_move(actor=actor, case=case, move=move, expected_step=step, values=values)


def test_what_two_units_sent_back_gives_the_arbiter_a_door(demo: Made) -> None:
    matter = report(demo).case.matter
    for _ in range(2):
        walk = round_of(demo.city)
        dispatcher = behind(walk, Persona.DISPATCHER)
        workflow.matter_move(
            actor=dispatcher, matter=matter.pk, move="dispatch", expected_step="received"
        )
        walk = round_of(demo.city)
        order = order_open(Matter.objects.get(pk=matter.pk))
        assert order is not None
        handler = behind(walk, Persona.HANDLER)
        workflow.order_refuse(actor=handler, order=order, reason="not_ours", note="不归我们管。")

    walk = round_of(demo.city)
    assert (walk.step, walk.persona) == (CONTESTED, Persona.ARBITER)
    assert [door.persona for door in doors_of(walk)][-1] is Persona.ARBITER


def test_the_clerk_behind_the_door_is_the_one_of_the_case(demo: Made) -> None:
    other = Appeal.objects.exclude(case__matter__place__path__contains="511190901001/").first()
    assert other is not None
    walk = Round(demo.city, other.case.matter, "verifying")

    clerk = behind(walk, Persona.CLERK)

    assert other.case.matter.place.path.startswith(clerk.grants[0].path)


def test_the_clock_moves_two_working_days_and_what_waits_gets_late(
    demo: Made, client: Client, tmp_path: Path
) -> None:
    late = Clock.objects.filter(name="closing", stopped_at=None, due_at__lt=LATER).count()
    clock.enable_shift(tmp_path / "demo-clock")
    try:
        answer = client.post("/demo/clock/")
        shift = clock.shift_read()
    finally:
        clock.enable_shift(None)
    now = LATER + dt.timedelta(seconds=shift)

    assert answer.status_code == 302
    assert clock.local(now) == LATER + dt.timedelta(days=2)  # from a Wednesday to the Friday
    assert Clock.objects.filter(name="closing", stopped_at=None, due_at__lt=now).count() > late
    assert Matter.objects.filter(orders__state="lapsed").exists()
    assert AuditRecord.objects.filter(verb="demo.clock.moved").count() == 1
    assert not Matter.objects.filter(step="received").exclude(class_key="").exists()


def test_two_working_days_from_a_friday_end_on_the_tuesday(demo: Made) -> None:
    from linli.kernel.workflow.selectors import calendar_get

    office = calendar_get("office", demo.city.district.path)
    friday = dt.datetime(2026, 11, 20, 16, 30, tzinfo=clock.ZONE)

    assert services.days_on(office, friday, 2) == friday + dt.timedelta(days=4)


def test_the_bar_says_whose_turn_it_is_and_is_silent_outside_a_demo(
    demo: Made, client: Client, rf: Any, settings: Any
) -> None:
    enter(client, Persona.LEADER)
    request = rf.get("/cockpit/")
    request.user = Account.objects.get(username=username_of(Persona.LEADER, demo.city.pack))

    said = bar(request)
    assert said is not None
    assert said["walk"].persona is Persona.RESIDENT
    assert not said["is_mine"]
    settings.IS_DEMO = False
    assert bar(request) is None


def test_without_a_city_the_page_says_how_to_make_one(
    client: Client, settings: Any, hamlet: Made
) -> None:
    settings.IS_DEMO = True
    type(hamlet.city).objects.all().delete()

    page = client.get("/")

    assert page.status_code == 200
    assert "./linli city make" in page.content.decode()
    assert enter(client, Persona.RESIDENT).status_code == 404


def test_what_is_sent_to_the_rounds_resident_is_read_on_the_phone(
    client: Client, demo: Made, settings: Any, tmp_path: Path
) -> None:
    settings.LINLI_DATA, settings.LINLI_SMS = tmp_path, DEMO_PHONE
    person = Person.objects.get(account=account_of(round_of(demo.city), Persona.RESIDENT))
    phone_code_send(phone=person.phone, address="192.0.2.1")
    page = reverse("demo_phone")
    assert person.phone in client.get(page).content.decode()
    assert "5分钟内有效" not in client.get(page).content.decode()
    letters_ask()
    run_all()
    assert "5分钟内有效" in client.get(page).content.decode()
    assert texts_to("13800138000") == []


def test_only_a_demo_has_a_phone(client: Client, hamlet: Made) -> None:
    assert client.get(reverse("demo_phone")).status_code == 404

# SPDX-License-Identifier: MulanPSL-2.0
"""One real appeal goes the whole round, with every detour that the procedure knows."""

import datetime as dt

import pytest

from linli.base import clock
from linli.base.errors import Conflict, Forbidden
from linli.engines.ballots import services as ballots
from linli.kernel.audit import services as audit
from linli.kernel.files import selectors as files
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Clock, HandOver, Move
from linli.kernel.workflow.selectors import order_open
from linli.kernel.workflow.terms import OrderState
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases, figures
from linli.modules.appeals.selectors.slices import SLICES
from tests.stories.conftest import (
    CONTACT,
    NOON,
    SEEN,
    City,
    TwoCities,
    accept,
    case_bring,
    file_appeal,
    fresh,
    matter_of,
    move,
    photo,
    refuse,
)

pytestmark = pytest.mark.django_db

STEPS = ("received", "offered", "handling", "verifying", "calling_back", "closed")


@pytest.fixture
def city(cities: TwoCities) -> City:
    """The first of the two cities, beside the second."""
    return cities.leshan


def texts_to(city: City, key: str, appeal: Appeal) -> set[str]:
    """What somebody was told about an appeal, by text."""
    link = f"/go/matter/{appeal.number}/"
    rows = Notice.objects.filter(account=city.accounts[key], link=link)
    return set(rows.values_list("text_key", flat=True))


def rates_today(city: City) -> dict[str, tuple[int, int]]:
    """The district's rates of today as its leader sees them, by numerator and denominator."""
    found = figures.rates(
        actor=city.actor("leader"), place=city.places["district"], period=figures.period_of(1)
    )
    return {key: (rate.numerator, rate.denominator) for key, rate in found.items()}


def test_a_report_finds_its_grid_its_clocks_and_its_unit(city: City) -> None:
    appeal = file_appeal(city, photos=(photo(),))
    matter = matter_of(appeal)
    assert matter.place == city.grid, "the platform finds the grid from the point"
    assert len(files.files_of(appeals.FILES_OWNER, appeal.number)) == 1
    assert texts_to(city, "resident", appeal) == {"received"}
    contact, closing = (Clock.objects.get(matter=matter, name=n) for n in ("contact", "closing"))
    assert clock.local(contact.due_at) == NOON.replace(hour=12), "two working hours from ten"
    assert clock.local(closing.due_at) == dt.datetime(2026, 3, 12, 17, 30, tzinfo=clock.ZONE)
    with clock.at(NOON + dt.timedelta(minutes=11)):
        workflow.matters_tick(now=clock.now())
    order = order_open(matter_of(appeal))
    assert order is not None
    assert order.unit.key == "water_affairs", "offered to the right unit by itself"
    assert matter_of(appeal).lead_unit is None, "until it is accepted the sender answers"


def test_a_report_goes_the_whole_round(city: City) -> None:
    before = rates_today(city)
    appeal = file_appeal(city)
    move(city, "dispatcher", appeal, "dispatch")
    order = order_open(matter_of(appeal))
    assert order is not None
    workflow.order_sign(actor=city.actor("handler"), order=order)
    accept(city, "handler", appeal)
    move(city, "handler", appeal, "contacted", values=CONTACT)
    answer = {"outcome": "solved", "done": "清掏了", "reply": "疏通好了，您看看。"}
    move(city, "handler", appeal, "answer", values=answer)
    with pytest.raises(Forbidden):
        move(city, "handler", appeal, "pass", values=SEEN)
    move(city, "clerk", appeal, "pass", values=SEEN)
    assert "answered" in texts_to(city, "resident", appeal)
    appeals.appeal_rate(actor=city.actor("resident"), appeal=fresh(appeal), mark="very_good")

    done = fresh(appeal)
    assert (done.case.matter.end, done.mark) == ("done", "very_good")
    assert done.reply == "疏通好了，您看看。"
    rows = Move.objects.filter(matter=done.case.matter).order_by("pk")
    steps = [step for step in rows.values_list("to_step", flat=True) if step]
    assert list(dict.fromkeys(steps)) == [*STEPS]
    after = {key: (above - 1, below - 1) for key, (above, below) in rates_today(city).items()}
    assert after == before, "response, in time, resolution and satisfaction all moved by one"
    assert audit.verify().is_whole


def test_an_order_refused_twice_goes_to_the_arbiter_whose_ruling_is_final(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "contested")
    order = order_open(matter_of(appeal))
    assert order is not None
    assert order.state == OrderState.CONTESTED
    assert appeal.case in cases.cases_seen(actor=city.actor("arbiter"))
    with pytest.raises(Forbidden):
        workflow.order_rule(
            actor=city.actor("handler"), order=order, unit=order.unit, note="归他们"
        )
    upkeep = city.units["urban_management"]
    workflow.order_rule(actor=city.actor("arbiter"), order=order, unit=upkeep, note="路面归城管")
    ruled = matter_of(appeal)
    assert (ruled.step, ruled.lead_unit) == ("handling", upkeep)
    taken = HandOver.objects.get(matter=ruled, state=OrderState.RULED)
    with pytest.raises(Conflict):
        workflow.order_refuse(actor=city.actor("upkeep_handler"), order=taken, reason="not_ours")


def test_a_refused_order_never_loses_its_clock(city: City) -> None:
    appeal = file_appeal(city)
    due = Clock.objects.get(matter=matter_of(appeal), name="closing").due_at
    move(city, "dispatcher", appeal, "dispatch")
    refuse(city, "handler", appeal)
    assert matter_of(appeal).step == "received"
    assert Clock.objects.get(matter=matter_of(appeal), name="closing").due_at == due
    assert Clock.objects.get(matter=matter_of(appeal), name="closing").stopped_at is None


def test_a_bad_mark_sends_it_back_and_it_is_rated_anew(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "rating")
    appeals.appeal_rate(
        actor=city.actor("resident"), appeal=appeal, mark="poor", reasons=("not_solved",)
    )
    assert matter_of(appeal).step == "handling"
    assert "redo" in texts_to(city, "handler", appeal)
    answer = {"outcome": "solved", "done": "又清了一遍", "reply": "这回通了。"}
    move(city, "handler", appeal, "answer", values=answer)
    move(city, "clerk", appeal, "pass", values=SEEN)
    appeals.appeal_rate(actor=city.actor("resident"), appeal=fresh(appeal), mark="good")
    assert fresh(appeal).mark == "good"
    assert matter_of(appeal).end == "done"


def test_silence_closes_after_seven_days_and_not_before(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "rating")
    with clock.at(NOON + dt.timedelta(days=6)):
        ballots.ballots_tick(clock.now())
        assert matter_of(appeal).ended_at is None
    with clock.at(NOON + dt.timedelta(days=8)):
        ballots.ballots_tick(clock.now())
    assert matter_of(appeal).end == "done"
    assert fresh(appeal).mark == ""


def test_what_is_late_escalates_up_the_tree(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "handling")
    with clock.at(NOON + dt.timedelta(days=8)):
        workflow.matters_tick(now=clock.now())
        workflow.matters_tick(now=clock.now())
    assert "overdue" in texts_to(city, "handler", appeal)
    assert "overdue" in texts_to(city, "water_leader", appeal)
    todos = matter_of(appeal).todos.filter(text_key="supervise", done_at__isnull=True)
    assert todos.count() == 2, "the subdistrict's leader, then the district's; each once"


def test_a_reporter_may_take_it_back_add_to_it_and_ask_how_it_stands(city: City) -> None:
    appeal = file_appeal(city)
    appeals.appeal_correct(actor=city.actor("resident"), appeal=appeal, addition="是东侧第二口井")
    appeals.appeal_urge(actor=city.actor("resident"), appeal=fresh(appeal))
    with pytest.raises(Forbidden):
        appeals.appeal_withdraw(actor=city.actor("neighbor"), appeal=fresh(appeal))
    appeals.appeal_withdraw(actor=city.actor("resident"), appeal=fresh(appeal))
    assert matter_of(appeal).end == "withdrawn"
    with pytest.raises(Conflict):
        appeals.appeal_correct(actor=city.actor("resident"), appeal=fresh(appeal), addition="还有")


def test_the_same_submission_sent_twice_gives_one_appeal(city: City) -> None:
    first = file_appeal(city, filed_key="a-phone-made-this")
    again = file_appeal(city, filed_key="a-phone-made-this")
    assert again.pk == first.pk
    assert Appeal.objects.filter(filed_key="a-phone-made-this").count() == 1


def test_every_figure_counts_the_rows_it_opens(city: City) -> None:
    case_bring(city, file_appeal(city), "closed")
    actor, place, period = city.actor("leader"), city.places["district"], figures.period_of(30)
    names = tuple(SLICES)
    found = figures.counts(actor=actor, place=place, names=names, period=period)
    for name in names:
        rows = list(figures.rows_of(actor=actor, place=place, name=name, period=period))
        assert len(rows) == len(set(rows)) == found[name], name

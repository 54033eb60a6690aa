# SPDX-License-Identifier: MulanPSL-2.0
"""Figures of appeals: what is counted, and that every figure is the count of its rows."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.modules.appeals.cockpit.drawing import step_of, trend_drawing
from linli.modules.appeals.rules import Rate
from linli.modules.appeals.selectors import figures
from linli.modules.appeals.selectors.queue import Filters, cases_queue, queue_counts
from linli.modules.appeals.selectors.slices import GAPS, RATES, SLICES
from linli.modules.appeals.tests.town import actor_of, staff

pytestmark = pytest.mark.django_db


def test_what_each_set_holds(month: SimpleNamespace) -> None:
    leader, district = actor_of(month.leader), month.city.district
    found = figures.counts(actor=leader, place=district, names=SLICES, period=figures.period_of(30))
    assert found == {
        "filed": 9,
        "ended": 3,
        "ended_in_time": 3,
        "ended_late": 0,
        "open": 6,
        "late": 4,
        "due_today": 0,
        "contact_counted": 7,
        "contact_in_time": 5,
        "contact_missed": 2,
        "called_back": 4,
        "satisfied": 3,
        "dissatisfied": 1,
        "solved": 3,
        "unsolved": 0,
    }


def test_numerator_and_gap_make_up_the_denominator(month: SimpleNamespace) -> None:
    period = figures.period_of(30)
    for account in (month.leader, month.dispatcher):
        actor = actor_of(account)
        for place in (month.city.district, month.city.subdistrict, month.city.grid):
            for key, (above, below) in RATES.items():
                names = (above, below, GAPS[key])
                found = figures.counts(actor=actor, place=place, names=names, period=period)
                assert found[above] + found[GAPS[key]] == found[below], (key, place)


def test_a_figure_is_the_count_of_its_rows(month: SimpleNamespace) -> None:
    for account in (month.leader, month.dispatcher, month.clerk, month.handler):
        actor = actor_of(account)
        for place in (month.city.district, month.city.community, month.city.other_grid):
            for days in (1, 7, 30):
                given = {"actor": actor, "place": place, "period": figures.period_of(days)}
                found = figures.counts(names=SLICES, **given)
                rows = {name: len(figures.rows_listed(name=name, **given)) for name in SLICES}
                assert rows == found


def test_the_places_below_add_up_to_the_place_itself(month: SimpleNamespace) -> None:
    leader, period = actor_of(month.leader), figures.period_of(30)
    parts = [month.city.community, month.city.other_community]
    rows = figures.rates_of_places(actor=leader, places=parts, key="in_time_rate", period=period)
    whole = figures.rates(actor=leader, place=month.city.subdistrict, period=period)
    assert sum(row.rate.numerator for row in rows) == whole["in_time_rate"].numerator
    assert sum(row.rate.denominator for row in rows) == whole["in_time_rate"].denominator
    late = figures.counts(
        actor=leader, place=month.city.subdistrict, names=("late",), period=period
    )
    assert sum(row.late for row in rows) == late["late"]


def test_the_days_of_the_trend_add_up(month: SimpleNamespace) -> None:
    leader = actor_of(month.leader)
    days = figures.trend(actor=leader, place=month.city.district, days=14)
    assert len(days) == 14
    assert days[-1].on == clock.today()
    assert sum(day.filed for day in days) == 9
    for day in days:
        given = {"actor": leader, "place": month.city.district, "period": figures.period_on(day.on)}
        found = figures.counts(names=("filed", "ended"), **given)
        assert (found["filed"], found["ended"]) == (day.filed, day.ended)


def test_nobody_counts_what_lies_outside_their_places(month: SimpleNamespace) -> None:
    period = figures.period_of(30)
    outside = actor_of(month.stranger)
    found = figures.counts(actor=outside, place=month.city.district, names=SLICES, period=period)
    assert set(found.values()) == {0}


def test_the_head_of_a_unit_counts_what_the_unit_leads(month: SimpleNamespace) -> None:
    head = actor_of(staff("leader", month.city.district, month.city.water, name="钱局长"))
    found = figures.counts(
        actor=head, place=month.city.district, names=("open", "ended"), period=figures.period_of(30)
    )
    assert found == {"open": 4, "ended": 3}


def test_the_queue_and_the_cockpit_call_the_same_cases_late(month: SimpleNamespace) -> None:
    leader = actor_of(month.leader)
    late = figures.rows_of(
        actor=leader, place=month.city.district, name="late", period=figures.period_of(1)
    )
    queue = cases_queue(actor=leader, filters=Filters(view="late"))
    assert set(late.values_list("pk", flat=True)) == {case.pk for case in queue}


def test_the_counts_of_the_queue_are_the_lengths_of_its_views(month: SimpleNamespace) -> None:
    for account in (month.dispatcher, month.handler, month.clerk, month.leader):
        actor = actor_of(account)
        lengths = {
            view: len(cases_queue(actor=actor, filters=Filters(view=view)))
            for view in queue_counts(actor=actor)
        }
        assert queue_counts(actor=actor) == lengths


def test_a_share_of_nothing_has_no_value() -> None:
    assert Rate(0, 0).percent is None
    assert Rate(2, 3).percent == 66.7
    assert Rate(1, 8).percent == 12.5


@pytest.mark.parametrize(("most", "step"), [(0, 1), (4, 1), (5, 2), (17, 5), (150, 50), (401, 200)])
def test_the_scale_has_at_most_four_lines(most: int, step: int) -> None:
    assert step_of(most) == step
    assert most <= 4 * step


def test_the_trend_is_drawn_from_left_to_right() -> None:
    days = [
        figures.Day(dt.date(2026, 3, 1) + dt.timedelta(days=n), filed=n, ended=1) for n in range(14)
    ]
    drawing = trend_drawing(days)
    assert drawing.marks[-1].is_last
    assert [mark.x for mark in drawing.marks] == sorted(mark.x for mark in drawing.marks)
    assert drawing.filed.startswith("M30.0 92.0L")

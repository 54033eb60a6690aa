# SPDX-License-Identifier: MulanPSL-2.0
"""Ratings: one matter, one mark, by whoever filed it."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from linli.base import clock
from linli.base.actor import ANONYMOUS
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.config.testing.together import at_once
from linli.engines.ballots import selectors, services
from linli.engines.ballots.models import Ballot, Vote
from linli.engines.ballots.rules import BallotSpec
from linli.engines.ballots.terms import Event, Verb, Via
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open, base_pack, small_city
from linli.kernel.workflow.models import HandOver, Matter


@pytest.fixture
def city(db: None) -> Iterator[SimpleNamespace]:
    with clock.at(FRIDAY):
        base_pack()
        yield small_city()


def asked(city: SimpleNamespace) -> Ballot:
    """An appeal that was handled and verified, so that its reporter is asked."""
    matter = appeal_open(city)
    dispatcher, handler = actor_of(city.dispatcher), actor_of(city.handler)
    workflow.matter_move(actor=dispatcher, matter=matter, move="dispatch", expected_step="received")
    workflow.order_accept(actor=handler, order=HandOver.objects.get(matter=matter))
    result = {"outcome": "solved", "done": "清掏了", "reply": "好了"}
    workflow.matter_move(
        actor=handler, matter=matter, move="answer", expected_step="handling", values=result
    )
    workflow.matter_move(
        actor=dispatcher,
        matter=matter,
        move="pass",
        expected_step="verifying",
        values={"how": "phone"},
    )
    ballot = selectors.ballot_open(matter)
    assert ballot is not None
    return ballot


def step_of(ballot: Ballot) -> str:
    return Matter.objects.values_list("step", flat=True).get(pk=ballot.matter_id)


def test_a_good_mark_closes_the_matter(city: SimpleNamespace) -> None:
    ballot = asked(city)
    vote = services.rate_cast(
        actor=actor_of(city.resident),
        ballot=ballot,
        mark="good",
        values={"solved": "yes", "comment": "挺快的😀"},
    )
    assert (step_of(ballot), vote.via, vote.values["comment"]) == ("closed", "web", "挺快的😀")
    kept = AuditRecord.objects.get(verb=Verb.RATED)
    assert kept.detail["result"] == "good"
    closed = EventRow.objects.get(name=Event.CLOSED)
    assert closed.payload["matter_id"] == ballot.matter_id


def test_a_bad_mark_needs_a_reason_and_sends_it_back(city: SimpleNamespace) -> None:
    ballot = asked(city)
    resident = actor_of(city.resident)
    for reasons in ([], ["because"]):
        with pytest.raises(Invalid) as refused:
            services.rate_cast(actor=resident, ballot=ballot, mark="poor", reasons=reasons)
        assert "reasons" in refused.value.fields
    services.rate_cast(actor=resident, ballot=ballot, mark="poor", reasons=["too_slow"])
    assert step_of(ballot) == "handling"
    with pytest.raises(Conflict):
        services.rate_cast(actor=resident, ballot=ballot, mark="good")
    assert Vote.objects.count() == 1


def test_nobody_else_rates(city: SimpleNamespace) -> None:
    ballot = asked(city)
    for actor in (actor_of(city.dispatcher), actor_of(city.handler), ANONYMOUS):
        with pytest.raises(Forbidden):
            services.rate_cast(actor=actor, ballot=ballot, mark="good")
    clerk = actor_of(city.dispatcher).acting_for(workflow.applicant_key(ballot.matter))
    vote = services.rate_cast(actor=clerk, ballot=ballot, mark="fair", via=Via.PHONE)
    assert (vote.account, vote.via) == (city.dispatcher, "phone")


@pytest.mark.parametrize(
    "given",
    [
        {"mark": "excellent"},
        {"mark": ""},
        {"mark": "good", "via": "paper"},
        {"mark": "good", "note": "x" * 100_000},
        {"mark": "good", "values": {"solved": "perhaps"}},
        {"mark": "good", "values": {"nothing": "x"}},
    ],
)
def test_what_is_not_offered_is_refused(city: SimpleNamespace, given: dict[str, Any]) -> None:
    ballot = asked(city)
    with pytest.raises(Invalid):
        services.rate_cast(actor=actor_of(city.resident), ballot=ballot, **given)
    assert not Vote.objects.exists()


def test_silence_closes_after_seven_days(city: SimpleNamespace) -> None:
    ballot = asked(city)
    assert ballot.closes_at == dt.datetime(2026, 3, 14, 0, 0, tzinfo=clock.ZONE)
    assert services.ballots_tick(ballot.closes_at - dt.timedelta(minutes=1)) == 0
    assert services.ballots_tick(ballot.closes_at) == 1
    assert services.ballots_tick(ballot.closes_at) == 0
    assert step_of(ballot) == "closed"
    ballot.refresh_from_db()
    assert ballot.result == "silent"


def test_the_question_as_a_page_asks_it(city: SimpleNamespace) -> None:
    question = selectors.question_of(asked(city))
    assert list(question.options) == ["very_good", "good", "fair", "poor", "very_poor"]
    assert (question.options["good"], question.bad) == ("满意", ("poor", "very_poor"))
    assert question.reasons["too_slow"] == "办得太慢"
    assert question.form is not None


def test_asking_twice_with_one_key_opens_one(city: SimpleNamespace) -> None:
    ballot = asked(city)
    again = services.ballot_open(
        actor=actor_of(city.dispatcher),
        matter=ballot.matter,
        key="appeal_rating",
        gate_key=ballot.gate_key,
    )
    assert again == ballot
    with pytest.raises(Invalid):
        services.ballot_open(
            actor=actor_of(city.dispatcher), matter=ballot.matter, key="nothing", gate_key="x"
        )


def test_a_ballot_beside_the_way_moves_nothing(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    ballot = services.ballot_open(
        actor=actor_of(city.dispatcher), matter=matter, key="appeal_rating", gate_key="m1.2.move.0"
    )
    services.rate_cast(actor=actor_of(city.resident), ballot=ballot, mark="good")
    assert step_of(ballot) == "received"


@pytest.mark.django_db(transaction=True)
def test_two_marks_at_once_count_as_one() -> None:
    with clock.at(FRIDAY):
        base_pack()
        city = small_city()
        ballot = asked(city)
        resident = actor_of(city.resident)
    rate = partial(services.rate_cast, actor=resident, ballot=ballot.pk)
    found = at_once(partial(rate, mark="good"), partial(rate, mark="fair"), at=FRIDAY)
    assert sum(isinstance(each, Conflict) for each in found) == 1, found
    assert Vote.objects.count() == 1


SPEC: dict[str, Any] = {
    "label": {"zh": "评价"},
    "clause": "practice",
    "at": "level:community",
    "method": "rate",
    "roll": "applicant",
    "open_for": "7 days",
    "options": {"good": {"zh": "满意"}, "bad": {"zh": "不满意"}},
    "bad": ["bad"],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "guess"}, "Input should be"),
        ({"options": {"good": {"zh": "满意"}}, "bad": ["good"]}, "two marks"),
        ({"bad": ["worse"]}, "is bad, and no option"),
        ({"bad": ["good", "bad"]}, "every option is bad"),
        ({"roll": "register:resident"}, "applicant"),
        ({"secret": True}, "secret"),
        ({"by_secret": True}, "Extra inputs"),
        ({"open_for": "7 day"}, "write"),
    ],
)
def test_what_a_pack_may_not_write(change: dict[str, Any], words: str) -> None:
    assert BallotSpec.model_validate(SPEC).bad == ("bad",)
    with pytest.raises(ValidationError, match=words):
        BallotSpec.model_validate({**SPEC, **change})


def test_a_vote_can_be_written_down_before_it_can_be_held() -> None:
    vote = {**SPEC, "method": "vote", "roll": "register:representative", "secret": True}
    assert BallotSpec.model_validate(SPEC).is_carried
    assert not BallotSpec.model_validate(vote).is_carried

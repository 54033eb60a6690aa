# SPDX-License-Identifier: MulanPSL-2.0
"""Several at once, on real connections: one wins, the other is told why; and nothing is half
written.
"""

import datetime as dt
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.errors import Conflict, Invalid, Refused
from linli.config.testing import together
from linli.config.testing.processes import environment, process_beside
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.files import storage
from linli.kernel.files.models import StoredFile
from linli.kernel.notify.models import Notice
from linli.kernel.places import lookup
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move, Todo
from linli.kernel.workflow.selectors import order_open
from linli.kernel.workflow.terms import OrderState, Sort
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.services import FILES_OWNER
from linli.modules.appeals.terms import Event, Verb
from tests.stories.conftest import (
    LESHAN,
    NOON,
    City,
    case_bring,
    city_make,
    file_appeal,
    fresh,
    matter_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

WRITER = Path(__file__).with_name("writer.py")
PATIENCE = 40.0

at_once = partial(together.at_once, at=NOON)


@pytest.fixture
def city(transactional_db: None) -> Iterator[City]:
    """One city whose rows every connection sees; the tables are emptied afterwards."""
    lookup.forget()
    with clock.at(NOON):
        yield city_make(LESHAN)
    lookup.forget()


def one_winner(outcomes: list[object]) -> Conflict:
    """The refusal of the one who was second; exactly one of two may have got through."""
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert len(refused) == len(outcomes) - 1, outcomes
    assert isinstance(refused[0], Conflict)
    return refused[0]


def test_two_who_accept_one_order_at_once(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "offered")
    order = order_open(matter_of(appeal))
    assert order is not None
    actors = {key: city.actor(key) for key in ("handler", "colleague")}
    outcomes = at_once(
        *(
            lambda actor=actor: workflow.order_accept(actor=actor, order=order.pk)
            for actor in actors.values()
        )
    )
    refusal = one_winner(outcomes)
    taken = HandOver.objects.get(pk=order.pk)
    winner = next(
        key for key, one in zip(actors, outcomes, strict=True) if not isinstance(one, Refused)
    )
    assert taken.state == OrderState.ACCEPTED
    assert taken.accepted_by == city.accounts[winner]
    assert city.people[winner].name in str(refusal)
    assert Move.objects.filter(sort=Sort.ACCEPTED).count() == 1
    assert audit.verify().is_whole


def test_one_accepts_while_the_other_sends_it_back(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "offered")
    order = order_open(matter_of(appeal))
    assert order is not None
    handler, colleague = city.actor("handler"), city.actor("colleague")
    refusal = one_winner(
        at_once(
            lambda: workflow.order_accept(actor=handler, order=order.pk),
            lambda: workflow.order_refuse(actor=colleague, order=order.pk, reason="not_ours"),
        )
    )
    taken, matter = HandOver.objects.get(pk=order.pk), matter_of(appeal)
    was_accepted = taken.state == OrderState.ACCEPTED
    assert matter.step == ("handling" if was_accepted else "received")
    assert (taken.accepted_at is None) is (taken.refused_at is not None)
    assert city.people["handler" if was_accepted else "colleague"].name in str(refusal)


def test_two_dispatchers_press_one_button_at_once(city: City) -> None:
    case = fresh(file_appeal(city)).case
    actors = {key: city.actor(key) for key in ("dispatcher", "second_dispatcher")}

    def press(actor: Any) -> object:
        return appeals.case_move(actor=actor, case=case, move="dispatch", expected_step="received")

    outcomes = at_once(*(lambda actor=actor: press(actor) for actor in actors.values()))
    refusal = one_winner(outcomes)
    winner = next(
        key for key, one in zip(actors, outcomes, strict=True) if not isinstance(one, Refused)
    )
    assert city.people[winner].name in str(refusal)
    assert HandOver.objects.count() == 1
    assert Clock.objects.filter(name="answer").count() == 1
    assert Notice.objects.filter(text_key="offered").count() == 3


def test_the_second_of_two_pages_says_who_was_first(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "handling")
    number, client = appeal.number, city.client("colleague")
    answer = {"outcome": "solved", "done": "清掏了雨水井", "reply": "已经疏通。"}
    appeals.case_move(
        actor=city.actor("handler"),
        case=fresh(appeal).case,
        move="answer",
        expected_step="handling",
        values=answer,
    )
    page = client.post(
        f"/field/appeals/{number}/move/answer/", answer | {"expected_step": "handling"}
    )
    assert page.status_code == 409
    assert city.people["handler"].name in page.content.decode()


def test_the_same_submission_at_once_gives_one_appeal(city: City) -> None:
    actor = city.actor("resident")
    lon, lat = city.point
    draft = appeals.Draft(what="雨水井堵了", lon=lon, lat=lat, filed_key="one-and-the-same")
    outcomes = at_once(*(lambda: appeals.appeal_file(actor=actor, draft=draft),) * 3)
    assert {getattr(each, "pk", each) for each in outcomes} == {Appeal.objects.get().pk}
    assert appeals.appeal_file(actor=actor, draft=draft) == Appeal.objects.get()
    assert Matter.objects.count() == Case.objects.count() == 1
    assert AuditRecord.objects.filter(verb=Verb.FILED).count() == 1
    assert EventRow.objects.filter(name=Event.FILED).count() == 1


@pytest.mark.parametrize("way", ["page", "phone", "api"])
def test_the_same_form_sent_at_once_gives_one_appeal(city: City, way: str) -> None:
    key, (lon, lat) = str(uuid.uuid4()), city.point
    data = {"what": "雨水井堵了", "lon": str(lon), "lat": str(lat)}

    def send() -> object:
        if way == "api":
            headers = {"Idempotency-Key": key}
            body = data | {"lon": lon, "lat": lat}
            sent = Client().post(
                "/api/v1/appeals/public/", body, content_type="application/json", headers=headers
            )
            return sent.status_code, sent.json()["number"]
        headers = {"Idempotency-Key": key} if way == "phone" else {}
        form = data | {"where": "map"} | ({"_once": key} if way == "page" else {})
        answer = Client().post("/portal/appeals/new/", form, headers=headers)
        return answer.status_code, answer["Location"]

    outcomes = at_once(send, send)
    assert len({str(each) for each in outcomes}) == 1, outcomes
    assert Appeal.objects.count() == 1
    outcomes.append(send())
    assert len({str(each) for each in outcomes}) == 1, outcomes
    assert Appeal.objects.count() == Matter.objects.count() == 1


def test_many_file_at_once_and_all_numbers_differ(city: City) -> None:
    lon, lat = city.point

    def file(number: int) -> object:
        draft = appeals.Draft(what=f"第{number}件：路灯不亮", lon=lon, lat=lat)
        return appeals.appeal_file(actor=city.actor("resident"), draft=draft).number

    outcomes = at_once(*(lambda number=number: file(number) for number in range(6)))
    assert len(set(map(str, outcomes))) == 6, outcomes
    assert Appeal.objects.count() == 6
    assert audit.verify().is_whole


def test_whoever_writes_an_appeal_holds_no_number(city: City) -> None:
    with CaptureQueriesContext(connection) as asked:
        first = file_appeal(city)
    said = [query["sql"] for query in asked]
    taken = max(at for at, sql in enumerate(said) if sql.startswith('UPDATE "workflow_series"'))
    written = min(at for at, sql in enumerate(said) if 'INTO "workflow_matter"' in sql)
    assert "COMMIT" in said[taken:written]

    with pytest.raises(Invalid):
        file_appeal(city, what="")
    second = file_appeal(city)
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1, "what is refused takes no number"


def test_two_workers_let_each_late_thing_happen_once(city: City) -> None:
    case_bring(city, file_appeal(city), "handling")
    file_appeal(city)
    far = NOON + dt.timedelta(days=40)
    at_once(lambda: workflow.matters_tick(now=far), lambda: workflow.matters_tick(now=far))
    workflow.matters_tick(now=far)
    told = Move.objects.filter(sort__in=(Sort.LATE, Sort.ESCALATED)).order_by("pk")
    late = [line for line in told.values_list("matter_id", "move", "sort") if line[2] == Sort.LATE]
    assert late
    assert len(late) == len(set(late)) < told.count()
    record = AuditRecord.objects.filter(verb="workflow.clock.late")
    levels = list(record.values_list("subject_key", "detail__clock", "detail__level"))
    assert len(levels) == len(set(levels)) == told.count()
    groups = list(Todo.objects.values_list("group", "match", "role", "place_path"))
    assert len(groups) == len(set(groups)) > 0
    assert audit.verify().is_whole


def test_a_writer_killed_in_the_middle_leaves_whole_appeals_only(city: City) -> None:
    lon, lat = city.point
    command = [sys.executable, str(WRITER), "3", str(lon), str(lat)]
    with process_beside(command, env=environment()) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        until = time.monotonic() + PATIENCE
        while len(said) < 12 and time.monotonic() < until:
            said.append(process.stdout.readline())
        os.killpg(process.pid, signal.SIGKILL)
        said += process.stdout.read().splitlines(keepends=True)
    assert said[0] == "ready\n"
    taken = {line.strip() for line in said[1:] if line.endswith("\n")}
    assert len(taken) > 8
    _ensure_whole(taken)
    again = file_appeal(city)
    assert again.number not in taken
    assert audit.verify().is_whole


def _ensure_whole(taken: set[str]) -> None:
    """Nothing that was said to be taken is lost, and nothing stands there half."""
    numbers = set(Appeal.objects.values_list("number", flat=True))
    assert taken <= numbers
    assert len(numbers - taken) <= 3
    assert numbers == set(Matter.objects.values_list("number", flat=True))
    assert Case.objects.count() == len(numbers)
    filed = AuditRecord.objects.filter(verb=Verb.FILED).values_list("subject_key", flat=True)
    assert sorted(filed) == sorted(numbers)
    told = EventRow.objects.filter(name=Event.FILED)
    cases = {event.payload["appeal_id"] for event in told}
    assert cases == set(Appeal.objects.values_list("pk", flat=True))
    assert told.count() == len(numbers)
    photos = StoredFile.objects.filter(owner_kind=FILES_OWNER)
    assert sorted(photos.values_list("owner_key", flat=True)) == sorted(numbers)
    for key in photos.values_list("key", flat=True):
        assert storage.path_of(key, "jpg").stat().st_size > 100
    for matter in Matter.objects.all():
        assert matter.moves.count() == 1
        assert set(matter.clocks.values_list("name", flat=True)) >= {"contact", "closing"}

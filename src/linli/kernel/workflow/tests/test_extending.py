# SPDX-License-Identifier: MulanPSL-2.0
"""More time: asked before it is due, granted by somebody else, and explained."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.calendar import Derivation
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, definition_keep, pack_entries
from linli.kernel.workflow.models import Clock, Extension, Matter
from linli.kernel.workflow.tests.procedures import sorts
from linli.kernel.workflow.tests.test_round import fresh, handled

MORE = {
    "by": "5 working_days",
    "times": 1,
    "asked_by": ["handler of lead"],
    "approved_by": ["leader at district"],
}


@pytest.fixture
def matter(city: SimpleNamespace) -> Matter:
    """A matter in hand whose closing clock may be extended."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    body: dict[str, Any] = known["workflow"]["appeal"]
    body["clocks"]["closing"]["extend"] = MORE
    definition_keep("workflow", "appeal", body, known=known)
    return handled(city)


def closing(matter: Matter) -> Clock:
    return matter.clocks.get(name="closing")


def asked(city: SimpleNamespace, matter: Matter) -> Extension:
    return services.extension_ask(
        actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="要等配件"
    )


def answered(
    city: SimpleNamespace, extension: Extension, note: str = "", *, granted: bool
) -> Extension:
    return services.extension_answer(
        actor=actor_of(city.district_leader),
        extension=extension.pk,
        is_granted=granted,
        note=note,
    )


def test_more_time_moves_the_due_time_and_says_why(city: SimpleNamespace, matter: Matter) -> None:
    before = closing(matter).due_at
    extension = asked(city, matter)
    (todo,) = selectors.todos_for(actor_of(city.district_leader))
    assert todo.matter == matter
    assert closing(matter).due_at == before
    answered(city, extension, granted=True)
    after = closing(matter)
    assert (after.due_at - before).days >= 5
    said = Derivation.from_json(after.derivation)
    assert [change.to_json()["is"] for change in said.changes] == ["extension"]
    assert "要等配件" in " ".join(text for _head, text in said.lines("zh-hans"))
    assert sorts(matter)[-2:] == ["asked_time", "extended"]
    assert selectors.todos_for(actor_of(city.district_leader)) == []


def test_it_is_not_late_before_the_new_time(city: SimpleNamespace, matter: Matter) -> None:
    before = closing(matter).due_at
    answered(city, asked(city, matter), granted=True)
    with clock.at(before + dt.timedelta(minutes=1)):
        services.matters_tick()
    assert closing(matter).late_level == 0
    with clock.at(closing(matter).due_at + dt.timedelta(minutes=1)):
        services.matters_tick()
    assert closing(matter).late_level == 1


def test_a_no_has_its_reason_and_changes_nothing(city: SimpleNamespace, matter: Matter) -> None:
    before = closing(matter).due_at
    extension = asked(city, matter)
    with pytest.raises(Invalid):
        answered(city, extension, granted=False)
    answered(city, extension, "配件市里就有", granted=False)
    assert closing(matter).due_at == before
    assert sorts(matter)[-1] == "not_extended"


def test_it_is_asked_before_it_runs_out_and_once(city: SimpleNamespace, matter: Matter) -> None:
    extension = asked(city, matter)
    with pytest.raises(Conflict):
        asked(city, matter)
    answered(city, extension, granted=True)
    with pytest.raises(Conflict) as refused:
        asked(city, matter)
    assert refused.value.code == "no_more"
    with pytest.raises(Conflict):
        answered(city, extension, granted=True)


def test_too_late_is_too_late(city: SimpleNamespace, matter: Matter) -> None:
    with clock.at(closing(matter).due_at), pytest.raises(Conflict) as refused:
        asked(city, matter)
    assert refused.value.code == "too_late"


def test_who_asks_and_who_answers(city: SimpleNamespace, matter: Matter) -> None:
    ask = services.extension_ask
    with pytest.raises(Forbidden):
        ask(actor=actor_of(city.dispatcher), matter=matter.pk, clock="closing", why="等")
    with pytest.raises(Forbidden):
        ask(actor=actor_of(city.handler), matter=matter.pk, clock="contact", why="等")
    with pytest.raises(Invalid):
        ask(actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="")
    extension = asked(city, matter)
    with pytest.raises(Forbidden):
        services.extension_answer(
            actor=actor_of(city.handler), extension=extension.pk, is_granted=True
        )


def test_a_new_day_off_moves_what_runs_and_says_so(city: SimpleNamespace, matter: Matter) -> None:
    before = closing(matter).due_at
    on = clock.local(before).date()
    body = {"date": on.isoformat(), "day": "off", "zh": "市庆", "clause": "practice"}
    definition_keep("day", on.isoformat(), body)
    reason = {"zh": "放假通知", "en": "holiday notice"}
    contact = matter.clocks.get(name="contact").due_at
    moved = services.clocks_recount(actor=actor_of(city.resident), path="", reason=reason)
    after = closing(matter)
    assert moved >= 1
    assert after.due_at > before
    assert Derivation.from_json(after.derivation).changes[-1].to_json()["reason"] == reason
    assert matter.clocks.get(name="contact").due_at == contact
    assert sorts(fresh(matter))[-1] == "recounted"
    again = services.clocks_recount(actor=actor_of(city.resident), path="", reason=reason)
    assert again == 0

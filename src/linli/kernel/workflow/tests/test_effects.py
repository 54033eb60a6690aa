# SPDX-License-Identifier: MulanPSL-2.0
"""Effects: each once, on time, and only if their condition holds."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.errors import Invalid
from linli.engines.ballots.models import Ballot
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, definition_keep, pack_entries
from linli.kernel.workflow.models import Matter, Timer, Todo

HAZARD: dict[str, Any] = {
    "label": {"zh": "隐患治理", "en": "Hazards"},
    "clause": "practice",
    "at": "level:community",
    "who": ["community_clerk", "dispatcher"],
    "number": "YH",
    "steps": {
        "grading": {
            "label": {"zh": "研判"},
            "who": ["community_clerk"],
            "then": [{"todo": "text:supervise", "who": ["community_clerk"], "limit": "2 days"}],
            "moves": {
                "up": {
                    "label": {"zh": "上报街道"},
                    "to": "passed_up",
                    "then": [
                        {"refer": "workflow:appeal", "class": "class:flooding"},
                        {
                            "notify": "text:supervise",
                            "who": ["dispatcher"],
                            "after": "1 hour",
                            "when": {"field": "place.level", "is": "equal", "value": "community"},
                        },
                        {
                            "notify": "text:urge",
                            "who": ["dispatcher"],
                            "when": {"field": "place.level", "is": "equal", "value": "city"},
                        },
                    ],
                },
                "ask": {
                    "label": {"zh": "问满不满意"},
                    "to": "done",
                    "then": [{"open": "ballot:appeal_rating"}],
                },
            },
        },
        "passed_up": {"label": {"zh": "已上报"}, "end": "referred"},
        "done": {"label": {"zh": "销号"}, "end": "done"},
    },
}


def hazard_open(city: SimpleNamespace) -> Matter:
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    definition_keep("workflow", "hazard", HAZARD, known=known)
    return services.matter_open(
        actor=actor_of(city.clerk), workflow="hazard", place=city.grid, title="电线老化"
    )


def press(city: SimpleNamespace, matter: Matter, key: str) -> Matter:
    return services.matter_move(
        actor=actor_of(city.clerk), matter=matter, move=key, expected_step="grading"
    )


def test_a_matter_lies_at_its_level(city: SimpleNamespace) -> None:
    matter = hazard_open(city)
    assert matter.place == city.community
    assert matter.number.startswith("YH-20260306-")
    assert matter.first_asked_account == city.clerk
    with pytest.raises(Invalid) as refused:
        services.matter_open(
            actor=actor_of(city.dispatcher), workflow="hazard", place=city.district
        )
    assert refused.value.code == "place_too_wide"


def test_a_todo_stands_on_the_desk_with_its_limit(city: SimpleNamespace) -> None:
    matter = hazard_open(city)
    (todo,) = selectors.todos_for(actor_of(city.clerk))
    assert todo.due_at == dt.datetime(2026, 3, 9, 0, 0, tzinfo=clock.ZONE)
    press(city, matter, "ask")
    assert not Todo.objects.open().exists()


def test_a_referral_opens_another_matter_and_keeps_the_link(city: SimpleNamespace) -> None:
    matter = press(city, hazard_open(city), "up")
    referred = Matter.objects.get(referred_from=matter)
    assert (matter.end, referred.workflow, referred.class_key) == ("referred", "appeal", "flooding")
    assert (referred.title, referred.step) == ("电线老化", "received")


def test_an_effect_that_comes_later_comes_once(city: SimpleNamespace) -> None:
    matter = press(city, hazard_open(city), "up")
    told = Notice.objects.filter(account=city.dispatcher, text_key="supervise")
    services.matters_tick(clock.now() + dt.timedelta(minutes=59))
    assert not told.exists()
    for _ in range(2):
        services.matters_tick(clock.now() + dt.timedelta(minutes=61))
    assert told.count() == 1
    assert Timer.objects.filter(matter=matter, is_fired=True).count() == 1


def test_an_effect_whose_condition_does_not_hold_is_left_out(city: SimpleNamespace) -> None:
    press(city, hazard_open(city), "up")
    assert not Notice.objects.filter(text_key="urge").exists()


def test_a_ballot_may_be_opened_without_waiting_for_it(city: SimpleNamespace) -> None:
    matter = press(city, hazard_open(city), "ask")
    assert matter.end == "done"
    assert Ballot.objects.get(matter=matter).gate_key == f"m{matter.pk}.{matter.revision}.move.0"


def test_files_of_a_matter_are_for_those_who_see_it(city: SimpleNamespace) -> None:
    from linli.kernel.workflow.selectors.reading import file_guard

    matter = hazard_open(city)
    assert file_guard(actor_of(city.clerk), matter.number)
    assert not file_guard(actor_of(city.stranger), matter.number)
    assert not file_guard(actor_of(city.clerk), "YH-20260306-9999")

# SPDX-License-Identifier: MulanPSL-2.0
"""Nothing stays behind with a unit that has closed, or with somebody who is away."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Forbidden, Invalid
from linli.kernel.accounts.models import Account
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, appeal_open, definition_keep, member
from linli.kernel.workflow.models import CoHandler, Matter, Todo
from linli.kernel.workflow.services.reassigning import Handed
from linli.kernel.workflow.tests.procedures import press, sorts, whistled
from linli.kernel.workflow.tests.test_round import fresh, handled

WORD = {"zh": "甲", "en": "A"}


def closed(unit: Unit, successor: Unit) -> int:
    """Close a unit as of yesterday, and let what it had in hand follow."""
    unit.ends_on, unit.successor = clock.today() - dt.timedelta(days=1), successor
    unit.save()
    return services.unit_follow(actor=SYSTEM, unit_id=unit.pk)


def mine(account: Account) -> list[Matter]:
    return list(Matter.objects.mine(actor_of(account)).order_by("pk"))


class TestClosedUnits:
    def test_whoever_takes_over_finishes_what_the_closed_unit_was_called_for(
        self, city: SimpleNamespace
    ) -> None:
        matter = whistled(city, city.water)
        child = matter.children.get()
        assert closed(city.water, city.upkeep) == 1
        assert fresh(child).called_unit == city.upkeep
        assert mine(city.upkeep_handler) == [child]
        press(city.upkeep_handler, child, "finish")
        assert fresh(matter).step == "accepting"

    def test_the_lead_is_still_the_lead_under_its_new_name(self, city: SimpleNamespace) -> None:
        lead = str(city.water.pk)
        member(city.center, "handler")
        matter = whistled(city, city.water, city.center, join="lead", lead=lead)
        closed(city.water, city.upkeep)
        press(city.upkeep_handler, matter.children.get(called_unit=city.upkeep), "finish")
        assert fresh(matter).step == "accepting"

    def test_a_second_round_calls_whoever_took_over(self, city: SimpleNamespace) -> None:
        matter = whistled(city, city.water)
        press(city.handler, matter.children.get(), "finish")
        closed(city.water, city.upkeep)
        press(city.dispatcher, matter, "redo")
        assert matter.children.running().get().called_unit == city.upkeep

    def test_its_part_in_the_help_and_its_todo_pass_on(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        services.co_handler_ask(
            actor=actor_of(city.handler), matter=matter.pk, unit=city.street, task="围住井口"
        )
        closed(city.street, city.upkeep)
        assert CoHandler.objects.get().unit == city.upkeep
        assert [each.label for each in selectors.todos_for(actor_of(city.upkeep_handler))]
        assert mine(city.upkeep_handler) == [matter]

    def test_a_unit_does_not_help_itself(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        services.co_handler_ask(
            actor=actor_of(city.handler), matter=matter.pk, unit=city.upkeep, task="围住井口"
        )
        closed(city.upkeep, city.water)
        helping = CoHandler.objects.get()
        assert helping.is_released
        assert helping.done_at is not None
        assert not Todo.objects.open().filter(text_key="to_help").exists()

    def test_the_new_sender_takes_back_what_the_old_one_sent(self, city: SimpleNamespace) -> None:
        matter = press(city.dispatcher, appeal_open(city), "dispatch")
        closed(city.street, city.committee)
        order = selectors.order_open(matter)
        assert order is not None
        assert order.sender_unit == city.committee
        assert fresh(matter).sender_unit == city.committee


class TestAbsentPeople:
    def held(self, city: SimpleNamespace) -> tuple[Account, Account, Matter]:
        """A matter that only its holder has in hand, without lead or sender unit; the holder, and
        a colleague."""
        away = member(city.committee, "community_secretary", place=city.community)
        colleague = member(city.committee, "community_secretary", place=city.community)
        steps = {
            "asked": {
                "label": WORD,
                "who": ["community_secretary"],
                "moves": {"take": {"label": WORD, "to": "doing"}},
            },
            "doing": {
                "label": WORD,
                "who": ["holder"],
                "then": [{"todo": "text:supervise", "who": ["holder"]}],
                "moves": {"finish": {"label": WORD, "to": "done"}},
            },
            "done": {"label": WORD, "end": "done"},
        }
        body: dict[str, Any] = {"label": WORD, "clause": "practice", "at": "level:community"}
        definition_keep(
            "workflow", "held", {**body, "who": ["community_secretary"], "steps": steps}
        )
        matter = services.matter_open(
            actor=actor_of(away), workflow="held", place=city.community, title="借的椅子"
        )
        return away, colleague, press(away, matter, "take")

    def hand(self, away: Account, to: Account, actor: Actor = SYSTEM) -> Handed:
        return services.work_reassign(
            actor=actor, from_account=away.pk, to_account=to.pk, why="病假"
        )

    def test_the_queue_and_the_todo_go_to_the_colleague(self, city: SimpleNamespace) -> None:
        away, colleague, matter = self.held(city)
        assert mine(away) == [matter]
        handed = self.hand(away, colleague)
        assert (handed.matters, handed.left) == ((matter.pk,), ())
        assert mine(away) == []
        assert mine(colleague) == [matter]
        assert selectors.todos_for(actor_of(away)) == []
        assert [each.matter for each in selectors.todos_for(actor_of(colleague))] == [matter]
        press(colleague, matter, "finish")

    def test_a_matter_without_a_unit_passes_within_the_holders_own(
        self, city: SimpleNamespace
    ) -> None:
        away, _colleague, _matter = self.held(city)
        with pytest.raises(Invalid):
            self.hand(away, city.handler)

    def test_what_cannot_pass_is_named_and_keeps_nothing_else(self, city: SimpleNamespace) -> None:
        away, colleague, matter = self.held(city)
        other = appeal_open(city)
        Matter.objects.filter(pk=other.pk).update(holder_account=away, lead_unit=city.water)
        handed = self.hand(away, colleague)
        assert handed.matters == (matter.pk,)
        assert [number for number, _why in handed.left] == [other.number]
        assert fresh(other).holder_account == away
        assert sorts(other)[-1] != "handed_on"

    def test_where_nothing_can_pass_it_is_refused(self, city: SimpleNamespace) -> None:
        away, colleague, _matter = self.held(city)
        with pytest.raises(Forbidden):
            self.hand(away, colleague, actor_of(city.handler))

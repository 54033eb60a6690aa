# SPDX-License-Identifier: MulanPSL-2.0
"""Units that help, orders that are taken back, work that passes to a colleague."""

from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events import services as events
from linli.kernel.people import households
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places import restructuring
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, appeal_open, definition_keep
from linli.kernel.workflow.models import CoHandler, Matter, Todo
from linli.kernel.workflow.terms import OrderState, Verb
from linli.kernel.workflow.tests.procedures import press, sorts
from linli.kernel.workflow.tests.test_round import (
    CONTACT,
    RESULT,
    dispatched,
    fresh,
    handled,
    order_of,
)


def asked(city: SimpleNamespace, matter: Matter) -> CoHandler:
    return services.co_handler_ask(
        actor=actor_of(city.handler), matter=matter.pk, unit=city.upkeep, task="围住井口"
    )


def said(city: SimpleNamespace, helping: CoHandler, words: str = "围好了") -> CoHandler:
    return services.co_handler_done(
        actor=actor_of(city.upkeep_handler), co_handler=helping.pk, said=words
    )


class TestCoHandling:
    def test_a_unit_that_is_asked_has_it_on_its_desk(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        helper = actor_of(city.upkeep_handler)
        assert selectors.matter_find(helper, matter.number) is None
        helping = asked(city, matter)
        assert selectors.matter_find(helper, matter.number) == matter
        assert [todo.matter for todo in selectors.todos_for(helper)] == [matter]
        said(city, helping)
        assert selectors.todos_for(helper) == []
        assert sorts(matter)[-2:] == ["asked", "helped"]
        assert fresh(matter).lead_unit == city.water

    def test_the_lead_goes_on_without_it_only_with_a_word(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        press(city.handler, matter, "contacted", values=CONTACT)
        asked(city, matter)
        with pytest.raises(Invalid) as refused:
            press(city.handler, matter, "answer", values=RESULT)
        assert "区城管局" in str(refused.value.message)
        press(city.handler, matter, "answer", values=RESULT, note="井口已由我们围好")
        assert fresh(matter).step == "verifying"

    def test_what_will_not_do(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        handler = actor_of(city.handler)
        ask = services.co_handler_ask
        with pytest.raises(Forbidden):
            ask(actor=actor_of(city.dispatcher), matter=matter.pk, unit=city.upkeep, task="来")
        with pytest.raises(Invalid):
            ask(actor=handler, matter=matter.pk, unit=city.upkeep, task=" ")
        with pytest.raises(Invalid):
            ask(actor=handler, matter=matter.pk, unit=city.other_street, task="来")
        with pytest.raises(Conflict):
            ask(actor=handler, matter=matter.pk, unit=city.water, task="来")
        helping = asked(city, matter)
        with pytest.raises(Conflict):
            asked(city, matter)
        with pytest.raises(Forbidden):
            services.co_handler_done(actor=handler, co_handler=helping.pk, said="办了")
        services.co_handler_release(actor=handler, co_handler=helping.pk, why="不用了")
        with pytest.raises(Conflict):
            said(city, helping)
        assert not Todo.objects.open().filter(text_key="to_help").exists()


class TestTakingBack:
    def test_the_sender_takes_back_what_nobody_has_answered(self, city: SimpleNamespace) -> None:
        matter = dispatched(city)
        order = order_of(matter)
        keys = [each.key for each in selectors.moves_open(actor_of(city.dispatcher), matter)]
        assert keys == ["take_back"]
        services.order_take_back(actor=actor_of(city.dispatcher), order=order, note="派错了")
        order.refresh_from_db()
        assert (fresh(matter).step, order.state) == ("received", OrderState.RECALLED)
        assert sorts(matter)[-1] == "recalled"
        assert AuditRecord.objects.filter(verb=Verb.ORDER_RECALLED).count() == 1
        with pytest.raises(Conflict):
            services.order_accept(actor=actor_of(city.handler), order=order)

    def test_it_does_not_count_as_a_refusal(self, city: SimpleNamespace) -> None:
        matter = dispatched(city)
        services.order_take_back(actor=actor_of(city.dispatcher), order=order_of(matter))
        matter = press(city.dispatcher, matter, "dispatch")
        services.order_refuse(
            actor=actor_of(city.handler), order=order_of(matter), reason="not_ours"
        )
        assert fresh(matter).step == "received"

    def test_nobody_else_and_not_later(self, city: SimpleNamespace) -> None:
        matter = dispatched(city)
        order = order_of(matter)
        with pytest.raises(Forbidden):
            services.order_take_back(actor=actor_of(city.handler), order=order)
        services.order_accept(actor=actor_of(city.handler), order=order)
        with pytest.raises(Conflict):
            services.order_take_back(actor=actor_of(city.dispatcher), order=order)


class TestHandingOn:
    def hand(self, city: SimpleNamespace, actor: object, to: object) -> int:
        handed = services.work_reassign(
            actor=actor_of(actor),  # type: ignore[arg-type]
            from_account=city.handler.pk,
            to_account=to.pk,  # type: ignore[attr-defined]
            why="出差两周",
        )
        return len(handed.matters)

    def test_a_colleague_takes_over_all_of_it(self, city: SimpleNamespace) -> None:
        self.allow(city)
        first, second = handled(city), handled(city)
        due = fresh(first).next_due_at
        assert self.hand(city, city.water_leader, city.colleague) == 2
        assert {fresh(each).holder_account for each in (first, second)} == {city.colleague}
        assert fresh(first).next_due_at == due
        assert sorts(first)[-1] == "handed_on"

    def test_only_within_the_unit_and_by_who_may(self, city: SimpleNamespace) -> None:
        handled(city)
        with pytest.raises(Forbidden):
            self.hand(city, city.handler, city.colleague)
        self.allow(city)
        with pytest.raises(Invalid):
            self.hand(city, city.water_leader, city.upkeep_handler)
        with pytest.raises(Forbidden):
            self.hand(city, city.dispatcher, city.colleague)

    def allow(self, city: SimpleNamespace) -> None:
        role = {"label": {"zh": "科室负责人", "en": "Head of section"}, "clause": "practice"}
        body = {**role, "at": ["level:district"], "gives": ["workflow.reassign"]}
        definition_keep("role", "section_head", body)
        unit = city.water
        GrantFactory.create(
            account=city.water_leader, role="section_head", place=unit.place, unit=unit
        )


class TestRestructuring:
    def test_a_matter_and_its_desks_follow_a_place_that_moves(self, city: SimpleNamespace) -> None:
        matter = dispatched(city)
        services.order_take_back(actor=actor_of(city.dispatcher), order=order_of(matter))
        restructuring.place_move(
            actor=SYSTEM,
            place=city.community,
            parent=city.other_subdistrict,
            on=clock.today(),
        )
        stranger = actor_of(city.stranger)
        assert selectors.matter_find(stranger, matter.number) == matter
        assert list(selectors.matters_open_to(stranger).mine(stranger)) == [matter]
        dispatcher = actor_of(city.dispatcher)
        assert list(selectors.matters_open_to(dispatcher).mine(dispatcher)) == []

    def test_what_runs_at_a_merged_place_goes_on_at_the_other(self, city: SimpleNamespace) -> None:
        matter = dispatched(city, place=city.community)
        restructuring.places_merge(
            actor=SYSTEM, places=[city.community], into=city.other_community, on=clock.today()
        )
        events.deliver_all()
        assert fresh(matter).place == city.other_community
        assert sorts(matter)[-1] == "corrected"

    def test_after_a_split_a_matter_goes_where_its_point_or_person_is(
        self, city: SimpleNamespace
    ) -> None:
        dwelling = PlaceFactory.create(
            code=f"{city.other_grid.code}-d1", level="dwelling", parent=city.other_grid
        )
        person = PersonFactory.create(place=city.community)
        home = households.household_register(actor=SYSTEM, dwelling=dwelling)
        households.member_add(actor=SYSTEM, household=home, person=person)
        spot = {"what": "井盖丢了", "spot": {"lon": 103.05, "lat": 29.05}}
        pointed = appeal_open(city, place=city.community)
        Matter.objects.filter(pk=pointed.pk).update(values=spot)
        about = appeal_open(city, place=city.community)
        Matter.objects.filter(pk=about.pk).update(subject_kind="person", subject_key=person.pk)
        unsaid = appeal_open(city, place=city.community)
        code = city.subdistrict.code
        pieces = [
            restructuring.Piece(f"{code}801", "东苑社区", (city.grid.code,)),
            restructuring.Piece(f"{code}802", "西苑社区", (city.other_grid.code,)),
        ]
        east, west = restructuring.place_split(
            actor=SYSTEM, place=city.community, pieces=pieces, on=clock.today()
        )
        events.deliver_all()
        assert fresh(pointed).place == east
        assert fresh(about).place == west
        assert fresh(unsaid).place == city.community
        assert sorts(pointed)[-1] == "corrected"

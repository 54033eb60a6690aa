# SPDX-License-Identifier: MulanPSL-2.0
"""The buttons of a matter: the procedure's moves, orders, notes, help and more time."""

import uuid
from types import SimpleNamespace
from typing import Any

from linli.kernel.accounts.models import Account
from linli.kernel.files.models import StoredFile
from linli.kernel.workflow.models import Matter, Move, Todo
from linli.kernel.workflow.terms import OrderState, Sort
from linli.kernel.workflow.tests.procedures import whistled
from linli.shells.matters.tests.conftest import Press, SeenBy
from linli.shells.matters.tests.procedures import hazard, photo, sent, taken
from linli.shells.places.tests.towns import text_of


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def state_of(matter: Matter) -> str:
    return str(matter.orders.latest("pk").state)


class TestMoves:
    def test_a_button_moves_it_on(self, city: SimpleNamespace, press: Press) -> None:
        matter = hazard(city)
        answer = press(city.dispatcher, matter, "send", **{"own.note": "请看一下"})
        assert answer["Location"] == f"/console/matters/{matter.number}/"
        assert fresh(matter).step == "offered"
        assert matter.orders.get().unit == city.water

    def test_a_unit_may_be_chosen_instead(self, city: SimpleNamespace, press: Press) -> None:
        matter = hazard(city)
        wrong = press(city.dispatcher, matter, "send", **{"own.unit": city.other_street.pk})
        assert wrong.status_code == 422
        assert "does not look after this place" in text_of(wrong)
        press(city.dispatcher, matter, "send", **{"own.unit": city.upkeep.pk})
        assert matter.orders.get().unit == city.upkeep

    def test_its_page_works_without_script(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = hazard(city)
        client = seen_by(city.dispatcher)
        page = client.get(f"/console/matters/{matter.number}/do/send/")
        assert "By the duty list: 区水务局" in text_of(page)
        assert client.get(f"/console/matters/{matter.number}/do/mended/").status_code == 404

    def test_who_comes_second_is_told_who_was_first(
        self, city: SimpleNamespace, press: Press, seen_by: SeenBy
    ) -> None:
        matter = hazard(city)
        shown = {"own.step": "found", "own.revision": matter.revision}
        press(city.dispatcher, matter, "send")
        address = f"/console/matters/{matter.number}/do/send/"
        late = seen_by(city.second_dispatcher).post(address, shown)
        assert late.status_code == 409
        assert "was first, at 16:30" in text_of(late)
        assert matter.orders.count() == 1

    def test_the_same_press_twice_is_one(self, city: SimpleNamespace, press: Press) -> None:
        matter = whistled(city, city.water).children.get()
        once = {"_once": str(uuid.uuid4())}
        shown = {"own.step": "called", "own.revision": matter.revision}
        for _press in range(2):
            assert press(city.handler, matter, "finish", **once, **shown).status_code == 302
        assert matter.moves.filter(sort=Sort.MOVED).count() == 1

    def test_another_unit_does_not_find_the_button(
        self, city: SimpleNamespace, press: Press
    ) -> None:
        matter = taken(city)
        assert press(city.upkeep_handler, matter, "mended").status_code == 404
        assert press(city.dispatcher, matter, "mended").status_code == 404
        assert fresh(matter).step == "mending"

    def test_a_form_with_a_photo_is_filled_in(self, city: SimpleNamespace, press: Press) -> None:
        matter = taken(city)
        given = {"note": "重新砌好了", "own.note": "居民在场"}
        refused = press(city.handler, matter, "mended", **given)
        assert refused.status_code == 422
        assert "Please add: Photo after." in text_of(refused)
        assert "重新砌好了" in refused.content.decode()
        press(city.handler, matter, "mended", after=photo(), **given)
        line = Move.objects.get(matter=matter, move="mended")
        kept = StoredFile.objects.get()
        assert fresh(matter).end == "done"
        assert line.values == {"note": "重新砌好了", "after": [kept.key]}
        assert (line.note, kept.owner_key) == ("居民在场", matter.number)

    def test_its_files_are_for_who_may_see_it(
        self, city: SimpleNamespace, press: Press, seen_by: SeenBy
    ) -> None:
        matter = taken(city)
        press(city.handler, matter, "mended", note="好了", after=photo())
        address = f"/console/matters/{matter.number}/files/{StoredFile.objects.get().key}/"
        shown = seen_by(city.dispatcher).get(address)
        assert shown["Content-Type"] == "image/jpeg"
        assert seen_by(city.stranger).get(address).status_code == 404


class TestOrders:
    def test_signed_and_accepted(self, city: SimpleNamespace, press: Press) -> None:
        matter = sent(city)
        assert press(city.upkeep_handler, matter, "accept").status_code == 404
        press(city.handler, matter, "sign")
        assert state_of(matter) == OrderState.SIGNED
        press(city.handler, matter, "accept")
        assert fresh(matter).lead_unit == city.water

    def test_sent_back_with_a_reason(self, city: SimpleNamespace, press: Press) -> None:
        matter = sent(city)
        assert press(city.handler, matter, "refuse").status_code == 422
        given = {"own.reason": "not_ours", "own.note": "归城管"}
        press(city.handler, matter, "refuse", **given)
        assert state_of(matter) == OrderState.CONTESTED

    def test_the_arbiter_rules(self, city: SimpleNamespace, press: Press) -> None:
        matter = sent(city)
        press(city.handler, matter, "refuse", **{"own.reason": "not_ours"})
        unit = {"own.unit": city.upkeep.pk}
        assert press(city.arbiter, matter, "rule", **unit).status_code == 422
        press(city.arbiter, matter, "rule", **unit, **{"own.note": "地面归城管"})
        assert fresh(matter).lead_unit == city.upkeep

    def test_taken_back_by_who_sent_it(self, city: SimpleNamespace, press: Press) -> None:
        matter = sent(city)
        press(city.dispatcher, matter, "take_back")
        assert (fresh(matter).step, state_of(matter)) == ("found", OrderState.RECALLED)


class TestNotes:
    def test_a_note_is_written_down(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = taken(city)
        address = f"/console/matters/{matter.number}/note/"
        empty = seen_by(city.handler).post(address, {"note": " "})
        assert empty.status_code == 422
        assert "Please write something." in text_of(empty)
        seen_by(city.handler).post(address, {"note": "明天去看"})
        assert matter.moves.get(sort=Sort.NOTED).note == "明天去看"
        assert seen_by(city.upkeep_handler).post(address, {"note": "看看"}).status_code == 404


class TestCorrecting:
    def test_class_place_and_title_are_corrected(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        matter = hazard(city)
        address, client = f"/console/matters/{matter.number}/correct/", seen_by(city.dispatcher)
        page = client.get(address)
        assert [each.chosen for each in page.context["selects"]][:2] == [
            city.community.code,
            city.grid.code,
        ]
        wrong = client.post(address, {"own.class": "no_such"})
        assert wrong.status_code == 422
        assert "There is no such class here." in text_of(wrong)
        places = {"own.place_1": city.community.code, "own.place_2": ""}
        client.post(address, {"own.class": "", "own.title": "扶手松动", **places})
        now = fresh(matter)
        assert (now.class_key, now.title, now.place) == ("", "扶手松动", city.community)

    def test_a_unit_without_places_corrects_the_class_alone(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        matter = taken(city)
        address, client = f"/console/matters/{matter.number}/correct/", seen_by(city.handler)
        assert client.get(address).context["selects"] == []
        client.post(address, {"own.title": "扶手松动"})
        assert (fresh(matter).title, fresh(matter).place) == ("扶手松动", city.grid)
        assert seen_by(city.district_leader).get(address).status_code == 404


class TestAsking:
    def ask(self, seen_by: SeenBy, account: Account, matter: Matter, key: str, **given: Any) -> Any:
        named = {f"own.{name}": value for name, value in given.items()}
        return seen_by(account).post(f"/console/matters/{matter.number}/ask/{key}/", named)

    def test_a_unit_helps(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = taken(city)
        given = {"unit": city.upkeep.pk}
        refused = self.ask(seen_by, city.handler, matter, "help", **given)
        assert refused.status_code == 422
        assert "Please write what they are to do." in text_of(refused)
        self.ask(seen_by, city.handler, matter, "help", task="围起来", **given)
        helping = matter.co_handlers.get()
        assert Todo.objects.open().filter(text_key="to_help").exists()
        page = seen_by(city.upkeep_handler).get(f"/console/matters/{matter.number}/")
        assert "Our part is done" in text_of(page)
        self.ask(seen_by, city.upkeep_handler, matter, f"helped-{helping.pk}", said="围好了")
        helping.refresh_from_db()
        assert helping.said == "围好了"
        again = self.ask(
            seen_by, city.upkeep_handler, matter, f"helped-{helping.pk}", said="又围好了"
        )
        assert again.status_code == 409

    def test_the_lead_releases_it(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter, other = taken(city), taken(city)
        self.ask(seen_by, city.handler, matter, "help", unit=city.upkeep.pk, task="来")
        key = f"release-{matter.co_handlers.get().pk}"
        assert self.ask(seen_by, city.handler, other, key).status_code == 404
        self.ask(seen_by, city.handler, matter, key)
        assert matter.co_handlers.get().is_released

    def test_only_the_lead_asks(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = taken(city)
        given = {"unit": city.upkeep.pk, "task": "来"}
        assert self.ask(seen_by, city.dispatcher, matter, "help", **given).status_code == 404
        assert self.ask(seen_by, city.handler, matter, "nonsense").status_code == 404

    def test_more_time_is_asked_for_and_granted_by_somebody_else(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        matter = taken(city)
        due = matter.clocks.get(name="closing").due_at
        page = seen_by(city.handler).get(f"/console/matters/{matter.number}/")
        assert "Ask for more time: Mending" in text_of(page)
        assert self.ask(seen_by, city.handler, matter, "extend-closing").status_code == 422
        self.ask(seen_by, city.handler, matter, "extend-closing", why="要等配件")
        key = f"answer-{matter.extensions.get().pk}"
        page = seen_by(city.district_leader).get(f"/console/matters/{matter.number}/ask/{key}/")
        assert "要等配件" in text_of(page)
        assert self.ask(seen_by, city.handler, matter, key, reason="grant").status_code == 404
        undecided = self.ask(seen_by, city.district_leader, matter, key)
        assert undecided.status_code == 422
        self.ask(seen_by, city.district_leader, matter, key, reason="grant")
        assert matter.clocks.get(name="closing").due_at > due

    def test_a_no_needs_a_word(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = taken(city)
        self.ask(seen_by, city.handler, matter, "extend-closing", why="要等配件")
        key = f"answer-{matter.extensions.get().pk}"
        assert (
            self.ask(seen_by, city.district_leader, matter, key, reason="deny").status_code == 422
        )
        self.ask(seen_by, city.district_leader, matter, key, reason="deny", note="抓紧")
        assert matter.extensions.get().is_granted is False

    def test_somebody_above_supervises_and_is_answered(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        matter = taken(city)
        page, listed = f"/console/matters/{matter.number}/", "/console/matters/?view=supervised"
        leader, handler = seen_by(city.street_leader), seen_by(city.handler)
        assert "Supervision" in text_of(leader.get(page))
        assert "Supervision" not in text_of(handler.get(page))
        assert self.ask(seen_by, city.handler, matter, "supervise", what="快").status_code == 404
        assert self.ask(seen_by, city.street_leader, matter, "supervise").status_code == 422
        self.ask(seen_by, city.street_leader, matter, "supervise", what="今天去看")
        assert matter.number in text_of(leader.get(listed))
        asked = text_of(handler.get(page))
        assert "Answer the supervision" in asked
        assert "今天去看" in asked
        assert "Answer a supervision" in text_of(handler.get("/console/"))
        key = f"account-{matter.supervisions.get().pk}"
        other = taken(city)
        assert self.ask(seen_by, city.handler, other, key, answer="好").status_code == 404
        assert self.ask(seen_by, city.handler, matter, key).status_code == 422
        self.ask(seen_by, city.handler, matter, key, answer="下午到场")
        told = text_of(leader.get(page))
        assert "下午到场" in told
        assert "Supervised from above" in told
        assert "Nothing is supervised" in text_of(leader.get(listed))


class TestDesk:
    def test_the_desk_shows_what_waits_and_what_is_to_do(
        self, city: SimpleNamespace, seen_by: SeenBy, press: Press
    ) -> None:
        matter = sent(city)
        press(city.handler, matter, "refuse", **{"own.reason": "not_ours"})
        arbiter = seen_by(city.arbiter)
        assert "Ruling needed" in text_of(arbiter.get("/console/"))
        todo = Todo.objects.get(matter=matter, text_key="to_rule")
        address = f"/console/matters/todos/{todo.pk}/"
        assert seen_by(city.stranger).post(address).status_code == 404
        arbiter.post(address)
        todo.refresh_from_db()
        assert todo.done_by == city.arbiter

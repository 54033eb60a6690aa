# SPDX-License-Identifier: MulanPSL-2.0
"""The console pages of appeals: the queue, the page of a case, its buttons."""

import io
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from linli.kernel.access.factories import GrantFactory
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.models import StoredFile
from linli.kernel.notify.models import Notice
from linli.kernel.places.factories import city_tree
from linli.kernel.units.factories import UnitFactory
from linli.kernel.workflow.models import Batch
from linli.kernel.workflow.services import batch_run
from linli.modules.appeals import services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.tests.round import CONTACT, RESULT, accepted, crew_of, filed, fresh
from linli.modules.appeals.tests.town import actor_of, staff

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12

SeenBy = Callable[[Account], Client]


@pytest.fixture
def crew(city: SimpleNamespace) -> SimpleNamespace:
    """The people of the round."""
    return crew_of(city)


@pytest.fixture
def seen_by() -> SeenBy:
    """A browser signed in as somebody."""

    def sign_in(account: Account) -> Client:
        client = Client()
        log_in(client, account)
        return client

    return sign_in


def address(case: Case, rest: str = "") -> str:
    return f"/console/appeals/{case.matter.number}/{rest}"


def pressed(client: Client, case: Case, key: str, **given: Any) -> Any:
    """Press a button of a case as its page shows it now."""
    matter = fresh(case).matter
    order = matter.orders.order_by("-pk").first()
    values = {"step": matter.step, "revision": matter.revision, "_once": str(uuid.uuid4())}
    if order is not None:
        values["order"] = order.pk
    return client.post(address(case, f"do/{key}/"), values | given)


def photo() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(target, "JPEG")
    return SimpleUploadedFile("井.jpg", target.getvalue(), "image/jpeg")


def test_the_queue_shows_what_waits_with_counts(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = filed(crew)
    page = seen_by(crew.dispatcher).get("/console/appeals/")
    text = page.content.decode()
    assert page.status_code == 200
    assert case.matter.number in text
    assert "陈桂兰" in text
    counts = {view: count for view, _, count in page.context["views"]}
    assert (counts["mine"], counts["waiting"], counts["to_verify"], counts["all"]) == (1, 0, 0, 1)


def test_the_queue_asks_few_questions_however_long_it_is(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    for number in range(12):
        filed(crew, what=f"{number}号楼前积水", class_key="flooding" if number % 2 else "")
    client = seen_by(crew.dispatcher)
    client.get("/console/appeals/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/console/appeals/?view=all")
    assert len(page.context["lines"]) == 12
    assert len(asked) <= MOST_QUERIES, [query["sql"][:160] for query in asked]


def test_desk_and_case_ask_few_questions(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = accepted(crew)
    client = seen_by(crew.dispatcher)
    for page in ("/console/", address(case)):
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        assert answer.status_code == 200
        assert len(asked) <= MOST_QUERIES, [page, *(query["sql"][:160] for query in asked)]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=积水", True),
        ("q=没有这个词", False),
        ("q=陈桂兰", True),
        ("class=city_services", True),
        ("class=noise", False),
        ("channel=portal", True),
        ("channel=phone", False),
        ("step=received", True),
        ("step=handling", False),
        ("view=late", False),
        ("view=nonsense", True),
        ("q=' OR 1=1 --", False),
    ],
)
def test_filters_in_the_address_narrow_the_queue(
    crew: SimpleNamespace, seen_by: SeenBy, query: str, is_found: bool
) -> None:
    filed(crew)
    page = seen_by(crew.dispatcher).get(f"/console/appeals/?{query}")
    assert bool(page.context["lines"]) is is_found


def test_a_place_in_the_address_narrows_the_queue(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    filed(crew)
    client = seen_by(crew.dispatcher)
    assert client.get(f"/console/appeals/?place={crew.city.community.code}").context["lines"]
    assert not client.get(f"/console/appeals/?place={crew.city.other_community.code}").context[
        "lines"
    ]


def test_htmx_gets_only_the_rows_or_the_preview(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = filed(crew)
    client = seen_by(crew.dispatcher)
    rows = client.get("/console/appeals/", headers={"HX-Request": "true", "HX-Target": "rows"})
    peek = client.get(
        f"/console/appeals/?open={case.matter.number}",
        headers={"HX-Request": "true", "HX-Target": "peek"},
    )
    assert "<html" not in rows.content.decode() + peek.content.decode()
    assert 'id="queue-tabs"' in rows.content.decode()
    assert "派单" in peek.content.decode()


def test_without_script_the_open_case_comes_with_the_page(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    page = seen_by(crew.dispatcher).get(f"/console/appeals/?open={case.matter.number}")
    assert "data-open-full" in page.content.decode()


def test_somebody_of_another_place_sees_nothing_and_a_guess_tells_nothing(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    client = seen_by(crew.stranger)
    appeal = case.appeals.get()
    assert not client.get("/console/appeals/?view=all").context["lines"]
    assert "sheet" not in client.get(f"/console/appeals/?open={case.matter.number}").context
    unknown = client.get("/console/appeals/SQ-20990101-9999/")
    for rest in ("", "do/dispatch/", "correct/", "call-back/", f"who/{appeal.number}/"):
        answer = client.get(address(case, rest))
        assert answer.status_code == unknown.status_code == 404, rest
    for rest in ("note/", "urge/", "do/dispatch/", f"who/{appeal.number}/"):
        assert client.post(address(case, rest), {"note": "x", "purpose": "看看"}).status_code == 404


def test_a_resident_finds_no_console(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = filed(crew)
    client = seen_by(crew.resident.account)
    assert client.get("/console/appeals/").status_code == 404
    assert client.get(address(case)).status_code == 404


def test_a_case_goes_the_whole_round_by_the_buttons_of_its_page(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    page = seen_by(crew.dispatcher).get(address(case))
    assert "按职责清单" in page.content.decode()
    assert pressed(seen_by(crew.dispatcher), case, "dispatch").status_code == 302
    handler = seen_by(crew.handler)
    assert case.matter.number in handler.get("/console/appeals/").content.decode()
    pressed(handler, case, "sign")
    pressed(handler, case, "accept")
    pressed(handler, case, "contacted", **CONTACT)
    answer = pressed(handler, case, "answer", **RESULT, photos=photo())
    assert answer.status_code == 302
    kept = StoredFile.objects.get(owner_kind="appeals.case")
    assert kept.key in handler.get(address(case)).content.decode()
    assert case.appeals.get().reply == RESULT["reply"]
    pressed(seen_by(crew.clerk), case, "pass", how="on_site", note="不积水了")
    assert fresh(case).matter.step == "calling_back"
    clerk = seen_by(crew.clerk)
    assert "非常满意" in clerk.get(address(case, "call-back/")).content.decode()
    assert clerk.post(address(case, "call-back/"), {"mark": "good"}).status_code == 302
    assert fresh(case).matter.end == "done"
    assert (case.appeals.get().mark, clerk.get(address(case)).status_code) == ("good", 200)


def test_a_bad_mark_by_telephone_needs_a_reason_and_sends_it_back(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    handler, clerk = seen_by(crew.handler), seen_by(crew.clerk)
    pressed(handler, case, "answer", **RESULT)
    pressed(clerk, case, "pass", how="phone")
    refused = clerk.post(address(case, "call-back/"), {"mark": "poor"})
    assert refused.status_code == 422
    assert "checked" in refused.content.decode()
    clerk.post(address(case, "call-back/"), {"mark": "poor", "reasons": ["not_solved"]})
    assert fresh(case).matter.step == "handling"
    assert handler.get(address(case, "call-back/")).status_code == 404


def test_what_must_be_filled_is_said_beside_the_field_and_nothing_is_lost(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    answer = pressed(seen_by(crew.handler), case, "answer", done="清掏了雨水井")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "清掏了雨水井" in text
    assert 'aria-invalid="true"' in text
    assert fresh(case).matter.step == "handling"


def test_photos_of_a_refused_form_are_not_kept(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = accepted(crew)
    answer = pressed(seen_by(crew.handler), case, "answer", done="清掏了", photos=photo())
    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_a_unit_sends_an_order_back_twice_and_the_arbiter_rules(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    upkeep = UnitFactory.create(
        key="urban_management", place=crew.city.district, label={"zh": "区城管局", "en": "Upkeep"}
    )
    case = filed(crew)
    dispatcher, handler = seen_by(crew.dispatcher), seen_by(crew.handler)
    pressed(dispatcher, case, "dispatch")
    assert pressed(handler, case, "refuse").status_code == 422
    away = pressed(handler, case, "refuse", reason="not_ours", note="不是我们的井")
    assert away["Location"] == "/console/appeals/"
    assert handler.get(address(case)).status_code == 404
    again = dispatcher.get(address(case)).content.decode()
    assert "不是我们的井" in again
    assert again.count("（退过单）</option>") == 2  # of the duty list and of the list of units
    pressed(dispatcher, case, "dispatch", unit=crew.city.water.pk)
    pressed(handler, case, "refuse", reason="not_ours", note="还是不归我们")
    arbiter = seen_by(crew.arbiter)
    assert "区城管局" in arbiter.get(address(case, "do/rule/")).content.decode()
    assert pressed(arbiter, case, "rule", note="归城管").status_code == 422
    pressed(arbiter, case, "rule", note="归城管", unit=upkeep.pk)
    matter = fresh(case).matter
    assert (matter.step, matter.lead_unit) == ("handling", upkeep)


def test_a_unit_of_another_place_cannot_be_chosen(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = filed(crew)
    other = UnitFactory.create(key="subdistrict_office", place=crew.city.other_subdistrict)
    answer = pressed(seen_by(crew.dispatcher), case, "dispatch", unit=other.pk)
    assert answer.status_code == 422
    assert fresh(case).matter.step == "received"


def test_whoever_comes_second_is_told_who_was_first(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    second = staff("dispatcher", crew.city.subdistrict, name="高远")
    case = filed(crew)
    shown = {"step": case.matter.step, "revision": case.matter.revision}
    pressed(seen_by(crew.dispatcher), case, "dispatch")
    late = seen_by(second).post(address(case, "do/dispatch/"), shown)
    assert late.status_code == 409
    assert "何倩" in late.content.decode()


def test_what_happened_meanwhile_stops_a_button_too(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = accepted(crew)
    handler = seen_by(crew.handler)
    stale = fresh(case).matter.revision
    handler.post(address(case, "note/"), {"note": "先看现场", "to": "internal"})
    answer = pressed(handler, case, "answer", **RESULT, revision=stale)
    assert answer.status_code == 409


def test_a_note_is_for_colleagues_or_for_the_resident_too(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    handler = seen_by(crew.handler)
    handler.post(address(case, "note/"), {"note": "内部说一句", "to": "internal"})
    handler.post(address(case, "note/"), {"note": "明天上午到", "to": "shown"})
    assert handler.post(address(case, "note/"), {"note": "  "}).status_code == 422
    own = seen_by(crew.resident.account).get(f"/portal/appeals/{case.appeals.get().number}/")
    assert "明天上午到" in own.content.decode()
    assert "内部说一句" not in own.content.decode()
    assert "内部说一句" in seen_by(crew.dispatcher).get(address(case)).content.decode()


def test_class_and_place_are_corrected(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = filed(crew)
    client = seen_by(crew.dispatcher)
    assert client.get(address(case, "correct/")).status_code == 200
    tree = crew.city
    chain = (tree.district, tree.subdistrict, tree.community, tree.other_grid)
    places = {f"place_{number}": place.code for number, place in enumerate(chain, start=1)}
    answer = client.post(address(case, "correct/"), {"class_key": "manholes", **places})
    assert answer.status_code == 302
    matter = fresh(case).matter
    assert (matter.class_key, matter.place) == ("manholes", tree.other_grid)
    other = city_tree("510500")
    away = (other.city, other.district, other.subdistrict, other.community, other.grid)
    elsewhere = {f"place_{number}": place.code for number, place in enumerate(away)}
    answer = client.post(address(case, "correct/"), {"class_key": "manholes", **elsewhere})
    assert "这个地方属于另一座城市" in answer.content.decode()
    wrong = client.post(address(case, "correct/"), {"class_key": "no_such_class"})
    assert wrong.status_code == 422


def test_the_history_is_narrowed_by_the_address(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    case = accepted(crew)
    client = seen_by(crew.dispatcher)
    sorts = {
        kind: {
            entry.line.sort
            for entry in client.get(address(case), {"lines": kind}).context["sheet"].lines
        }
        for kind in ("all", "said", "hand_over")
    }
    assert sorts["hand_over"] < sorts["all"]
    assert "accepted" in sorts["hand_over"]
    assert sorts["said"] == {"opened"}


def test_fresh_parts_of_a_case_come_without_the_rest_of_the_page(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    headers = {"HX-Request": "true", "HX-Target": "matter-top"}
    text = seen_by(crew.dispatcher).get(address(case), headers=headers).content.decode()
    assert "<html" not in text
    assert 'id="matter-lines" hx-swap-oob="true"' in text
    assert "data-dialog" not in text


def test_a_leader_urges_and_whoever_has_it_in_hand_is_told(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    leader = seen_by(crew.leader)
    assert leader.post(address(case, "urge/")).status_code == 302
    told = Notice.objects.get(account=crew.handler, text_key="urge")
    assert "苏敏" in told.body
    assert leader.post(address(case, "urge/")).status_code == 429


def test_a_leader_supervises_a_case_and_the_unit_answers(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    leader, handler = seen_by(crew.leader), seen_by(crew.handler)
    ask = f"/console/matters/{case.matter.number}/ask/"
    assert "督办" in leader.get(address(case)).content.decode()
    assert leader.post(f"{ask}supervise/", {"own.what": "今天到场"}).status_code == 302
    queue = leader.get("/console/appeals/?view=supervised")
    assert [line.number for line in queue.context["lines"]] == [case.matter.number]
    shown = handler.get(address(case)).content.decode()
    assert "今天到场" in shown
    assert "答复督办" in shown
    order = case.matter.supervisions.get()
    given = {"own.answer": "已到场，明天修好"}
    assert handler.post(f"{ask}account-{order.pk}/", given).status_code == 302
    assert "已到场，明天修好" in leader.get(address(case)).content.decode()
    assert not leader.get("/console/appeals/?view=supervised").context["lines"]


def test_many_cases_are_dispatched_at_once_and_each_refusal_is_said(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    good = [filed(crew, what=f"{number}号楼积水") for number in range(3)]
    odd = filed(crew, what="说不清的一件事", class_key="")
    client = seen_by(crew.dispatcher)
    picked = [case.matter.number for case in (*good, odd)]
    answer = client.post(
        "/console/appeals/many/",
        {"do": "dispatch", "picked": picked, "next": "/console/appeals/?view=all"},
    )
    assert answer["Location"] == "/console/appeals/?view=all"
    assert {fresh(case).matter.step for case in good} == {"received"}
    batch = Batch.objects.get()
    assert f"/many/{batch.pk}/undo/" in client.get("/console/appeals/").content.decode()
    batch_run(batch.pk)
    assert {fresh(case).matter.step for case in good} == {"offered"}
    assert fresh(odd).matter.step == "received"
    text = client.get("/console/appeals/").content.decode()
    assert odd.matter.number in text
    assert "3件" in text
    assert client.post(f"/console/appeals/many/{batch.pk}/undo/").status_code == 302
    assert "撤不回来" in client.get("/console/appeals/").content.decode()


def test_many_cases_are_not_dispatched_once_that_is_undone(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    client = seen_by(crew.dispatcher)
    client.post("/console/appeals/many/", {"do": "dispatch", "picked": [case.matter.number]})
    batch = Batch.objects.get()
    stranger = staff("dispatcher", crew.city.subdistrict)
    assert seen_by(stranger).post(f"/console/appeals/many/{batch.pk}/undo/").status_code == 404
    client.post(f"/console/appeals/many/{batch.pk}/undo/")
    batch_run(batch.pk)
    assert fresh(case).matter.step == "received"
    part = client.get(f"/console/appeals/many/{batch.pk}/").content.decode()
    assert "一件也没有派" in part


def test_taken_back_while_they_go_out_the_page_says_how_many_had(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    first, second = filed(crew), filed(crew, what="另一件")
    client = seen_by(crew.dispatcher)
    picked = [first.matter.number, second.matter.number]
    client.post("/console/appeals/many/", {"do": "dispatch", "picked": picked})
    batch = Batch.objects.get()
    Batch.objects.filter(pk=batch.pk).update(results=[[first.matter_id, ""]])
    client.post(f"/console/appeals/many/{batch.pk}/undo/")
    part = client.get(f"/console/appeals/many/{batch.pk}/").content.decode()
    assert "撤销前已派出1件，还有1件没有派" in part
    assert "一件也没有派" not in part


def test_many_cases_go_back_only_to_an_address_of_this_site(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    client = seen_by(crew.dispatcher)
    answer = client.post(
        "/console/appeals/many/", {"do": "dispatch", "next": "https://example.org/"}
    )
    assert answer["Location"] == "/console/appeals/"


def test_the_number_of_a_reporter_is_seen_for_a_purpose_and_that_is_recorded(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = accepted(crew)
    appeal = case.appeals.get()
    client = seen_by(crew.dispatcher)
    page = client.get(address(case)).content.decode()
    assert "138****2046" in page
    assert "13800132046" not in page
    assert client.post(address(case, f"who/{appeal.number}/"), {}).status_code == 422
    answer = client.post(address(case, f"who/{appeal.number}/"), {"purpose": "回访"})
    assert "13800132046" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    row = AuditRecord.objects.get(verb="appeals.reporter.opened")
    assert (row.reason, "13800132046" in str(row.detail)) == ("回访", False)


def secret_case(crew: SimpleNamespace) -> Case:
    """Somebody complains of the water bureau, and wants nobody to know."""
    case = filed(crew, is_confidential=True, about_unit=crew.city.water)
    own = actor_of(crew.resident.account)
    services.appeal_correct(actor=own, appeal=case.appeals.get(), addition="昨天又堵了")
    return case


def test_a_confidential_reporter_is_named_on_no_page_of_staff(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = secret_case(crew)
    pressed(seen_by(crew.dispatcher), case, "dispatch")
    pressed(seen_by(crew.handler), case, "accept")
    number = case.matter.number
    for account in (crew.handler, crew.dispatcher, crew.leader, crew.clerk):
        client = seen_by(account)
        for page in (address(case), f"/console/appeals/?view=all&open={number}"):
            text = client.get(page).content.decode()
            assert "昨天又堵了" in text or "view=all" in page
            assert "保密反映人" in text
            assert "陈桂兰" not in text
            assert "138****2046" not in text
        assert not client.get("/console/appeals/?view=all&q=陈桂兰").context["lines"]


def test_the_unit_complained_of_never_sees_who_it_was(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = secret_case(crew)
    pressed(seen_by(crew.dispatcher), case, "dispatch")
    pressed(seen_by(crew.handler), case, "accept")
    appeal = case.appeals.get()
    asked = {"purpose": "联系居民"}
    assert (
        seen_by(crew.handler).post(address(case, f"who/{appeal.number}/"), asked).status_code == 404
    )
    answer = seen_by(crew.dispatcher).post(address(case, f"who/{appeal.number}/"), asked)
    assert "13800132046" in answer.content.decode()


def test_an_order_of_another_case_is_never_answered(crew: SimpleNamespace, seen_by: SeenBy) -> None:
    first, second = filed(crew), filed(crew, what="另一处积水")
    for case in (first, second):
        pressed(seen_by(crew.dispatcher), case, "dispatch")
    other = second.matter.orders.get()
    pressed(seen_by(crew.handler), first, "accept", order=other.pk)
    assert fresh(second).matter.step == "offered"
    assert Appeal.objects.count() == 2


def test_a_search_leaves_an_address_without_empty_parts(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "rows", "HX-Trigger": "queue-ask"}
    asked = "/console/appeals/?view=mine&q=积水&channel=&class=&step="
    answer = seen_by(crew.dispatcher).get(asked, headers=headers)
    assert answer["HX-Push-Url"] == "/console/appeals/?view=mine&q=%E7%A7%AF%E6%B0%B4"


def test_the_desk_shows_what_waits_and_the_most_urgent_of_it(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    text = seen_by(crew.dispatcher).get("/console/").content.decode()
    assert case.matter.number in text
    assert "/console/appeals/?view=late" in text


def test_what_the_procedure_asks_of_an_arbiter_lies_on_the_desk_and_is_ticked_off(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    case = filed(crew)
    dispatcher, handler = seen_by(crew.dispatcher), seen_by(crew.handler)
    pressed(dispatcher, case, "dispatch")
    pressed(handler, case, "refuse", reason="not_ours")
    pressed(dispatcher, case, "dispatch", unit=crew.city.water.pk)
    pressed(handler, case, "refuse", reason="not_ours")
    todo = case.matter.todos.filter(done_at__isnull=True).get()
    place = f"/console/appeals/todos/{todo.pk}/"
    assert dispatcher.post(place).status_code == 404
    arbiter = seen_by(crew.arbiter)
    assert place in arbiter.get("/console/").content.decode()
    assert arbiter.post(place).status_code == 302
    assert place not in arbiter.get("/console/").content.decode()


def test_another_unit_helps_with_a_case_and_more_time_is_asked_for_it(
    crew: SimpleNamespace, seen_by: SeenBy
) -> None:
    upkeep = UnitFactory.create(
        key="urban_management", place=crew.city.district, label={"zh": "区城管局", "en": "Upkeep"}
    )
    helper = AccountFactory.create(place_path=crew.city.district.path)
    GrantFactory.create(account=helper, role="handler", place=crew.city.district, unit=upkeep)
    case = accepted(crew)
    number, handler = case.matter.number, seen_by(crew.handler)
    assert f"/matters/{number}/ask/help/" in handler.get(address(case)).content.decode()
    asked = {"own.unit": upkeep.pk, "own.task": "围住井口"}
    answer = handler.post(f"/console/matters/{number}/ask/help/", asked)
    assert answer["Location"] == address(case)
    page = seen_by(helper).get(address(case)).content.decode()
    key = case.matter.co_handlers.get().pk
    assert "围住井口" in page
    assert f"/matters/{number}/ask/helped-{key}/" in page
    done = {"own.said": "围好了"}
    seen_by(helper).post(f"/console/matters/{number}/ask/helped-{key}/", done)
    assert "围好了" in handler.get(address(case)).content.decode()
    more = {"own.why": "等配件"}
    handler.post(f"/console/matters/{number}/ask/extend-closing/", more)
    assert "等配件" in handler.get(address(case)).content.decode()
    stranger = staff("dispatcher", crew.city.other_subdistrict)
    foreign = seen_by(stranger).get(f"/console/matters/{number}/ask/help/")
    assert foreign.status_code == 404

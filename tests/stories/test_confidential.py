# SPDX-License-Identifier: MulanPSL-2.0
"""A confidential reporter is never seen by the unit complained of, nor by the unit that handles
it.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.core import signing

from linli.base.actor import ANONYMOUS
from linli.base.errors import Conflict, Forbidden
from linli.kernel.audit import selectors as audit
from linli.kernel.files.models import StoredFile
from linli.kernel.notify.models import Notice
from linli.kernel.notify.selectors import notices_for, receipts_visible
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.kernel.workflow.models import Matter
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases
from linli.modules.appeals.selectors.queue import Filters, cases_queue
from linli.modules.appeals.terms import FILES_OWNER, Channel
from linli.shells.frame import presence
from tests.stories.conftest import (
    City,
    accept,
    case_bring,
    file_appeal,
    fresh,
    matter_of,
    move,
)
from tests.stories.walking import addresses, ask, identifiers

CONCERNED = ("handler", "colleague", "granted_only", "water_leader")
"""Members of the unit complained of, its head, and somebody granted a role in it without
belonging.
"""

SECRET, PHONE = "鄢明远", "15181240097"


def words_of(city: City) -> list[str]:
    """What would tell who the confidential reporter is."""
    neighbor = city.people["neighbor"]
    account = city.accounts["neighbor"]
    return [neighbor.name, *neighbor.name.split("·"), city.plan.phones[1], account.username]


def masks_of(city: City) -> list[str]:
    """What would half tell it."""
    phone = city.plan.phones[1]
    return [f"{phone[:3]}****{phone[-4:]}", phone[-4:], "买*"]


def secret_of(city: City) -> Appeal:
    """The confidential appeal, in the hands of the unit complained of."""
    appeal = fresh(city.cases["confidential"])
    assert appeal.is_confidential
    assert appeal.case.matter.lead_unit == city.units["water_affairs"] == appeal.case.about_unit
    return appeal


def found_in(text: str, words: list[str]) -> list[str]:
    """Those of the words that stand in a text."""
    return [word for word in words if word in text]


def deeds_of(city: City) -> None:
    """The reporter does everything that a reporter can, so that every trace of it is there."""
    appeal, own = secret_of(city), city.actor("neighbor")
    appeals.appeal_correct(actor=own, appeal=appeal, addition="昨天夜里又开始了")
    appeals.appeal_urge(actor=own, appeal=fresh(appeal))


def own_words(city: City) -> list[str]:
    """Everything that nobody concerned may read."""
    return [*words_of(city), *masks_of(city)]


@pytest.mark.both_in_full
def test_no_page_of_the_unit_shows_who_reported(city: City) -> None:
    deeds_of(city)
    known = identifiers(city, case="confidential")
    for key in CONCERNED[1:3]:
        client = city.client(key)
        for address in addresses():
            asked = {} if address.is_of_something else {"view": "all", "open": known["number"]}
            plain = f"{address.with_values(known)}?{urlencode(asked)}"
            assert not found_in(ask(client, "get", plain).body, own_words(city)), (key, plain)
        for way in ("part", "script"):
            told = ask(client, "get", f"/console/appeals/{known['number']}/", way=way)
            assert not found_in(told.body, own_words(city)), (key, way)


def test_the_unit_does_see_the_case_itself(city: City) -> None:
    appeal = secret_of(city)
    for key in CONCERNED:
        answer = city.client(key).get(f"/console/appeals/{appeal.number}/")
        assert answer.status_code == 200
        assert appeal.what in answer.content.decode()


def test_neither_timeline_nor_honest_panel_names_the_reporter(city: City) -> None:
    deeds_of(city)
    appeal = secret_of(city)
    from linli.modules.appeals.selectors import saying

    for key in (*CONCERNED, "dispatcher", "clerk", "leader"):
        actor = city.actor(key)
        lines = saying.case_lines(actor=actor, case=appeal.case)
        assert len(lines) > 4
        assert not found_in(str(lines), own_words(city))
        assert not found_in(str(workflow.honest(appeal.case.matter)), own_words(city))


def texts(city: City, account_key: str) -> Iterator[str]:
    """Everything that was sent to an account."""
    for notice in notices_for(city.actor(account_key)):
        yield f"{notice.title} {notice.body} {notice.link}"


def test_no_message_to_the_unit_names_the_reporter(city: City) -> None:
    deeds_of(city)
    appeal = secret_of(city)
    sent = 0
    for key in (*CONCERNED, "dispatcher", "leader"):
        for text in texts(city, key):
            assert not found_in(text, own_words(city)), (key, text)
            sent += appeal.number in text
    assert sent > 1


def test_who_was_told_of_it_does_not_tell_who_reported(city: City) -> None:
    secret_of(city)
    neighbor = city.accounts["neighbor"].pk
    keys = set(Notice.objects.filter(account=neighbor).values_list("key", flat=True))
    assert keys
    for reader in (*CONCERNED, "dispatcher", "clerk", "leader"):
        actor = city.actor(reader)
        for key in keys:
            rows = receipts_visible(actor=actor, key=key.rpartition(":")[0])
            assert neighbor not in set(rows.values_list("account_id", flat=True)), (reader, key)


def test_search_by_name_or_telephone_does_not_find_it(city: City) -> None:
    appeal = secret_of(city)
    for key in (*CONCERNED, "dispatcher", "clerk"):
        for word in words_of(city):
            rows = cases_queue(actor=city.actor(key), filters=Filters(view="all", text=word))
            assert appeal.case not in rows, (key, word)


def test_nobody_of_the_unit_opens_the_reporter(city: City) -> None:
    appeal = secret_of(city)
    for key in CONCERNED:
        with pytest.raises(Forbidden):
            appeals.reporter_open(actor=city.actor(key), appeal=appeal, purpose="约上门时间")
        address = f"/console/appeals/{appeal.number}/who/{appeal.number}/"
        answer = city.client(key).post(address, {"purpose": "约上门时间"})
        assert not found_in(answer.content.decode(), own_words(city))


def test_a_unit_that_was_only_offered_it_does_not_open_the_reporter_either(city: City) -> None:
    appeal = file_appeal(city, "neighbor", is_confidential=True)
    move(city, "dispatcher", appeal, "dispatch")
    for key in CONCERNED:
        with pytest.raises(Forbidden):
            appeals.reporter_open(actor=city.actor(key), appeal=fresh(appeal), purpose="约时间")
    handled = file_appeal(city, "resident")
    move(city, "dispatcher", handled, "dispatch")
    accept(city, "handler", handled)
    opened = appeals.reporter_open(
        actor=city.actor("handler"), appeal=fresh(handled), purpose="约上门时间"
    )
    assert opened["phone"] == city.plan.phones[0]


def test_a_unit_that_once_refused_it_does_not_open_the_reporter_later(city: City) -> None:
    appeal = file_appeal(city, "neighbor", is_confidential=True)
    contested = case_bring(city, appeal, "contested")
    order = workflow.order_open(contested.case.matter)
    assert order is not None
    workflow_services.order_rule(
        actor=city.actor("arbiter"), order=order, unit=city.units["urban_management"], note="归城管"
    )
    for key in (*CONCERNED, "upkeep_handler"):
        with pytest.raises(Forbidden):
            appeals.reporter_open(actor=city.actor(key), appeal=fresh(appeal), purpose="约时间")


def test_whoever_sends_it_on_may_ask_for_a_purpose_and_that_is_recorded(city: City) -> None:
    appeal = secret_of(city)
    opened = appeals.reporter_open(
        actor=city.actor("dispatcher"), appeal=appeal, purpose="核实情况"
    )
    assert opened == {"name": city.people["neighbor"].name, "phone": city.plan.phones[1]}
    row = audit.records_of(("appeal", appeal.number)).filter(reason="核实情况").get()
    assert row.actor_id == city.accounts["dispatcher"].pk


def test_being_too_late_does_not_tell_who_was_first(city: City) -> None:
    appeal = secret_of(city)
    matter = appeal.case.matter
    appeals.appeal_withdraw(
        actor=city.actor("neighbor"), appeal=appeal, reason=_reason_of(city, appeal)
    )
    for key in CONCERNED:
        with pytest.raises(Conflict) as refused:
            workflow_services.matter_move(
                actor=city.actor(key), matter=matter, move="contacted", expected_step="handling"
            )
        assert not found_in(str(refused.value), own_words(city))


def _reason_of(city: City, appeal: Appeal) -> str:
    from linli.modules.appeals.selectors import reporter

    found = reporter.withdrawal_of(cases.acting_for(city.actor("neighbor"), appeal), appeal).reasons
    return next(iter(found), "")


def test_a_confidential_report_for_somebody_else_names_neither_side(city: City) -> None:
    """A grid worker reports for a neighbor through the phone page; the neighbor's name stays out
    too.
    """
    worker = city.people["grid_worker"].name
    appeal = file_appeal(
        city,
        "grid_worker",
        is_confidential=True,
        for_name=city.plan.people[1],
        for_phone=city.plan.phones[1],
        about_unit=city.units["water_affairs"],
    )
    case_bring(city, appeal, "handling")
    matter = matter_of(appeal)
    assert matter.holder_account_id != city.accounts["grid_worker"].pk
    page = city.client("handler").get(f"/console/appeals/{appeal.number}/").content.decode()
    assert not found_in(page, [worker, *words_of(city)])


def test_a_reporter_named_at_the_window_stays_a_secret_too(city: City) -> None:
    appeal = file_appeal(
        city,
        "clerk",
        channel=Channel.WINDOW,
        is_confidential=True,
        contact_name=SECRET,
        contact_phone=PHONE,
        about_unit=city.units["water_affairs"],
    )
    case_bring(city, appeal, "handling")
    for key in CONCERNED:
        for address in (f"/console/appeals/{appeal.number}/", "/console/appeals/?view=all"):
            page = city.client(key).get(address).content.decode()
            assert not found_in(page, [SECRET, PHONE, PHONE[-4:]])
        rows = cases_queue(actor=city.actor(key), filters=Filters(view="all", text=SECRET))
        assert not rows


def test_a_complaint_about_the_subdistrict_itself_is_kept_from_its_head(city: City) -> None:
    """Its head and its dispatcher see everything at the place, and are members of the unit."""
    office, own = city.units["office"], city.actor("neighbor")
    appeal = file_appeal(
        city, "neighbor", class_key="noise", is_confidential=True, about_unit=office
    )
    appeals.appeal_correct(actor=own, appeal=appeal, addition="昨天夜里又开始了")
    move(city, "second_dispatcher", appeal, "dispatch")
    for key in ("office_head", "dispatcher"):
        with pytest.raises(Forbidden):
            appeals.reporter_open(actor=city.actor(key), appeal=fresh(appeal), purpose="约时间")
        page = city.client(key).get(f"/console/appeals/{appeal.number}/").content.decode()
        assert not found_in(page, own_words(city))
        lines = city.client(key).get(f"/console/record/?subject=appeal:{appeal.number}")
        assert not found_in(lines.content.decode(), own_words(city))


def test_the_record_of_it_names_nobody(city: City) -> None:
    deeds_of(city)
    appeal, account = secret_of(city), city.accounts["neighbor"].pk
    reader = city.actor("role:auditor")
    things = [("appeal", appeal.number), (FILES_OWNER, appeal.number)]
    things.append(("workflow.matter", str(appeal.case.matter.pk)))
    rows = [row for thing in things for row in audit.records_for(reader, on=thing)]
    assert len(rows) > 5
    assert account not in {row.actor_id for row in rows}
    assert not found_in(str([audit.actor_name_of(row) for row in rows]), own_words(city))
    sent = audit.records_for(reader).filter(subject_key__contains=appeal.number)
    assert account not in set(sent.values_list("actor_id", flat=True))


def test_the_door_of_a_confidential_reporter_is_not_written_down(city: City) -> None:
    appeal = file_appeal(city, "resident", is_confidential=True, lon=None, lat=None, at_home=True)
    assert city.places["dwelling"].name not in appeal.spot
    assert appeal.reporter is None


def test_the_photo_tells_nothing_of_who_took_it(city: City) -> None:
    appeal = secret_of(city)
    stored = StoredFile.objects.get(owner_key=appeal.number)
    answer = city.client("handler").get(f"/portal/appeals/photos/{stored.key}/")
    assert answer.status_code == 200
    body = b"".join(answer)
    assert b"Exif" not in body
    said = f"{answer.headers} {stored.key}"
    assert not found_in(said, own_words(city))


def test_who_has_it_open_does_not_name_the_reporter(city: City) -> None:
    appeal = secret_of(city)
    token = presence.token("case", appeal.case_id)
    reporter = city.client("neighbor")
    page = reporter.get(f"/portal/appeals/{appeal.number}/").content.decode()
    assert presence.SALT not in page
    for part in page.split("data-of=")[1:]:
        sealed = part.split('"')[1]
        with pytest.raises(signing.BadSignature):
            signing.loads(sealed, salt=presence.SALT)
    names = city.client("handler").get("/busy/", {"of": token}).json()["names"]
    assert not found_in(str(names), own_words(city))


def test_the_reporter_follows_it_and_nobody_else_does(city: City) -> None:
    appeal = secret_of(city)
    page = city.client("neighbor").get(f"/portal/appeals/{appeal.number}/")
    assert page.status_code == 200
    for key in (*CONCERNED, "resident"):
        assert city.client(key).get(f"/portal/appeals/{appeal.number}/").status_code == 404
    assert Matter.objects.get(pk=appeal.case.matter_id).applicant_account_id
    assert not cases.appeals_of(actor=ANONYMOUS).exists()

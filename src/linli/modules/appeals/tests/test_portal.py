# SPDX-License-Identifier: MulanPSL-2.0
"""The portal pages of appeals, as a phone without script uses them."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.access import services as access
from linli.kernel.access.terms import AbuseKind
from linli.kernel.accounts.factories import log_in
from linli.kernel.files.tests.samples import SVG, picture
from linli.kernel.notify.models import Notice
from linli.kernel.people.terms import Privacy
from linli.kernel.privacy import rules as privacy_rules
from linli.kernel.privacy import selectors as privacy
from linli.kernel.privacy import services as privacy_services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.tests.town import PHONE, Crew, account_of, actor_of, resident, staff
from linli.shells.go import registry as go

pytestmark = pytest.mark.django_db

NEW = "/portal/appeals/new/"
NO_NUMBER = "SQ-20200101-0001"
WHAT = "6号楼东侧的雨水井堵了，一下雨积水就没过脚踝。"


def filled(**given: Any) -> dict[str, Any]:
    """A report with everything that is needed, and what the test changes."""
    plain = {"what": WHAT, "where": "map", "lon": "103.05", "lat": "29.05"}
    return {**plain, "_once": str(uuid.uuid4()), **given}


def text_of(answer: Any) -> str:
    """A page as text."""
    return str(answer.content.decode())


def signed_in(person: Any) -> Client:
    """A browser of somebody who has signed in."""
    client = Client()
    log_in(client, person.account)
    return client


def reported(client: Client, **given: Any) -> Appeal:
    """Report something; gives the appeal."""
    answer = client.post(NEW, filled(**given))
    assert answer.status_code == 302, text_of(answer)
    return Appeal.objects.get(number=answer["Location"].split("/")[3])


def page_of(appeal: Appeal, action: str = "") -> str:
    """The address of an appeal's page, or of one of its buttons."""
    return f"/portal/appeals/{appeal.number}/{action}"


class TestReport:
    def test_a_stranger_reports_with_a_sentence_and_a_point(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        assert client.get(NEW).status_code == 200
        answer = client.post(NEW, filled())
        appeal = Appeal.objects.get()
        assert answer["Location"] == page_of(appeal, "receipt/")
        assert (appeal.place, appeal.account, appeal.channel) == (city.grid, None, "portal")
        assert appeal.case.matter.class_key == "flooding"
        receipt = text_of(client.get(answer["Location"]))
        assert appeal.number in receipt
        assert appeal.query_code in receipt
        assert city.committee.phone in receipt

    def test_a_resident_reports_from_home(self, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        page = text_of(signed_in(person).get(NEW))
        assert "138****2046" in page
        assert PHONE not in page
        appeal = reported(signed_in(person), where="home", lon="", lat="")
        assert (appeal.reporter, appeal.place) == (person, city.grid)
        assert Notice.objects.filter(account=person.account, text_key="received").count() == 1

    def test_a_place_is_chosen_from_the_list(self, client: Client, city: SimpleNamespace) -> None:
        chosen = {"place_1": city.district.code, "place_2": city.subdistrict.code}
        appeal = reported(
            client, where="list", lon="", lat="", **chosen, place_3=city.other_community.code
        )
        assert appeal.place == city.other_community

    def test_without_script_the_list_goes_one_step_down_and_loses_nothing(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        given = filled(where="list", place_1=city.district.code, _step="places")
        page = text_of(client.post(NEW, given))
        assert WHAT in page
        assert "桃源街道" in page
        assert Appeal.objects.count() == 0

    def test_the_list_of_places_comes_in_pieces(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        page = text_of(client.get("/portal/appeals/new/places/", {"place_1": city.district.code}))
        assert f'value="{city.district.code}" selected' in page
        assert "柳荫街道" in page

    def test_what_is_wrong_shows_beside_its_field_and_nothing_is_lost(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        photo = SimpleUploadedFile("a.jpg", picture())
        given = filled(what="", lon="", lat="", spot="6号楼东侧", contact_phone="123", photos=photo)
        answer = client.post(NEW, given)
        page = text_of(answer)
        assert answer.status_code == 422
        for field in ("what", "place", "contact_phone", "photos"):
            assert f'data-field="{field}" data-bad' in page
        assert "6号楼东侧" in page
        assert "照片要再选一次" in page
        assert Appeal.objects.count() == 0

    def test_a_point_outside_the_area_is_refused_at_the_place(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        answer = client.post(NEW, filled(lon="110.5", lat="39.5"))
        assert answer.status_code == 422
        assert 'data-field="place" data-bad' in text_of(answer)
        assert WHAT in text_of(answer)

    def test_the_same_submission_sent_twice_gives_one_appeal(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        given = filled()
        first, second = client.post(NEW, given), client.post(NEW, given)
        assert first["Location"] == second["Location"]
        assert Appeal.objects.count() == 1

    def test_a_page_kept_without_signal_brings_two_reports_under_one_key(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        given = filled()
        client.post(NEW, given)
        client.post(NEW, {**given, "what": "路灯不亮了，晚上摸黑走。"})
        assert Appeal.objects.count() == 2

    def test_a_hundred_kilobytes_are_refused_with_their_length(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        answer = client.post(NEW, filled(what="水" * 34_000))
        assert answer.status_code == 422
        assert "34000" in text_of(answer)

    def test_markup_and_odd_characters_are_kept_as_text(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client, what="<b>𠮷祥\x00里</b>'; DROP TABLE x;-- 🚰 井盖没了")
        assert "\x00" not in appeal.what
        page = text_of(client.get(page_of(appeal)))
        assert "&lt;b&gt;𠮷祥" in page
        assert "<b>𠮷祥" not in page

    def test_a_disguised_file_is_refused(self, client: Client, city: SimpleNamespace) -> None:
        answer = client.post(NEW, filled(photos=SimpleUploadedFile("a.jpg", SVG)))
        assert answer.status_code == 422
        assert 'data-field="photos" data-bad' in text_of(answer)
        assert Appeal.objects.count() == 0

    def test_words_propose_classes_and_say_by_when_somebody_answers(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        answer = client.post(f"{NEW}class/", {"what": WHAT}, headers={"HX-Request": "true"})
        page = text_of(answer)
        assert 'value="flooding" checked' in page
        assert 'hx-swap-oob="true"' in page

    def test_a_class_chosen_by_hand_stays(self, client: Client, city: SimpleNamespace) -> None:
        given = {"what": WHAT, "class_key": "manholes", "class_proposed": "flooding"}
        page = text_of(client.post(f"{NEW}class/", given))
        assert 'value="manholes" checked' in page

    def test_a_child_needs_a_guardian_who_agrees(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        assert client.post(NEW, filled(is_minor="yes")).status_code == 422
        appeal = reported(client, is_minor="yes", has_guardian_consent="yes")
        assert (appeal.is_minor, appeal.has_guardian_consent) == (True, True)

    def test_a_child_on_file_is_asked_even_without_ticking(self, city: SimpleNamespace) -> None:
        child = resident(city.grid, name="小明")
        child.privacy = Privacy.MINOR
        child.save()
        browser = signed_in(child)
        asked = browser.post(NEW, filled())
        assert asked.status_code == 422
        assert 'name="is_minor" value="yes" checked' in text_of(asked)
        assert "请先让家长或监护人同意" in text_of(asked)
        appeal = reported(browser, is_minor="yes", has_guardian_consent="yes")
        assert (appeal.is_minor, appeal.has_guardian_consent) == (True, True)

    def test_a_guardian_agrees_also_for_a_child_for_whom_somebody_reports(
        self, city: SimpleNamespace
    ) -> None:
        child = resident(city.grid, name="小明", phone=PHONE)
        child.privacy = Privacy.MINOR
        child.save()
        browser = signed_in(resident(city.grid))
        given = {"is_for_other": "yes", "for_name": "小明", "for_phone": PHONE}
        asked = browser.post(NEW, filled(**given))
        assert asked.status_code == 422
        assert 'name="is_minor" value="yes" checked' in text_of(asked)
        assert "您替他反映的人不满14岁" in text_of(asked)
        appeal = reported(browser, **given, has_guardian_consent="yes")
        assert (appeal.for_person, appeal.is_minor) == (child, True)

    def test_both_are_told_when_somebody_reports_for_a_neighbor(
        self, city: SimpleNamespace
    ) -> None:
        reporter = resident(city.grid)
        other = resident(city.grid, name="黄秀英", phone="13900139000")
        appeal = reported(
            signed_in(reporter), is_for_other="yes", for_name="黄秀英", for_phone="139 0013 9000"
        )
        assert appeal.for_person == other
        keys = {notice.text_key: notice.account_id for notice in Notice.objects.all()}
        assert keys == {"received": reporter.account_id, "reported_for": other.account_id}
        assert signed_in(other).get(page_of(appeal)).status_code == 200

    def test_reporting_for_somebody_not_on_file_looks_the_same(self, city: SimpleNamespace) -> None:
        appeal = reported(
            signed_in(resident(city.grid)), is_for_other="yes", for_name="无名氏", for_phone=""
        )
        assert (appeal.for_person, appeal.for_name) == (None, "无名氏")

    def test_a_confidential_reporter_is_kept_nowhere_in_plain(self, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        appeal = reported(signed_in(person), is_confidential="yes")
        assert (appeal.reporter, appeal.contact_name) == (None, person.name)
        assert signed_in(person).get(page_of(appeal)).status_code == 200

    def test_the_privacy_notice_that_was_read_is_kept(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        place, words = city.city, "怎么用\n只为办事。"
        draft = privacy_rules.Draft("2026-12", words, "Use\nFor this.", clock.today())
        before = privacy.notice_at(city.grid.path).version
        notice = privacy_services.notice_draft(actor=SYSTEM, place=place, draft=draft)
        privacy_services.notice_publish(actor=SYSTEM, notice=notice)
        assert 'name="notice" value="2026-12"' in client.get(NEW).content.decode()
        assert reported(client, notice="2026-12").notice_version == "2026-12"
        assert reported(client, what="早先打开的页面", notice=before).notice_version == before
        assert reported(client, what="没有这一版", notice="2026-01").notice_version == ""

    def test_one_sender_cannot_flood_the_intake(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        for number in range(20):
            reported(client, what=f"{WHAT}{number}")
        answer = client.post(NEW, filled(what="又一件事"))
        assert answer.status_code == 429
        assert "又一件事" in text_of(answer)

    def test_a_blocked_sender_is_told_why_and_loses_nothing(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        access.abuse_add(
            actor=SYSTEM,
            kind=AbuseKind.ADDRESS,
            key="127.0.0.1",
            at=city.city,
            reason="一天发了三百条广告",
        )
        answer = client.post(NEW, filled())
        page = text_of(answer)
        assert answer.status_code == 422
        assert "一天发了三百条广告" in page
        assert WHAT in page
        assert Appeal.objects.count() == 0


class TestFollow:
    def test_number_and_code_open_it_in_another_browser(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client)
        other = Client()
        assert other.get(page_of(appeal))["Location"].startswith("/portal/appeals/find/")
        typed = {
            "number": appeal.number.lower(),
            "code": f"{appeal.query_code[:4]} {appeal.query_code[4:]}",
        }
        answer = other.post("/portal/appeals/find/", typed)
        assert answer["Location"] == page_of(appeal)
        assert appeal.case.title in text_of(other.get(page_of(appeal)))

    def test_a_wrong_pair_never_says_what_is_wrong(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client)
        wrong_code = {"number": appeal.number, "code": "22222222"}
        wrong_number = {"number": NO_NUMBER, "code": appeal.query_code}
        pages = []
        for typed in (wrong_code, wrong_number):
            answer = Client().post("/portal/appeals/find/", typed)
            assert answer.status_code == 422
            pages.append(text_of(answer).split("problem")[1].split("</p>")[0])
        assert pages[0] == pages[1]

    def test_codes_cannot_be_tried_without_end(self, client: Client, city: SimpleNamespace) -> None:
        typed = {"number": NO_NUMBER, "code": "22222222"}
        statuses = [client.post("/portal/appeals/find/", typed).status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]

    def test_nobody_else_sees_it_or_learns_that_it_is_there(self, city: SimpleNamespace) -> None:
        photo = SimpleUploadedFile("a.jpg", picture())
        owner = signed_in(resident(city.grid))
        appeal = reported(owner, photos=photo)
        stranger = signed_in(resident(city.grid, name="王五", phone="13700137000"))
        for action in ("", "receipt/"):
            hidden = stranger.get(page_of(appeal, action))
            missing = stranger.get(f"/portal/appeals/{NO_NUMBER}/{action}")
            assert (hidden.status_code, missing.status_code) == (404, 404)
            told = [text_of(answer).split("<main")[1] for answer in (hidden, missing)]
            assert told[0].replace(appeal.number, NO_NUMBER) == told[1]
        for action in ("urge/", "add/", "withdraw/", "rate/"):
            assert stranger.post(page_of(appeal, action), {"what": "x"}).status_code == 404

    def test_photos_are_for_whoever_may_see_the_appeal(self, city: SimpleNamespace) -> None:
        owner = signed_in(resident(city.grid))
        appeal = reported(owner, photos=SimpleUploadedFile("a.jpg", picture()))
        page = text_of(owner.get(page_of(appeal)))
        key = page.split('href="/portal/appeals/photos/')[1].split("/")[0]
        address = f"/portal/appeals/photos/{key}/"
        shown = owner.get(address)
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
        assert shown.content[:2] == b"\xff\xd8"
        assert "default-src 'none'" in shown["Content-Security-Policy"]
        assert Client().get(address).status_code == 404

    def test_a_stranger_who_filed_it_sees_the_photos_too(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client, photos=SimpleUploadedFile("a.jpg", picture()))
        page = text_of(client.get(page_of(appeal)))
        key = page.split('href="/portal/appeals/photos/')[1].split("/")[0]
        shown = client.get(f"/portal/appeals/photos/{key}/", {"size": "small"})
        assert shown.status_code == 200

    def test_it_can_be_urged_once_in_a_while(self, city: SimpleNamespace) -> None:
        client, crew = signed_in(resident(city.grid)), Crew.of(city)
        appeal = reported(client)
        assert client.post(page_of(appeal, "urge/")).status_code == 302
        told = Notice.objects.filter(text_key="urge").values_list("account_id", flat=True)
        assert list(told) == [crew.dispatcher.pk]
        assert client.post(page_of(appeal, "urge/")).status_code == 429

    def test_words_can_be_added(self, city: SimpleNamespace) -> None:
        client = signed_in(resident(city.grid))
        appeal = reported(client)
        assert client.post(page_of(appeal, "add/"), {"what": " "}).status_code == 422
        assert client.post(page_of(appeal, "add/"), {"what": "井盖也松了"}).status_code == 302
        assert "井盖也松了" in text_of(client.get(page_of(appeal)))
        appeal.refresh_from_db()
        assert appeal.what == WHAT

    def test_words_for_a_closed_case_come_back_with_the_reason(self, city: SimpleNamespace) -> None:
        client = signed_in(resident(city.grid))
        appeal = reported(client)
        client.post(page_of(appeal, "withdraw/"), {"reason": "solved"})
        refused = client.post(page_of(appeal, "add/"), {"what": "井盖也松了"})
        assert refused.status_code == 409
        assert "井盖也松了" in text_of(refused)
        assert 'role="alert"' in text_of(refused)

    def test_it_can_be_taken_back_with_a_reason(self, city: SimpleNamespace) -> None:
        client = signed_in(resident(city.grid))
        appeal = reported(client)
        assert client.post(page_of(appeal, "withdraw/")).status_code == 422
        assert client.post(page_of(appeal, "withdraw/"), {"reason": "solved"}).status_code == 302
        matter = Case.objects.get().matter
        assert (matter.step, matter.end) == ("withdrawn", "withdrawn")
        assert client.get(page_of(appeal)).status_code == 200

    def test_a_stranger_with_the_code_can_take_it_back_too(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client)
        assert client.post(page_of(appeal, "withdraw/"), {"reason": "mistaken"}).status_code == 302
        assert Case.objects.get().matter.end == "withdrawn"

    def test_the_list_shows_what_is_open_and_what_is_done(self, city: SimpleNamespace) -> None:
        client = signed_in(resident(city.grid))
        first, second = reported(client), reported(client, what="路灯不亮了")
        client.post(page_of(second, "withdraw/"), {"reason": "solved"})
        listed = {
            state: text_of(client.get("/portal/appeals/", {"state": state}))
            for state in ("open", "done", "all")
        }
        assert first.number in listed["open"]
        assert second.number not in listed["open"]
        assert second.number in listed["done"]
        assert first.number not in listed["done"]
        assert first.number in listed["all"]

    def test_a_message_leads_to_the_page(self, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        client = signed_in(person)
        appeal = reported(client)
        number, own = appeal.case.matter.number, actor_of(account_of(person))
        assert Notice.objects.get(account=person.account).link == f"/go/matter/{number}/"
        assert go.address_of("matter", number, own) == page_of(appeal)

    def test_the_first_page_shows_the_own_grid_worker(self, city: SimpleNamespace) -> None:
        staff("grid_worker", city.grid, name="林晓雯")
        staff("grid_worker", city.other_grid, name="王小明")
        page = text_of(signed_in(resident(city.grid)).get("/portal/"))
        assert "林晓雯" in page
        assert "王小明" not in page
        assert "林晓雯" not in text_of(Client().get("/portal/"))

    def test_the_first_page_shows_what_is_under_way(self, city: SimpleNamespace) -> None:
        client = signed_in(resident(city.grid))
        assert NEW in text_of(client.get("/portal/"))
        appeal = reported(client)
        assert appeal.case.title in text_of(client.get("/portal/"))


class TestRate:
    def test_the_reporter_reads_the_answer_and_gives_a_mark(self, city: SimpleNamespace) -> None:
        client, crew = signed_in(resident(city.grid)), Crew.of(city)
        appeal = reported(client)
        crew.to_be_rated(appeal.case)
        page = text_of(client.get(page_of(appeal)))
        assert "井清好了" in page
        assert 'name="mark"' in page
        answer = client.post(page_of(appeal, "rate/"), {"mark": "good", "solved": "yes"})
        assert answer.status_code == 302
        appeal.refresh_from_db()
        assert (appeal.mark, Case.objects.get().matter.end) == ("good", "done")
        assert "满意" in text_of(client.get(page_of(appeal)))

    def test_a_bad_mark_needs_a_reason_and_sends_it_back(self, city: SimpleNamespace) -> None:
        client, crew = signed_in(resident(city.grid)), Crew.of(city)
        appeal = reported(client)
        crew.to_be_rated(appeal.case)
        refused = client.post(page_of(appeal, "rate/"), {"mark": "poor"})
        assert refused.status_code == 422
        assert 'value="poor" checked' in text_of(refused)
        given = {"mark": "poor", "reasons": ["not_solved"], "solved": "no"}
        assert client.post(page_of(appeal, "rate/"), given).status_code == 302
        assert Case.objects.get().matter.step == "handling"

    def test_whoever_has_the_code_may_rate_without_an_account(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        crew = Crew.of(city)
        appeal = reported(client)
        crew.to_be_rated(appeal.case)
        assert client.post(page_of(appeal, "rate/"), {"mark": "very_good"}).status_code == 302
        appeal.refresh_from_db()
        assert appeal.mark == "very_good"

    def test_nothing_is_rated_before_it_is_done(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client)
        assert client.post(page_of(appeal, "rate/"), {"mark": "good"}).status_code == 409

# SPDX-License-Identifier: MulanPSL-2.0
"""Bad input gets a clear refusal and loses nothing; what people write comes back as they wrote
it.
"""

import io
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.engines.ballots.models import Vote
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.files.models import StoredFile
from linli.kernel.files.tests import samples
from linli.kernel.notify.models import Notice
from linli.kernel.people import services as people
from linli.kernel.places import services as places
from linli.kernel.units import services as units
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Move, Todo
from linli.kernel.workflow.terms import Sort
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from tests.stories.conftest import (
    CONTACT,
    NOON,
    City,
    case_bring,
    file_appeal,
    fresh,
    matter_of,
    move,
    photo,
)
from tests.stories.walking import WORDS, addresses, ask, identifiers

NEW = "/portal/appeals/new/"
API = "/api/v1/appeals/public/"


def filled(city: City, **given: Any) -> dict[str, Any]:
    """The report page, filled in as it should be."""
    lon, lat = city.point
    plain = {"what": "路灯不亮了，晚上看不见路。", "where": "map", "lon": str(lon), "lat": str(lat)}
    return plain | given


def written() -> tuple[int, ...]:
    """How much there is of everything that filing writes."""
    tables = (Appeal, StoredFile, AuditRecord, Event, Notice, Move)
    return tuple(table._default_manager.count() for table in tables)


BAD_FILES: dict[str, bytes] = {
    "a page called a photo": samples.HTML,
    "a drawing with a script": samples.SVG,
    "an animation": samples.GIF,
    "an archive": samples.ZIP,
    "an Apple photo": samples.HEIC,
    "nothing at all": b"",
    "900 million pixels": samples.bomb(),
    "a photo of 10 MB and a byte": samples.picture() + b"\0" * (10 * 1024 * 1024),
    "a photo that breaks off": samples.picture(size=(600, 400))[:900],
    "a program that begins like a photo": b"\xff\xd8\xff" + b"MZ" * 500,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_photo_is_refused_and_the_words_stay(city: City, name: str) -> None:
    before, client = written(), Client()
    what = "6号楼东侧的雨水井堵了，请看照片。"
    good = SimpleUploadedFile("good.jpg", samples.picture(), "image/jpeg")
    bad = SimpleUploadedFile("photo.jpg", BAD_FILES[name], "image/jpeg")
    answer = client.post(NEW, filled(city, what=what, photos=[good, bad]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert what in page
    assert 'class="problem"' in page or "field-problem" in page or 'role="alert"' in page
    assert written() == before
    assert client.post(NEW, filled(city, what=what)).status_code == 302


def test_a_photo_beside_a_bad_file_is_not_kept_either(city: City) -> None:
    uploads, before = (photo(), io.BytesIO(samples.SVG)), written()
    with pytest.raises(Invalid) as refused:
        file_appeal(city, photos=uploads)
    assert "upload" in refused.value.fields
    assert written() == before


def test_ten_photos_are_one_too_many(city: City) -> None:
    before = written()
    with pytest.raises(Invalid) as refused:
        file_appeal(city, photos=tuple(photo() for _ in range(10)))
    assert refused.value.code == "too_many_photos"
    assert written() == before


POINTS = [
    ("0", "0"),
    ("103.02", "28.99"),
    ("-103.02", "29.02"),
    ("181", "91"),
    ("NaN", "29.02"),
    ("inf", "-inf"),
    ("1e999", "29"),
    ("一百", "二十九"),
    ("", ""),
]


@pytest.mark.parametrize(("lon", "lat"), POINTS)
def test_a_point_outside_is_refused_at_the_place(city: City, lon: str, lat: str) -> None:
    before = written()
    what = "这里的井盖不见了，很危险。"
    answer = Client().post(NEW, filled(city, what=what, lon=lon, lat=lat))
    assert answer.status_code == 422
    assert what in answer.content.decode()
    assert Client().get("/portal/place-at/", {"lon": lon, "lat": lat}).status_code in (200, 422)
    assert written() == before


def test_a_point_outside_is_refused_by_the_api_too(city: City) -> None:
    before = written()
    for lon, lat in ((0, 0), (1e308, 29), (None, None)):
        data = {"what": "这里的井盖不见了", "lon": lon, "lat": lat}
        answer = Client().post(API, data, content_type="application/json")
        assert answer.status_code == 422
        assert "place" in answer.json()["fields"]
    for body in ("", "[]", '{"what": NaN}', '{"lon": Infinity}', "\0", '{"what":' * 5000):
        answer = Client().generic("POST", API, body, content_type="application/json")
        assert answer.status_code == 422, body[:20]
    assert written() == before


def test_a_point_that_is_no_number_is_refused_by_the_service(city: City) -> None:
    for point in (math.nan, math.inf, -math.inf, 1e308):
        with pytest.raises(Invalid):
            file_appeal(city, lon=point, lat=29.0)


LONG = "雨水井堵了，" * 6000
"""108 kB as UTF-8."""


def test_a_hundred_kilobytes_of_text_are_refused_and_given_back(city: City) -> None:
    assert len(LONG.encode()) > 100_000
    before = written()
    answer = Client().post(NEW, filled(city, what=LONG))
    assert answer.status_code == 422
    assert LONG in answer.content.decode()
    said = Client().post(API, {"what": LONG, "lon": 1, "lat": 1}, content_type="application/json")
    assert said.status_code == 422
    assert "what" in said.json()["fields"]
    assert written() == before
    assert Client().post(NEW, filled(city, what="水" * 2000)).status_code == 302


LONG_FIELDS = ("spot", "contact_name", "contact_phone", "for_name", "for_phone", "class_key")


@pytest.mark.parametrize("name", [*LONG_FIELDS, "notice", "place_1", "where", "_once", "lon"])
def test_no_field_of_the_report_takes_a_hundred_kilobytes(city: City, name: str) -> None:
    given = filled(city, is_for_other="yes", for_name="邻居", for_phone="13800132046")
    answer = Client().post(NEW, given | {name: LONG})
    assert answer.status_code in (302, 422)
    for appeal in Appeal.objects.all():
        kept = [appeal.what, appeal.spot, appeal.contact_name, appeal.for_name]
        assert max(map(len, kept)) <= 2000


def test_long_notes_reasons_and_forms_are_refused_too(city: City) -> None:
    appeal = case_bring(city, file_appeal(city), "handling")
    number, before = appeal.number, written()
    handler, resident = city.client("handler"), city.client("resident")
    desk, own = f"/console/appeals/{number}", f"/portal/appeals/{number}"
    assert handler.post(f"{desk}/note/", {"note": LONG}).status_code == 422
    assert resident.post(f"{own}/add/", {"what": LONG}).status_code == 422
    for values in (CONTACT | {"note": LONG}, CONTACT | {"how": LONG}, {LONG: LONG}):
        with pytest.raises(Invalid):
            move(city, "handler", appeal, "contacted", values=values)
    assert written() == before


TEXTS: dict[str, tuple[str, str]] = {
    "emoji": ("水井堵了😀👨‍👩‍👧‍👦🏳️‍🌈", "水井堵了😀👨‍👩‍👧‍👦🏳️‍🌈"),
    "beyond the BMP": ("𠮷家门口的𡋾塌了", "𠮷家门口的𡋾塌了"),
    "markup": ("<script>alert(1)</script><b>急</b>", "<script>alert(1)</script><b>急</b>"),
    "an entity": ("王&amp;李 &#x27;", "王&amp;李 &#x27;"),
    "a statement": (
        "'; DROP TABLE appeals_appeal; -- \" OR 1=1",
        "'; DROP TABLE appeals_appeal; -- \" OR 1=1",
    ),
    "templates": (
        "{{ what }}{% now %}%(name)s%s{person}\\n",
        "{{ what }}{% now %}%(name)s%s{person}\\n",
    ),
    "controls": ("井\x00盖\x07没\x1b[31m了\x7f\x85", "井盖没[31m了"),
    "directions": ("井盖\u202e反\u2066的\u200f了\ufeff", "井盖反的了"),
    "one form of é": ("Cafe\u0301门口", "Café门口"),
    "dots of a name": ("买买提·艾力家", "买买提·艾力家"),
    "one character": ("井水", "井水"),
    "a spreadsheet's formula": ('=HYPERLINK("http://a";"b")', '=HYPERLINK("http://a";"b")'),
}
"""What somebody types, and what is kept."""


@pytest.mark.parametrize("name", TEXTS)
def test_what_somebody_writes_comes_back_as_they_wrote_it(city: City, name: str) -> None:
    typed, kept = TEXTS[name]
    client = Client()
    given = filled(
        city,
        what=typed,
        spot=typed,
        contact_name=f"王{typed}"[:100],
        is_for_other="yes",
        for_name=f"李{typed}"[:100],
        for_phone="１３８ 0013-2046",
        class_key="flooding",
    )
    answer = client.post(NEW, given)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    appeal = Appeal.objects.latest("pk")
    assert (appeal.what, appeal.spot) == (kept, kept)
    assert (appeal.contact_name, appeal.for_name) == (f"王{kept}", f"李{kept}")
    assert appeal.for_phone == "13800132046"
    page = client.get(f"/portal/appeals/{appeal.number}/").content.decode()
    assert escape(kept) in page
    shown = city.client("dispatcher").get(f"/console/appeals/{appeal.number}/").content.decode()
    assert escape(kept) in shown
    for drawn in (page, shown):
        assert "<script>alert(1)" not in drawn


@pytest.mark.parametrize("name", ["emoji", "beyond the BMP", "markup", "templates", "controls"])
def test_every_other_text_comes_back_too(city: City, name: str) -> None:
    typed, kept = TEXTS[name]
    appeal = case_bring(city, file_appeal(city), "handling")
    found: dict[str, str] = {}
    own = city.actor("resident")
    appeals.appeal_correct(actor=own, appeal=appeal, addition=typed)
    found["an addition"] = Move.objects.filter(sort=Sort.NOTED).latest("pk").note
    handler = city.actor("handler")
    note = workflow.matter_note(actor=handler, matter=matter_of(appeal), note=typed)
    found["a note"] = note.note
    answer = {"outcome": "solved", "done": typed, "reply": typed}
    move(city, "handler", appeal, "answer", values=answer)
    found["an answer"] = fresh(appeal).reply
    found["what was done"] = Move.objects.filter(move="answer").latest("pk").values["done"]
    move(city, "clerk", appeal, "pass", values={"how": "phone", "note": typed}, note=typed)
    appeals.appeal_rate(
        actor=own, appeal=fresh(appeal), mark="good", values={"solved": "yes", "comment": typed}
    )
    found["a comment"] = Vote.objects.latest("pk").values["comment"]
    clerk = city.actor("clerk")
    person = people.person_register(
        actor=clerk, name=f"王{typed}", place=city.places["community"], address=typed
    )
    person.refresh_from_db()
    found["an address"] = person.address
    unit = units.unit_rename(
        actor=SYSTEM, unit=city.units["committee"], label={"zh": typed, "en": typed}
    )
    found["a unit"] = unit.label["zh"]
    place = places.place_change(actor=SYSTEM, place=city.places["building"], name=typed)
    found["a place"] = place.name
    assert found == dict.fromkeys(found, kept)
    assert person.name == f"王{kept}"
    for key in ("handler", "clerk", "leader"):
        for address in (f"/console/appeals/{appeal.number}/", "/console/appeals/?view=all"):
            assert city.client(key).get(address).status_code in (200, 404)
    page = city.client("resident").get(f"/portal/appeals/{appeal.number}/").content.decode()
    assert escape(kept) in page


def test_half_a_character_from_a_script_is_dropped(city: City) -> None:
    lon, lat = city.point
    half = "\ud83d井盖\udc00没了"
    body = json.dumps({"what": half, "lon": lon, "lat": lat, "spot": half, "contact_name": half})
    answer = Client().generic("POST", API, body, content_type="application/json")
    assert answer.status_code == 201
    appeal = Appeal.objects.latest("pk")
    assert (appeal.what, appeal.spot, appeal.contact_name) == ("井盖没了",) * 3
    for name in ("place", "class_key", "contact_phone", "for_name"):
        body = json.dumps({"what": half, "lon": lon, "lat": lat, name: f"{half}\0"})
        told = Client().generic("POST", API, body, content_type="application/json")
        assert told.status_code in (201, 422), name


NAMES = {
    "买买提·艾力": "买买提·艾力",
    "买买提•艾力": "买买提·艾力",
    "李": "李",
    "欧阳娜娜": "欧阳娜娜",
    "𠮷永": "𠮷永",
    " 陈　桂兰 ": "陈 桂兰",
}


@pytest.mark.parametrize("typed", NAMES)
def test_names_of_all_sorts_are_kept(city: City, typed: str) -> None:
    answer = Client().post(
        NEW, filled(city, contact_name=typed, contact_phone="１３８００１３２０４６")
    )
    assert answer.status_code == 302
    appeal = Appeal.objects.latest("pk")
    assert appeal.contact_name in (NAMES[typed], typed.strip().replace("　", " "))
    assert appeal.contact_phone == "13800132046"
    person = people.person_register(
        actor=city.actor("clerk"), name=typed, place=city.places["community"]
    )
    assert person.name == NAMES[typed]


MISCHIEF = ("\x00𠮷😀\u202e'\"><script>alert(1)</script>%s%n{0};", "9" * 40, "-1", "9999-12-31")
PARAMETERS = [
    "what",
    "where",
    "lon",
    "lat",
    "place",
    "place_1",
    "place_2",
    "spot",
    "class",
    "class_key",
    "class_other",
    "contact_name",
    "contact_phone",
    "for_name",
    "for_phone",
    "notice",
    "number",
    "code",
    "mark",
    "reason",
    "reasons",
    "note",
    "expected_step",
    "purpose",
    "purpose_chosen",
    "whose",
    "who",
    "q",
    "view",
    "channel",
    "step",
    "order",
    "open",
    "at",
    "show",
    "set",
    "on",
    "days",
    "page",
    "since",
    "of",
    "next",
    "language",
    "theme",
    "size",
    "do",
    "picked",
    "to",
    "unit",
    "person",
    "revision",
    "lines",
    "state",
    "which",
    "values",
    "address",
    "title",
    "login",
    "_once",
    "_draft",
    "_step",
]


NUMBERS = (
    "on",
    "days",
    "page",
    "since",
    "until",
    "before",
    "show",
    "lines",
    "size",
    "month",
    "year",
)
READERS = {"dispatcher": MISCHIEF[:2], "handler": MISCHIEF[:1]}


@pytest.mark.both_in_full
@pytest.mark.parametrize(
    ("key", "typed"), [(key, typed) for key, texts in READERS.items() for typed in texts]
)
def test_no_field_of_any_page_breaks_it(city: City, key: str, typed: str) -> None:
    """Whatever stands in every field of every page at once, the answer is a page or a refusal."""
    client, known = city.client(key), identifiers(city)
    everywhere = dict.fromkeys(PARAMETERS, typed)
    for address in addresses():
        plain = address.with_values(known)
        for method in ("get", "post"):
            answer = ask(client, method, plain, data=everywhere)
            assert answer.status < 500, (plain, method)
    assert audit.verify().is_whole


@pytest.mark.parametrize("typed", [*MISCHIEF, "0001-01-01"])
def test_no_number_or_day_behind_an_address_breaks_it(city: City, typed: str) -> None:
    client = city.client("leader")
    asked = {"set": "open", "place": city.grid.code, "at": city.grid.code, "view": "all"}
    asked |= dict.fromkeys(NUMBERS, typed)
    for address in addresses():
        if not address.is_of_something:
            told = ask(client, "get", address.with_values(WORDS), data=asked)
            assert told.status < 500, address


@pytest.mark.both_in_full
@pytest.mark.parametrize(
    "typed", ["%00", "a%00b", "%F0%A0%AE%B7", "..%2f..%2f", "%ff%fe", "9" * 300]
)
def test_no_word_of_an_address_breaks_it(city: City, typed: str) -> None:
    client = city.client("dispatcher")
    for address in addresses():
        for name in address.names:
            if name not in WORDS:
                plain = address.with_values(identifiers(city) | {name: typed})
                assert ask(client, "get", plain).status < 500, plain


Tick = Callable[[], object]


def late_things() -> dict[str, list[Any]]:
    """Everything that happened because it was late, as it can be told apart."""
    return {
        "lines": sorted(
            Move.objects.filter(sort__in=(Sort.LATE, Sort.ESCALATED)).values_list(
                "matter_id", "sort", "move", "revision"
            )
        ),
        "todos": sorted(Todo.objects.values_list("key", flat=True)),
        "notices": sorted(Notice.objects.values_list("key", flat=True)),
        "record": sorted(
            tuple(map(str, row))
            for row in AuditRecord.objects.filter(verb="workflow.clock.late").values_list(
                "subject_key", "detail__clock", "detail__level"
            )
        ),
    }


def test_a_clock_that_jumps_leaves_each_late_effect_once(city: City) -> None:
    import datetime as dt

    case_bring(city, file_appeal(city), "handling")
    far = NOON + dt.timedelta(days=60)
    workflow.matters_tick(now=far)
    workflow.matters_tick(now=far)
    once = late_things()
    assert once["lines"]
    assert once["todos"]
    assert len(once["record"]) == len(set(once["record"]))
    for moment in (NOON, NOON - dt.timedelta(days=400), far, far + dt.timedelta(seconds=1), far):
        workflow.matters_tick(now=moment)
        with clock.at(moment):
            workflow.matters_tick()
    assert late_things() == once
    assert audit.verify().is_whole


def test_what_was_done_in_time_is_not_late_after_the_clock_came_back(city: City) -> None:
    import datetime as dt

    appeal = case_bring(city, file_appeal(city), "closed")
    workflow.matters_tick(now=NOON + dt.timedelta(days=60))
    assert not Move.objects.filter(matter=matter_of(appeal), sort=Sort.LATE).exists()
    with clock.at(NOON - dt.timedelta(days=30)):
        early = file_appeal(city)
        workflow.matters_tick()
    assert matter_of(early).opened_at < NOON

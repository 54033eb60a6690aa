# SPDX-License-Identifier: MulanPSL-2.0
"""Registering for a resident: at the window, on the telephone, for oneself or for somebody else."""

import io
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.kernel.accounts.factories import log_in
from linli.kernel.notify.models import Notice
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.terms import Privacy
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.tests.town import PHONE, resident, staff

pytestmark = pytest.mark.django_db
ADDRESS = "/console/appeals/new/"
WHAT = "楼道的灯三天不亮了，老人上下楼看不见。"


@pytest.fixture
def clerk(client: Client, city: SimpleNamespace) -> Client:
    """A community clerk at her screen."""
    account = staff("community_clerk", city.community)
    log_in(client, account)
    return client


def form(city: SimpleNamespace, **given: Any) -> dict[str, Any]:
    """The form as a clerk fills it in."""
    chain = (city.district, city.subdistrict, city.community, city.grid)
    places = {f"place_{number}": place.code for number, place in enumerate(chain, start=1)}
    return {
        "channel": "phone",
        "what": WHAT,
        "where": "list",
        "contact_name": "王建国",
        "contact_phone": "139 0011 2233",
        "_once": str(uuid.uuid4()),
        **places,
        **given,
    }


def test_the_page_opens_with_the_places_of_the_clerk(clerk: Client, city: SimpleNamespace) -> None:
    page = clerk.get(ADDRESS)
    assert page.status_code == 200
    assert city.grid.name in page.content.decode()


def test_somebody_who_is_not_on_file_is_registered(clerk: Client, city: SimpleNamespace) -> None:
    answer = clerk.post(ADDRESS, form(city))
    appeal = Appeal.objects.get()
    assert answer["Location"] == f"/console/appeals/{appeal.case.matter.number}/"
    assert (appeal.channel, appeal.contact_name, appeal.place) == ("phone", "王建国", city.grid)
    assert appeal.contact_phone == "13900112233"
    assert appeal.account_id is None
    assert appeal.taken_by is not None
    text = clerk.get(answer["Location"]).content.decode()
    assert appeal.query_code in text
    assert "139****2233" in text


def test_the_same_form_sent_twice_is_one_appeal(clerk: Client, city: SimpleNamespace) -> None:
    filled = form(city)
    first, second = clerk.post(ADDRESS, filled), clerk.post(ADDRESS, filled)
    assert first["Location"] == second["Location"]
    assert Appeal.objects.count() == 1


def test_a_person_on_file_is_found_by_telephone_and_told(
    clerk: Client, city: SimpleNamespace
) -> None:
    person = resident(city.grid)
    found = clerk.post(f"{ADDRESS}people/", {"contact_phone": "138-0013-2046"})
    assert "陈桂兰" in found.content.decode()
    clerk.post(ADDRESS, form(city, contact_phone=PHONE, contact_name="", person=person.pk))
    appeal = Appeal.objects.get()
    assert (appeal.reporter, appeal.contact_name) == (person, "")
    assert Notice.objects.filter(account=person.account, text_key="received").exists()


def test_without_script_a_button_looks_for_the_person_and_keeps_what_was_written(
    clerk: Client, city: SimpleNamespace
) -> None:
    resident(city.grid)
    page = clerk.post(ADDRESS, form(city, contact_phone=PHONE, _step="find"))
    text = page.content.decode()
    assert "陈桂兰" in text
    assert WHAT in text
    assert not Appeal.objects.exists()


def test_a_person_of_another_place_is_not_found(clerk: Client, city: SimpleNamespace) -> None:
    far = PersonFactory.create(name="远方人", phone="13700007777", place=city.other_subdistrict)
    found = clerk.post(f"{ADDRESS}people/", {"contact_phone": "13700007777"})
    assert "远方人" not in found.content.decode()
    clerk.post(ADDRESS, form(city, person=far.pk))
    assert Appeal.objects.get().reporter is None


def test_whoever_reports_for_somebody_is_named_with_them_and_both_are_told(
    clerk: Client, city: SimpleNamespace
) -> None:
    daughter = resident(city.grid, name="陈小红", phone="13500001111")
    mother = resident(city.grid, name="黄秀英", phone="13600002222")
    clerk.post(
        ADDRESS,
        form(
            city,
            contact_phone="13500001111",
            contact_name="",
            person=daughter.pk,
            is_for_other="yes",
            for_name="黄秀英",
            for_phone="13600002222",
        ),
    )
    appeal = Appeal.objects.get()
    assert (appeal.reporter, appeal.for_person) == (daughter, mother)
    told = set(Notice.objects.values_list("account_id", "text_key"))
    assert (daughter.account_id, "received") in told
    assert (mother.account_id, "reported_for") in told
    page = clerk.get(f"/console/appeals/{appeal.case.matter.number}/").content.decode()
    assert "陈小红" in page
    assert "黄秀英" in page


def test_a_photo_comes_with_it(clerk: Client, city: SimpleNamespace) -> None:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "gray").save(target, "PNG")
    upload = SimpleUploadedFile("灯.png", target.getvalue(), "image/png")
    answer = clerk.post(ADDRESS, form(city, photos=upload))
    assert "/portal/appeals/photos/" in clerk.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "长" * 2001}, "what"),
        ({"channel": "api"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"is_for_other": "yes", "for_name": ""}, "for_name"),
        ({"is_minor": "yes"}, "has_guardian_consent"),
        ({"photos": SimpleUploadedFile("x.jpg", b"<svg>", "image/jpeg")}, "photos"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    clerk: Client, city: SimpleNamespace, change: dict[str, Any], field: str
) -> None:
    page = clerk.post(ADDRESS, form(city, **change))
    text = page.content.decode()
    assert page.status_code == 422
    assert page.context["errors"].get(field), page.context["errors"]
    assert "王建国" in text
    assert not Appeal.objects.exists()


def test_the_guardian_of_a_child_on_file_is_asked_for_without_ticking(
    clerk: Client, city: SimpleNamespace
) -> None:
    child = PersonFactory.create(name="小明", place=city.grid, privacy=Privacy.MINOR)
    page = clerk.post(ADDRESS, form(city, person=str(child.pk)))
    assert page.status_code == 422
    assert 'name="is_minor" value="yes" checked' in page.content.decode()
    assert page.context["errors"]["has_guardian_consent"]
    agreed = {"is_minor": "yes", "has_guardian_consent": "yes"}
    clerk.post(ADDRESS, form(city, person=str(child.pk), **agreed))
    assert Appeal.objects.get().has_guardian_consent


def test_a_place_outside_the_clerks_own_is_refused_and_nothing_typed_is_lost(
    clerk: Client, city: SimpleNamespace
) -> None:
    outside = {"place_2": city.other_subdistrict.code, "place_3": "", "place_4": ""}
    elsewhere = {"place_3": city.other_community.code, "place_4": ""}
    for place in (outside, elsewhere):
        page = clerk.post(ADDRESS, form(city, **place))
        assert page.status_code == 422
        assert "王建国" in page.content.decode()
    assert not Appeal.objects.exists()


def test_a_handler_does_not_register(client: Client, city: SimpleNamespace) -> None:
    account = staff("handler", city.district, city.water)
    log_in(client, account)
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, form(city)).status_code == 404

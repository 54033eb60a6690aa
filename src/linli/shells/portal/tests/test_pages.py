# SPDX-License-Identifier: MulanPSL-2.0
"""The portal's first page, messages, and what a point on the map is called."""

import pytest
from django.test import Client

from linli.base import clock
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.notify.models import Notice
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places import lookup
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.models import Place
from linli.kernel.units.factories import UnitFactory

pytestmark = pytest.mark.django_db
SQUARE = [[118.0, 24.5], [118.1, 24.5], [118.1, 24.6], [118.0, 24.6], [118.0, 24.5]]


@pytest.fixture
def resident(client: Client) -> Account:
    """Chen, who lives in a community with a telephone, signed in."""
    community = PlaceFactory.create(level="community", name="南华里社区")
    UnitFactory.create(place=community, phone="0300-2819153")
    account: Account = AccountFactory.create()
    PersonFactory.create(name="陈桂兰", account=account, place=community)
    log_in(client, account)
    return account


def _notice(account: Account, title: str, link: str = "/portal/outbox/") -> Notice:
    notice: Notice = Notice.objects.create(
        account=account, key=title, text_key="t", title=title, body=title, link=link,
        sent_at=clock.now(),
    )  # fmt: skip
    return notice


def test_a_stranger_finds_the_first_page_with_a_number_to_call(client: Client) -> None:
    page = client.get("/portal/").content.decode()
    assert "tel:12345" in page
    assert "登录" in page


def test_a_resident_is_greeted_and_finds_their_own_community(
    client: Client, resident: Account
) -> None:
    page = client.get("/portal/").content.decode()
    assert "陈桂兰，" in page
    assert "南华里社区" in page
    assert "tel:0300-2819153" in page


def test_messages_wait_are_opened_and_are_read_then(client: Client, resident: Account) -> None:
    notice = _notice(resident, "办好了，请您评价")
    page = client.get("/portal/me/").content.decode()
    assert "办好了，请您评价" in page
    assert "1条新消息" in page
    response = client.get(f"/portal/me/messages/{notice.pk}/")
    notice.refresh_from_db()
    assert response["Location"] == "/portal/outbox/"
    assert notice.read_at is not None
    assert "1条新消息" not in client.get("/portal/me/").content.decode()


def test_a_message_never_leads_out_of_the_site(client: Client, resident: Account) -> None:
    notice = _notice(resident, "odd", link="https://elsewhere.example/")
    assert client.get(f"/portal/me/messages/{notice.pk}/")["Location"] == "/portal/me/"


def test_nobody_opens_the_message_of_somebody_else(client: Client, resident: Account) -> None:
    notice = _notice(AccountFactory.create(), "not yours")
    assert client.get(f"/portal/me/messages/{notice.pk}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_messages_are_marked_at_once(client: Client, resident: Account) -> None:
    for title in ("one", "two"):
        _notice(resident, title)
    client.post("/portal/me/")
    assert Notice.objects.filter(account=resident, read_at=None).count() == 0


def test_an_empty_inbox_says_what_comes_here(client: Client, resident: Account) -> None:
    assert "您关心的事有了进展" in client.get("/portal/me/").content.decode()


@pytest.fixture
def grid() -> Place:
    """A grid with a boundary."""
    community = PlaceFactory.create(level="community", name="南华里社区")
    boundary = {"type": "Polygon", "coordinates": [SQUARE]}
    place: Place = PlaceFactory.create(
        level="grid", name="第三网格", parent=community, boundary=boundary
    )
    lookup.forget()
    return place


def test_a_point_has_the_name_of_the_place_it_lies_in(client: Client, grid: Place) -> None:
    told = client.get("/portal/place-at/", {"lon": "118.05", "lat": "24.55"}).json()
    assert told == {"name": "南华里社区 第三网格", "place": grid.code}


def test_a_point_outside_is_refused_in_words(client: Client, grid: Place) -> None:
    told = client.get("/portal/place-at/", {"lon": "10", "lat": "50"}).json()
    assert "范围" in told["problem"]


@pytest.mark.parametrize("point", [{}, {"lon": "x", "lat": "1"}, {"lon": "nan", "lat": "1"}])
def test_what_is_no_point_is_said_to_be_none(client: Client, point: dict[str, str]) -> None:
    assert client.get("/portal/place-at/", point).status_code == 422


def test_nobody_asks_for_names_all_day(client: Client, grid: Place) -> None:
    answers = [client.get("/portal/place-at/", {"lon": "1", "lat": "1"}) for _ in range(61)]
    assert answers[-1].status_code == 429

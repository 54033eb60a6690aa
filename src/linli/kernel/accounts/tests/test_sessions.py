# SPDX-License-Identifier: MulanPSL-2.0
"""How long a log-in lasts, on how many devices, and who ends it."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone
from time_machine import travel

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Forbidden
from linli.kernel.accounts import selectors, services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account, Session
from linli.kernel.accounts.rules import RESIDENT_REST, STAFF_REST, device_of, session_id_of
from linli.kernel.accounts.sessions import SessionStore, sessions_aged
from linli.kernel.accounts.terms import Ended, Verb
from linli.kernel.audit.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MONDAY = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)


def came_in(account: Account, rest: int = STAFF_REST, device: str = "Chrome") -> str:
    """A session opened now; its key."""
    store = SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store.begin(device=device, address="203.0.*.*", rest_minutes=rest)
    store.create()
    return str(store.session_key)


def opened(key: str) -> SessionStore:
    """The session as the next request finds it."""
    store = SessionStore(key)
    store.get("_auth_user_id")
    return store


@pytest.mark.parametrize(("rest", "minutes"), [(STAFF_REST, 15), (RESIDENT_REST, 30)])
def test_an_untouched_page_is_signed_out(rest: int, minutes: int) -> None:
    with travel(MONDAY, tick=False) as time:
        key = came_in(AccountFactory.create(), rest)
        time.shift(minutes * 60 - 1)
        assert opened(key).get("_auth_user_id")
        time.shift(1)
        store = opened(key)
    assert (store.get("_auth_user_id"), store.ended) == (None, Ended.REST)


def test_who_is_at_the_page_stays_but_twelve_hours_at_most() -> None:
    with travel(MONDAY, tick=False) as time:
        key = came_in(AccountFactory.create())
        for _quarter in range(12 * 6):
            time.shift(600)
            opened(key).touch()
        store = opened(key)
    assert (store.get("_auth_user_id"), store.ended) == (None, Ended.TIME)


def test_a_session_is_noted_as_seen_once_a_minute(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with travel(MONDAY, tick=False) as time:
        store = opened(came_in(AccountFactory.create()))
        time.shift(59)
        with django_assert_num_queries(0):
            store.touch()
        time.shift(1)
        with django_assert_num_queries(1):
            store.touch()
        with django_assert_num_queries(0):
            store.touch()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in() -> None:
    client = Client()
    with travel(MONDAY, tick=False) as time:
        log_in(client, AccountFactory.create())
        time.shift(14 * 60)
        client.get("/live/?of=nothing")
        time.shift(60)
        assert "_auth_user_id" not in client.session
        log_in(client, AccountFactory.create())
        time.shift(14 * 60)
        client.get("/live/?of=nothing&active=1")
        time.shift(60)
        assert "_auth_user_id" in client.session


def test_whoever_signs_out_elsewhere_is_out_there_at_once_and_it_is_recorded() -> None:
    account = AccountFactory.create()
    here, there = came_in(account), came_in(account, device="Firefox")
    own = services.self_actor(account)
    assert services.sessions_end(actor=own, account=account, keep=here) == 1
    assert [row.session_key for row in selectors.sessions_of(account)] == [here]
    store = opened(there)
    assert (store.get("_auth_user_id"), store.ended) == (None, Ended.ELSEWHERE)
    row = AuditRecord.objects.get()
    assert (row.verb, row.actor_id, row.detail) == (Verb.SESSION_ENDED, account.pk, {"count": 1})
    assert services.sessions_end(actor=own, account=account, keep=here) == 0
    assert AuditRecord.objects.count() == 1


def test_one_device_is_signed_out_by_what_the_page_calls_it() -> None:
    account, other = AccountFactory.create(), AccountFactory.create()
    key, theirs = came_in(account), came_in(other)
    own = services.self_actor(account)
    services.session_end(actor=own, account=account, session_id=session_id_of(key))
    for session_id in (session_id_of(key), session_id_of(theirs)):
        with pytest.raises(Conflict):
            services.session_end(actor=own, account=account, session_id=session_id)
    with pytest.raises(Forbidden):
        services.session_end(actor=own, account=other, session_id=session_id_of(theirs))
    with pytest.raises(Forbidden):
        services.sessions_end(actor=own, account=other)
    assert services.sessions_end(actor=SYSTEM, account=other) == 1


def test_what_is_written_into_a_session_that_was_ended_is_not_kept() -> None:
    account = AccountFactory.create()
    client = Client()
    log_in(client, account)
    key = str(client.session.session_key)
    held = opened(key)
    services.sessions_end(actor=SYSTEM, account=account)
    held["more"] = "words"
    with pytest.raises(UpdateError):
        held.save()
    assert not Session.objects.filter(session_key=key).exists()


def test_sessions_whose_time_is_over_may_go() -> None:
    account = AccountFactory.create()
    with travel(MONDAY, tick=False) as time:
        came_in(account)
        time.shift(3600)
        kept = came_in(account)
        aged = sessions_aged(timezone.now())
        assert [row.session_key for row in Session.objects.exclude(pk__in=aged)] == [kept]


def test_sessions_of_nobody_last_as_before() -> None:
    store = SessionStore()
    store["number"] = "A1"
    store.create()
    row = Session.objects.get()
    assert (row.account_id, store.get_expiry_age()) == (None, 14 * 24 * 3600)
    assert row.expire_date > timezone.now() + dt.timedelta(days=13)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0",
            "WeChat · Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604", "Safari · iPhone"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_called_by_browser_and_system(agent: str, name: str) -> None:
    assert device_of(agent) == name


def test_a_page_is_told_how_long_it_may_lie_untouched() -> None:
    with travel(MONDAY, tick=False) as time:
        key = came_in(AccountFactory.create())
        time.shift(14 * 60)
        store = opened(key)
        assert (store.lasts(touched=False), store.lasts(touched=True)) == (60, 15 * 60)
        store.touch()
        assert store.lasts(touched=False) == 15 * 60
        for _turn in range(11 * 6 + 4):
            time.shift(600)
            opened(key).touch()
        assert opened(key).lasts(touched=True) == 360  # twelve hours are nearly over
    assert SessionStore().lasts(touched=True) == 0


def test_asking_how_long_is_left_keeps_nobody_signed_in() -> None:
    client = Client()
    with travel(MONDAY, tick=False) as time:
        log_in(client, AccountFactory.create())
        time.shift(14 * 60)
        assert client.get("/rest/").json() == {"seconds": 60}
        assert client.get("/rest/?active=1").json() == {"seconds": 900}
        time.shift(15 * 60)
        assert client.get("/rest/").status_code == 401

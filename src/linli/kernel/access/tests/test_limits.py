# SPDX-License-Identifier: MulanPSL-2.0
"""Rate limits and the abuse list."""

import datetime as dt
import subprocess
import sys
import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM
from linli.base.errors import Conflict, Forbidden, Invalid, Refused, TooMany
from linli.config.testing.processes import environment
from linli.kernel.access import selectors
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.models import AbuseEntry, RateLimitCount
from linli.kernel.access.selectors import abuse_visible
from linli.kernel.access.terms import AbuseKind, Perm, Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places.factories import city_tree

ADDRESS = "203.0.113.7"
PHONE = "13800138000"


@pytest.mark.django_db
def test_a_source_is_let_in_up_to_the_limit_and_told_when_to_come_back() -> None:
    counts = [access.rate_hit("report", ADDRESS, limit=3, per_seconds=10**9) for _ in range(3)]
    assert counts == [1, 2, 3]
    with pytest.raises(TooMany) as refused:
        access.rate_hit("report", ADDRESS, limit=3, per_seconds=10**9)
    assert any(character.isdigit() for character in str(refused.value))
    assert access.rate_hit("report", "198.51.100.1", limit=3, per_seconds=10**9) == 1
    assert access.rate_hit("query", ADDRESS, limit=3, per_seconds=10**9) == 1


@pytest.mark.django_db
def test_a_new_window_begins_anew() -> None:
    access.rate_hit("report", ADDRESS, limit=1, per_seconds=10**9)
    RateLimitCount.objects.update(window=0)
    assert access.rate_hit("report", ADDRESS, limit=1, per_seconds=10**9) == 1


@pytest.mark.django_db
def test_no_address_or_phone_is_kept() -> None:
    tree = city_tree()
    access.rate_hit("report", ADDRESS, limit=3, per_seconds=60)
    access.abuse_add(actor=SYSTEM, kind=AbuseKind.PHONE, key=PHONE, at=tree.city, reason="恶意刷单")
    kept = str(
        [
            *RateLimitCount.objects.values(),
            *AbuseEntry.objects.values(),
            *AuditRecord.objects.values(),
        ]
    )
    assert ADDRESS not in kept
    assert PHONE not in kept


@pytest.mark.django_db(transaction=True)
def test_knocks_at_the_same_moment_are_all_counted() -> None:
    def knock() -> None:
        for _time in range(10):
            access.rate_hit("report", ADDRESS, limit=1000, per_seconds=10**9)
        connections.close_all()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RateLimitCount.objects.get().count == 40


KNOCKS = """
import django
django.setup()
from linli.base.errors import TooMany
from linli.kernel.access import selectors
from linli.kernel.access import services as access
let_in = 0
for _time in range(30):
    try:
        access.rate_hit("report", "203.0.113.7", limit=40, per_seconds=10**9)
        let_in += 1
    except TooMany:
        pass
print(let_in)
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_keep_one_limit() -> None:
    """Two real ones on one database: of 60 knocks they let in 40 together."""
    command = [sys.executable, "-c", KNOCKS]
    both = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
        for _process in range(2)
    ]
    said = [int(each.communicate(timeout=60)[0]) for each in both]
    assert sum(said) == 40
    assert min(said) >= 10
    assert RateLimitCount.objects.get().count == 60


@pytest.mark.django_db(transaction=True)
def test_a_refusal_later_in_the_request_does_not_take_the_count_back() -> None:
    access.rate_hit("report", ADDRESS, limit=5, per_seconds=10**9)
    with pytest.raises(Invalid), transaction.atomic():
        raise Invalid("no", code="no")
    assert RateLimitCount.objects.get().count == 1
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_what_has_passed_may_go() -> None:
    tree = city_tree()
    access.rate_hit("old", ADDRESS, limit=5, per_seconds=60)
    RateLimitCount.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
    access.rate_hit("new", ADDRESS, limit=5, per_seconds=10**9)
    soon = clock.now() + dt.timedelta(hours=1)
    access.abuse_add(
        actor=SYSTEM, kind=AbuseKind.PHONE, key=PHONE, at=tree.city, reason="刷单", until=soon
    )
    access.abuse_add(actor=SYSTEM, kind=AbuseKind.ADDRESS, key=ADDRESS, at=tree.city, reason="刷单")
    assert [row.bucket for row in selectors.counts_aged(timezone.now())] == ["old"]
    later = soon + dt.timedelta(seconds=1)
    assert [row.kind for row in selectors.abuse_aged(later)] == [AbuseKind.PHONE]


@pytest.mark.django_db
def test_a_blocked_source_is_refused_with_the_reason_at_the_place_and_below() -> None:
    tree, other = city_tree(), city_tree("529900", "别的市", lon=110.0)
    access.abuse_add(
        actor=SYSTEM, kind=AbuseKind.PHONE, key="138 0013 8000", at=tree.district, reason="反复骚扰"
    )
    for path in (tree.district, tree.grid):
        with pytest.raises(Refused) as refused:
            access.abuse_check(at=path, phone=PHONE)
        assert refused.value.code == "blocked"
        assert "反复骚扰" in str(refused.value)
    access.abuse_check(at=tree.city, phone=PHONE)
    access.abuse_check(at=other.grid, phone=PHONE)
    access.abuse_check(at=tree.grid, phone="13900139000", address=PHONE, account_id=1)
    access.abuse_check(at=tree.grid)


@pytest.mark.django_db
def test_a_block_ends_at_its_time_or_by_hand_and_both_ends_are_recorded() -> None:
    tree = city_tree()
    until = clock.now() + dt.timedelta(days=1)
    entry = access.abuse_add(
        actor=SYSTEM, kind=AbuseKind.ACCOUNT, key="7", at=tree.city, reason="刷单", until=until
    )
    with pytest.raises(Refused):
        access.abuse_check(at=tree.city, account_id=7)
    with clock.at(until):
        access.abuse_check(at=tree.city, account_id=7)
    access.abuse_end(actor=SYSTEM, entry=entry, reason="误封")
    access.abuse_check(at=tree.city, account_id=7)
    with pytest.raises(Conflict):
        access.abuse_end(actor=SYSTEM, entry=entry)
    verbs = list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == [Verb.SOURCE_BLOCKED, Verb.SOURCE_UNBLOCKED]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "reason", "past"), [(" ", "刷单", False), (PHONE, " ", False), (PHONE, "刷单", True)]
)
def test_a_block_needs_a_source_a_reason_and_an_end_to_come(
    key: str, reason: str, past: bool
) -> None:
    tree = city_tree()
    until = clock.now() - dt.timedelta(days=1) if past else None
    with pytest.raises(Invalid):
        access.abuse_add(
            actor=SYSTEM, kind=AbuseKind.PHONE, key=key, at=tree.city, reason=reason, until=until
        )
    assert not AbuseEntry.objects.exists()


@pytest.mark.django_db
def test_the_list_is_kept_and_seen_at_ones_own_places_only() -> None:
    tree = city_tree()
    role_define("keeper", [Perm.BLOCK])
    keeper = access.actor_for(GrantFactory.create(role="keeper", place=tree.subdistrict).account)
    mine = access.abuse_add(
        actor=keeper, kind=AbuseKind.PHONE, key=PHONE, at=tree.community, reason="刷单"
    )
    other = access.abuse_add(
        actor=SYSTEM, kind=AbuseKind.PHONE, key=PHONE, at=tree.city, reason="刷单"
    )
    assert list(abuse_visible(actor=keeper)) == [mine]
    for actor in (keeper, ANONYMOUS):
        with pytest.raises(Forbidden):
            access.abuse_end(actor=actor, entry=other)
        with pytest.raises(Forbidden):
            access.abuse_add(
                actor=actor, kind=AbuseKind.PHONE, key=PHONE, at=tree.city, reason="刷单"
            )

# SPDX-License-Identifier: MulanPSL-2.0
"""Messages on their way to real servers: signed, in order, at least once, again, and given up."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from linli.base.wire import Trouble
from linli.config.testing.processes import environment
from linli.config.testing.together import at_once
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events import services as events
from linli.kernel.events.models import Event
from linli.kernel.jobs import worker
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.sockets.outside import Telling, Told
from linli.modules.exchange import services
from linli.modules.exchange.models import Attempt, Message, Webhook
from linli.modules.exchange.services import sending
from linli.modules.exchange.terms import Standing, Verb
from linli.modules.exchange.tests.conftest import Partner, town_make

ADDED, ENDED = "places.place_added", "places.place_ended"
WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 40.0


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let partners hear of two events; a number of nought concerns nobody outside."""

    def tell(payload: Any) -> Told | None:
        number = payload["number"]
        return Told("case", f"SQ-{number}", f"/api/v1/{number}") if number else None

    telling = Telling({"zh": "新增", "en": "Added"}, tell)
    for event in (ADDED, ENDED):
        monkeypatch.setitem(registry.tellings(), event, [telling])


def hook_set(town: SimpleNamespace, address: str, place: Place | None = None) -> Webhook:
    """A webhook of the district; its secret is kept beside it for the test."""
    made = services.webhook_set(
        actor=town.keeper,
        label="热线平台",
        address=address,
        events=[ADDED],
        place=place or town.district,
    )
    town.secret = made.secret
    return made.webhook


def happen(town: SimpleNamespace, *numbers: int, place: Place | None = None) -> None:
    """Let things happen at the community."""
    path = (place or town.grid).path
    for number in numbers:
        events.announce(ADDED, place_path=path, number=number)


def go() -> int:
    """What the worker does each second; gives how many messages were made."""
    made = sending.messages_make()
    sending.sends_ask()
    worker.run_all()
    return made


def numbers_heard(partner: Partner) -> list[str]:
    """The numbers of what the partner was sent, in order."""
    return [json.loads(each["body"])["data"]["number"] for each in partner.heard()]


@pytest.mark.django_db
class TestOneWebhook:
    def test_a_message_says_what_happened_and_nothing_personal(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(town, partner.address("ok"))
        happen(town, 7)
        assert go() == 1
        (heard,) = partner.heard()
        body = json.loads(heard["body"])
        assert body.keys() == {"id", "type", "timestamp", "data"}
        assert body["type"] == ADDED
        assert body["data"] == {
            "seq": Event.objects.get(name=ADDED).pk,
            "place": town.community.code,
            "kind": "case",
            "number": "SQ-7",
            "link": "/api/v1/7",
        }
        assert Message.objects.get().standing == Standing.DONE
        attempt = Attempt.objects.get()
        assert (attempt.status, attempt.answer) == (200, "taken")

    def test_its_signature_is_that_of_standard_webhooks(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(town, partner.address("ok"))
        happen(town, 7)
        go()
        (heard,) = partner.heard()
        head = heard["headers"]
        key = base64.b64decode(town.secret.removeprefix("whsec_"))
        assert len(key) == 32
        text = f"{head['webhook-id']}.{head['webhook-timestamp']}.{heard['body']}"
        digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
        assert head["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert abs(int(head["webhook-timestamp"]) - time.time()) < 30
        assert head["webhook-id"] == json.loads(heard["body"])["id"]

    def test_for_a_day_the_old_secret_signs_too(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("ok"))
        old = town.secret
        new = services.secret_renew(actor=town.keeper, webhook=webhook).secret
        assert new != old
        happen(town, 7)
        go()
        assert len(partner.heard()[0]["headers"]["webhook-signature"].split()) == 2
        with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=True):
            happen(town, 8)
            go()
        assert len(partner.heard()[1]["headers"]["webhook-signature"].split()) == 1

    def test_it_hears_of_its_events_and_places_only_and_of_nothing_before(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        happen(town, 1)
        hook_set(town, partner.address("ok"), town.community)
        happen(town, 2, place=town.other_community)
        happen(town, 0)
        events.announce(ENDED, place_path=town.grid.path, number=3)
        happen(town, 4)
        go()
        assert numbers_heard(partner) == ["SQ-4"]
        assert go() == 0

    def test_what_failed_is_sent_again_under_the_same_id_until_it_is_taken(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(town, partner.address("twice"))
        happen(town, 7, 8)
        now = timezone.now()
        for minutes in (0, 1, 5, 15):
            with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=True):
                go()
        ids = [each["headers"]["webhook-id"] for each in partner.heard()]
        assert numbers_heard(partner) == ["SQ-7", "SQ-7", "SQ-7", "SQ-8"]
        assert len(set(ids[:3])) == 1
        first = Message.objects.order_by("seq")[0]
        assert list(first.attempts.values_list("status", flat=True)) == [200, 503, 503]
        webhook = Webhook.objects.get()
        assert (webhook.failures, webhook.rest_until) == (0, None)

    def test_what_one_message_is_refused_for_holds_up_no_other(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(town, partner.address("never"))
        happen(town, 7, 8)
        go()
        assert numbers_heard(partner) == ["SQ-7", "SQ-8"]

    def test_while_nobody_is_there_everything_waits_in_order(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, "http://127.0.0.1:9/")
        happen(town, 7, 8, 9)
        go()
        assert Attempt.objects.get().trouble == Trouble.CONNECTION
        webhook.refresh_from_db()
        assert webhook.rest_until is not None
        happen(town, 10)
        go()
        assert Attempt.objects.count() == 1
        services.webhook_change(
            actor=town.keeper,
            webhook=webhook,
            label="热线",
            address=partner.address("ok"),
            events=[ADDED],
        )
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=10), tick=True):
            go()
        assert numbers_heard(partner) == ["SQ-7", "SQ-8", "SQ-9", "SQ-10"]

    def test_after_a_day_it_is_given_up_and_can_be_sent_again(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("never"))
        happen(town, 7)
        now = timezone.now()
        for hours in range(40):
            with time_machine.travel(now + dt.timedelta(hours=hours), tick=True):
                go()
        message = Message.objects.get()
        assert (message.standing, message.failures) == (Standing.GIVEN_UP, 11)
        assert message.next_try_at - message.made_at > dt.timedelta(hours=22)
        webhook.refresh_from_db()
        Webhook.objects.filter(pk=webhook.pk).update(address=partner.address("ok"))
        assert services.messages_replay(actor=town.keeper, webhook=webhook) == 1
        go()
        message.refresh_from_db()
        assert message.standing == Standing.DONE
        assert partner.heard()[-1]["headers"]["webhook-id"] == message.key

    def test_after_many_failures_over_a_day_it_is_paused_and_says_so(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("ill"))
        happen(town, 7, 8, 9, 10)
        now = timezone.now()
        for hours in range(30):
            with time_machine.travel(now + dt.timedelta(hours=hours), tick=True):
                go()
        webhook.refresh_from_db()
        assert webhook.paused_at is not None
        row = AuditRecord.objects.get(verb=Verb.WEBHOOK_PAUSED)
        assert row.actor_kind == "system"
        calls = len(partner.heard())
        go()
        assert len(partner.heard()) == calls
        Webhook.objects.filter(pk=webhook.pk).update(address=partner.address("ok"))
        services.webhook_resume(actor=town.keeper, webhook=webhook)
        go()
        assert not Message.objects.filter(standing=Standing.WAITING).exists()

    def test_what_happens_in_a_pause_is_sent_after_it(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("ok"))
        services.webhook_pause(actor=town.keeper, webhook=webhook)
        happen(town, 7)
        assert go() == 1
        assert partner.heard() == []
        services.webhook_resume(actor=town.keeper, webhook=webhook)
        go()
        assert numbers_heard(partner) == ["SQ-7"]

    def test_an_ended_webhook_is_told_nothing(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("ok"))
        happen(town, 7)
        sending.messages_make()
        services.webhook_end(actor=town.keeper, webhook=webhook)
        happen(town, 8)
        go()
        assert partner.heard() == []

    @pytest.mark.parametrize(("word", "kept"), [("echo", ""), ("personal", "机主138****2046")])
    def test_of_an_answer_nothing_is_kept_that_we_sent_or_that_is_personal(
        self, town: SimpleNamespace, partner: Partner, word: str, kept: str
    ) -> None:
        hook_set(town, partner.address(word))
        happen(town, 7)
        go()
        assert Attempt.objects.get().answer == kept

    def test_what_a_slow_transaction_shows_late_is_swept_up_once(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        webhook = hook_set(town, partner.address("ok"))
        first = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        happen(town, 9)
        seq = Event.objects.get(name=ADDED).seq
        Event.objects.filter(seq=seq).update(seq=first + 1000)
        go()
        late = Event(name=ADDED, place_path=town.grid.path, payload={"number": 8})
        late.seq, late.at = first + 1, timezone.now()
        late.save(force_insert=True)
        assert go() == 0
        assert sending.messages_make(is_sweep=True) == 1
        assert sending.messages_make(is_sweep=True) == 0
        with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
            sending.messages_make(is_sweep=True)
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2, minutes=1), tick=True):
            sending.messages_make(is_sweep=True)
            go()
        webhook.refresh_from_db()
        assert webhook.floor_seq == first + 1000
        assert numbers_heard(partner) == ["SQ-9", "SQ-8"]

    def test_the_secret_stands_nowhere_in_plain(
        self, town: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(town, partner.address("never"))
        happen(town, 7)
        go()
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM exchange_webhook")
            assert town.secret not in cursor.fetchone()[0]
        told = json.dumps(list(AuditRecord.objects.values_list("detail", "reason")))
        assert town.secret not in told + json.dumps(list(Event.objects.values_list("payload")))


@pytest.fixture
def shared(transactional_db: None) -> SimpleNamespace:
    """The town on real connections."""
    del transactional_db
    return town_make()


@pytest.mark.django_db(transaction=True)
class TestSeveral:
    def test_two_workers_at_once_send_it_once(
        self, shared: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(shared, partner.address("ok"))
        happen(shared, *range(1, 6))

        def work(name: str) -> None:
            sending.messages_make()
            sending.sends_ask()
            worker.run_all(name)

        at_once(*(partial(work, f"worker {number}") for number in range(4)))
        go()
        assert numbers_heard(partner) == [f"SQ-{number}" for number in range(1, 6)]

    def test_what_a_killed_worker_was_sending_the_next_one_sends(
        self, shared: SimpleNamespace, partner: Partner
    ) -> None:
        hook_set(shared, partner.address("slow"))
        happen(shared, 7)
        sending.messages_make()
        first = worker_start()
        until = time.monotonic() + PATIENCE
        while not partner.heard() and time.monotonic() < until:
            time.sleep(0.05)
        first.kill()
        first.wait(5)
        assert Message.objects.get().standing == Standing.WAITING
        assert go() == 0
        assert len(partner.heard()) == 1, "the lease of the killed worker holds"
        with time_machine.travel(timezone.now() + sending.LEASE, tick=True):
            go()
        assert Message.objects.get().standing == Standing.DONE
        first_id, second_id = (each["headers"]["webhook-id"] for each in partner.heard())
        assert first_id == second_id


def worker_start() -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on the database of the test."""
    allowed = " ".join(django_settings.LINLI_WEBHOOK_ALLOW)
    told = {**environment(), "LINLI_WEBHOOK_ALLOW": allowed}
    return subprocess.Popen([sys.executable, str(WORKER)], env=told)

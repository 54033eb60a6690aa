# SPDX-License-Identifier: MulanPSL-2.0
"""Letters and the servers that take them: what is certain, what is in doubt, who waits for whom."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Forbidden
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.audit.models import AuditRecord
from linli.kernel.jobs.worker import run_all
from linli.kernel.notify import gateways, letters, selectors, services
from linli.kernel.notify.models import Carrier, Letter
from linli.kernel.notify.servers import MailServer
from linli.kernel.notify.terms import OVER, Channel, LetterKind, LetterState, Perm, Verb
from linli.kernel.notify.tests.servers import FROM, Outside, outside
from linli.kernel.places.factories import city_tree
from linli.modules.exchange.tests.test_calling import certificate_make

pytestmark = pytest.mark.django_db

PHONE, ADDRESS = "13800138000", "audit@city.example"
SOON = dt.timedelta(minutes=1)


def text(key: str = "a", **more: Any) -> bool:
    """A text message is written."""
    return letters.letter_write(
        channel=Channel.SMS,
        kind=LetterKind.RECORD_SEALED,
        key=key,
        address=PHONE,
        body='您好 "{key}"',
        **more,
    )


def mail(key: str = "a", to: str = ADDRESS) -> bool:
    """A mail is written."""
    return letters.letter_write(
        channel=Channel.MAIL,
        kind=LetterKind.RECORD_SEALED,
        key=key,
        address=to,
        title="封印",
        body=".第一行\n.\n完",
    )


def go(later: dt.timedelta = dt.timedelta()) -> Letter:
    """What a worker does in a second, some time later; gives the newest letter."""
    with time_machine.travel(timezone.now() + later, tick=True):
        letters.letters_ask()
        run_all()
    return Letter.objects.latest("pk")


def test_a_text_leaves_with_its_key_and_our_secret(sms: Outside) -> None:
    assert text("matter:7")
    letter = go()
    assert (letter.state, letter.tries, letter.trouble) == (LetterState.SENT, 1, "")
    (heard,) = sms.texts()
    assert heard["body"] == {"phone": PHONE, "text": '您好 "{key}"', "key": "matter:7"}
    assert heard["headers"]["Idempotency-Key"] == "matter:7"
    assert heard["headers"]["Authorization"] == "Bearer geheim"


def test_a_mail_arrives_as_it_was_written(sink: Outside) -> None:
    assert mail()
    letter = go()
    assert letter.state == LetterState.SENT
    (heard,) = sink.mails()
    assert (heard["to"], heard["title"]) == (ADDRESS, "封印")
    assert heard["body"].split() == [".第一行", ".", "完"]
    assert heard["id"] == letter.message_id
    assert letter.message_id.endswith("@city.example>")


def test_the_same_key_is_written_once_and_nothing_where_nothing_leaves(
    sms: Outside, settings: Any
) -> None:
    assert text()
    assert not text()
    settings.LINLI_SMS = ""
    assert not text("b")
    assert not mail("c")
    assert Letter.objects.count() == 1


def test_nothing_personal_stands_in_plain_and_none_is_left_once_it_is_over(sms: Outside) -> None:
    text()
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, body FROM notify_letter")
        row = cursor.fetchone()
    assert PHONE not in row[0]
    assert "您好" not in row[1]
    letter = go()
    assert (letter.address, letter.body, letter.title) == ("", "", "")


@pytest.mark.parametrize("manner", ["500", "502", "504", "408", "cut", "closed"])
def test_a_text_in_doubt_waits_for_a_person(sms: Outside, manner: str) -> None:
    sms.behave(manner)
    text()
    assert go().state == LetterState.UNCERTAIN
    for hours in (1, 30):
        go(dt.timedelta(hours=hours))
    assert len(sms.texts()) == 1


@pytest.mark.parametrize("manner", ["429", "503", "401", "302"])
def test_a_text_that_was_not_taken_is_tried_again(sms: Outside, manner: str) -> None:
    sms.behave(manner)
    text()
    assert go().state == LetterState.WAITING
    sms.behave("200")
    assert go(SOON).state == LetterState.SENT
    assert len(sms.texts()) == 2


@pytest.mark.parametrize("manner", ["400", "422", "410"])
def test_a_text_that_is_refused_is_over_and_holds_up_nobody(sms: Outside, manner: str) -> None:
    sms.behave(manner)
    text("a")
    text("b")
    assert go().state == LetterState.REFUSED
    assert len(sms.texts()) == 2
    assert Letter.objects.first().trouble == f"http {manner}"  # type: ignore[union-attr]


def test_an_answer_that_comes_twice_counts_once(sms: Outside) -> None:
    sms.behave("twice")
    text()
    assert go().state == LetterState.SENT
    go(SOON)
    assert len(sms.texts()) == 1


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_gateway_that_hangs_leaves_doubt_and_is_left_alone(
    sms: Outside, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "SECONDS", 1.0)
    sms.behave(manner)
    text("a")
    text("b")
    began = time.monotonic()
    go()
    assert time.monotonic() - began < 4
    states = dict(Letter.objects.values_list("key", "state"))
    assert states == {"a": LetterState.UNCERTAIN, "b": LetterState.WAITING}
    go()
    assert len(sms.texts()) == 1, "it rests"
    sms.behave("200")
    assert go(SOON).state == LetterState.SENT


def test_a_gateway_that_is_gone_takes_nothing_away(sms: Outside) -> None:
    sms.stop()
    text()
    letter = go()
    assert (letter.state, letter.is_doubtful) == (LetterState.WAITING, False)
    assert letter.trouble == "connection"


def test_an_inner_address_is_not_called_unless_it_is_allowed(sms: Outside, settings: Any) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ()
    text()
    letter = go()
    assert (letter.state, letter.trouble) == (LetterState.WAITING, "address")
    assert sms.texts() == []


def test_how_long_a_hand_over_may_take() -> None:
    assert (gateways.CONNECT_SECONDS, gateways.SECONDS) == (5.0, 15.0)
    both = letters.AT_WORK + dt.timedelta(seconds=gateways.SECONDS)
    assert both < letters.LEASE
    assert dt.timedelta(seconds=gateways.SECONDS) < letters.LOST_AFTER


@pytest.mark.parametrize("manner", ["hang", "drip", "cut"])
def test_a_mail_in_doubt_is_repeated_under_the_same_id(
    sink: Outside, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "SECONDS", 1.0)
    sink.behave(manner)
    mail()
    letter = go()
    assert (letter.state, letter.is_doubtful) == (LetterState.UNCERTAIN, True)
    assert letter.trouble == ("connection" if manner == "cut" else "time")
    sink.behave("well")
    assert go(SOON).state == LetterState.SENT
    first, second = sink.mails()
    assert first["id"] == second["id"] == letter.message_id


@pytest.mark.parametrize("manner", ["hang_greeting", "no_greeting", "full", "later"])
def test_a_mail_that_was_surely_not_taken_waits(
    sink: Outside, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "SECONDS", 1.0)
    sink.behave(manner)
    mail()
    letter = go()
    assert (letter.state, letter.is_doubtful) == (LetterState.WAITING, False)
    sink.behave("well")
    assert go(SOON).state == LetterState.SENT
    assert len(sink.mails()) == 1


class TestSecrets:
    """A password is told to whom it belongs, and to nobody who listens."""

    @pytest.fixture
    def server(self, tmp_path: Path, settings: Any) -> Iterator[Outside]:
        certificate = certificate_make(tmp_path)
        folder = tmp_path / "secure"
        with outside("sink.py", folder, str(certificate), manner="secure") as found:
            address = f"smtp://linli:geheim@localhost:{found.port}"
            settings.LINLI_MAIL = MailServer.read(address, FROM)
            yield found

    def test_it_goes_over_tls(
        self, server: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
        mail()
        assert go().state == LetterState.SENT
        assert len(server.heard("secrets.jsonl")) == 1

    @pytest.mark.parametrize(("manner", "said"), [("secure", "certificate"), ("well", "no TLS")])
    def test_not_to_a_stranger_and_not_in_the_clear(
        self, server: Outside, manner: str, said: str
    ) -> None:
        server.behave(manner)
        mail()
        letter = go()
        assert (letter.state, letter.trouble) == (LetterState.WAITING, said)
        assert server.heard("secrets.jsonl") == []


@pytest.mark.parametrize(("manner", "said"), [("refuse", "smtp 550"), ("refuse_text", "smtp 554")])
def test_a_mail_that_is_refused_is_over(sink: Outside, manner: str, said: str) -> None:
    sink.behave(manner)
    mail()
    letter = go()
    assert (letter.state, letter.trouble) == (LetterState.REFUSED, said)
    go(dt.timedelta(days=1))
    assert len(sink.heard("calls.jsonl")) == 1


def test_one_refused_mail_holds_up_no_other(sink: Outside) -> None:
    sink.behave("refuse_one")
    mail("a", "nobody@city.example")
    mail("b")
    go()
    states = dict(Letter.objects.values_list("key", "state"))
    assert states == {"a": LetterState.REFUSED, "b": LetterState.SENT}


def test_a_server_that_is_gone_is_asked_more_and_more_seldom(sink: Outside) -> None:
    sink.stop()
    mail("a")
    mail("b")
    now = timezone.now()
    for seconds in range(0, 600, 2):
        with time_machine.travel(now + dt.timedelta(seconds=seconds), tick=True):
            letters.letters_ask()
            run_all()
    assert Carrier.objects.get().failures <= 9
    tries = sum(Letter.objects.values_list("tries", flat=True))
    assert tries == Carrier.objects.get().failures
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.WAITING}


def test_after_a_day_a_mail_is_given_up(sink: Outside) -> None:
    sink.behave("later")
    mail()
    now = timezone.now()
    for hours in range(40):
        with time_machine.travel(now + dt.timedelta(hours=hours), tick=True):
            letters.letters_ask()
            run_all()
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.body) == (LetterState.GIVEN_UP, 11, "")


def test_what_nobody_needs_any_more_is_not_sent(sms: Outside) -> None:
    text(ends_at=timezone.now() + SOON)
    sms.behave("503")
    assert go().state == LetterState.WAITING
    letter = go(2 * SOON)
    assert (letter.state, letter.trouble, letter.body) == (LetterState.GIVEN_UP, OVER, "")
    assert len(sms.texts()) == 1


def test_where_nothing_is_to_be_sent_nothing_is_written(sms: Outside) -> None:
    text("a")
    go()
    sms.behave("503")
    text("b")
    go()
    with CaptureQueriesContext(connection) as captured:
        assert letters.letters_ask() == 0
    assert len(captured) <= 5
    assert not [each for each in captured.captured_queries if not each["sql"].startswith("SELECT")]


def test_old_letters_are_forgotten(sms: Outside) -> None:
    text("a")
    go()
    sms.behave("400")
    text("b")
    go()
    sms.behave("500")
    text("c")
    go()
    later = timezone.now() + dt.timedelta(minutes=1)
    assert selectors.letters_sent_aged(later).delete()[0] == 1
    assert selectors.letters_ended_aged(later).delete()[0] == 1
    assert Letter.objects.get().state == LetterState.UNCERTAIN


class TestSettling:
    """What a person does about a letter in doubt."""

    @pytest.fixture
    def letter(self, sms: Outside) -> Letter:
        sms.behave("500")
        text()
        found = go()
        sms.behave("200")
        return found

    def keeper(self, *permissions: str) -> Any:
        tree = city_tree()
        role_define("keeper", list(permissions))
        return proven(GrantFactory.create(role="keeper", place=tree.district).account)

    def test_a_text_is_repeated_by_a_person_who_is_on_record(
        self, letter: Letter, sms: Outside
    ) -> None:
        actor = self.keeper(Perm.SETTLE)
        services.letter_repeat(actor=actor, letter=letter)
        assert go(SOON).state == LetterState.SENT
        first, second = sms.texts()
        assert first["body"] == second["body"]
        row = AuditRecord.objects.get(verb=Verb.LETTER_REPEATED)
        assert (row.actor_id, row.subject_key) == (actor.account_id, str(letter.pk))
        assert row.detail == {"channel": "sms", "kind": "record_sealed"}

    def test_or_left_as_it_is_and_emptied(self, letter: Letter, sms: Outside) -> None:
        services.letter_leave(actor=self.keeper(Perm.SETTLE), letter=letter)
        left = go(SOON)
        assert (left.state, left.address, left.body) == (LetterState.LEFT, "", "")
        assert len(sms.texts()) == 1
        assert AuditRecord.objects.filter(verb=Verb.LETTER_LEFT).exists()

    def test_only_by_who_may_and_only_once(self, letter: Letter) -> None:
        with pytest.raises(Forbidden):
            services.letter_repeat(actor=self.keeper(Perm.VIEW), letter=letter)
        services.letter_leave(actor=SYSTEM, letter=letter)
        for settle in (services.letter_repeat, services.letter_leave):
            with pytest.raises(Conflict):
                settle(actor=SYSTEM, letter=letter)

    def test_what_nobody_needs_any_more_is_not_repeated(self, letter: Letter) -> None:
        Letter.objects.update(ends_at=timezone.now())
        with pytest.raises(Conflict):
            services.letter_repeat(actor=SYSTEM, letter=letter)


def test_figures_tell_what_waits_and_what_is_in_doubt(sms: Outside) -> None:
    assert (selectors.waiting_count(), selectors.oldest_seconds()) == (0, 0.0)
    sms.behave("500")
    text("a")
    go()
    text("b")
    with time_machine.travel(timezone.now() + SOON, tick=True):
        assert (selectors.waiting_count(), selectors.uncertain_count()) == (1, 1)
        assert 60 <= selectors.oldest_seconds() < 70
    sms_standing = next(each for each in selectors.letters_standing() if each.channel == "sms")
    assert sms_standing.is_open
    assert sms_standing.counts[LetterState.UNCERTAIN] == 1


class Own:
    """A city's own gateway, which gets stuck."""

    def hand_over(self, envelope: gateways.Envelope) -> gateways.Outcome:
        assert envelope.address == PHONE
        assert PHONE not in repr(envelope)
        time.sleep(3)
        return gateways.Outcome(gateways.Handed.TAKEN)


class Broken:
    """A city's own gateway, which fails."""

    def hand_over(self, envelope: gateways.Envelope) -> gateways.Outcome:
        raise ValueError(envelope.address)


@pytest.mark.parametrize(("name", "trouble"), [("Own", "time"), ("Broken", "ValueError")])
def test_a_citys_own_class_is_held_to_our_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch, name: str, trouble: str
) -> None:
    settings.LINLI_SMS = f"{__name__}.{name}"
    monkeypatch.setattr(gateways, "SECONDS", 0.5)
    text()
    began = time.monotonic()
    letter = go()
    assert time.monotonic() - began < 2
    assert (letter.state, letter.trouble) == (LetterState.UNCERTAIN, trouble)

# SPDX-License-Identifier: MulanPSL-2.0
"""Letters under workers that are processes of their own: killed, two at once, one server hanging.

Each test has real connections, so that what is committed is what counts.
"""

import datetime as dt
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict
from linli.config.testing.processes import environment
from linli.config.testing.together import at_once
from linli.kernel.jobs.models import Worker
from linli.kernel.notify import letters, services
from linli.kernel.notify.models import Carrier, Letter
from linli.kernel.notify.terms import STOPPED, Channel, LetterState
from linli.kernel.notify.tests.servers import FROM, Outside, wait_for
from linli.kernel.notify.tests.test_letters import go, mail, text

pytestmark = pytest.mark.django_db(transaction=True)

LINLI = Path(sys.executable).parent / "linli"
QUEUED = 1000


@contextmanager
def worker(*servers: Outside) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with these servers, until it is killed."""
    told = {**environment(), "LINLI_WEBHOOK_ALLOW": "127.0.0.0/8"}
    for server in servers:
        if server.folder.name == "sink":
            mail = server.as_mail
            told |= {"LINLI_MAIL": f"smtp://{mail.host}:{mail.port}", "LINLI_MAIL_FROM": FROM}
        else:
            told |= {"LINLI_SMS": "http", "LINLI_SMS_URL": server.as_sms.address}
    process = subprocess.Popen([str(LINLI), "worker"], env=told, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        Worker.objects.all().delete()


def test_a_worker_killed_while_it_hands_over_leaves_doubt_and_nothing_else(
    sms: Outside, sink: Outside
) -> None:
    sms.behave("hang")
    sink.behave("hang")
    text("text")
    mail("mail")
    with worker(sms, sink) as process:
        wait_for(lambda: bool(sms.texts()) and bool(sink.mails()))
        process.kill()
        process.wait()
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENDING}
    sms.behave("200")
    sink.behave("well")
    go()
    assert (len(sms.texts()), len(sink.mails())) == (1, 1), "nobody knows yet"
    with time_machine.travel(
        timezone.now() + letters.LOST_AFTER + dt.timedelta(seconds=1), tick=True
    ):
        letters.letters_ask()
    states = dict(Letter.objects.values_list("channel", "state"))
    assert states == {Channel.SMS: LetterState.UNCERTAIN, Channel.MAIL: LetterState.UNCERTAIN}
    assert set(Letter.objects.values_list("trouble", flat=True)) == {STOPPED}
    go(dt.timedelta(days=2))
    assert Letter.objects.get(channel=Channel.MAIL).state == LetterState.SENT
    assert Letter.objects.get(channel=Channel.SMS).state == LetterState.UNCERTAIN
    first, second = sink.mails()
    assert first["id"] == second["id"]
    assert len(sms.texts()) == 1


def test_two_workers_at_once_hand_each_letter_over_once(sms: Outside, sink: Outside) -> None:
    for number in range(60):
        text(str(number))
        mail(f"m{number}")
    with worker(sms, sink), worker(sms, sink):
        wait_for(lambda: Letter.objects.filter(state=LetterState.SENT).count() == 120)
    keys = Counter(each["body"]["key"] for each in sms.texts())
    assert keys == Counter(str(number) for number in range(60))
    ids = Counter(each["id"] for each in sink.mails())
    assert len(ids) == 60
    assert set(ids.values()) == {1}


def test_two_people_at_once_repeat_a_letter_once(sms: Outside) -> None:
    sms.behave("500")
    text()
    letter = go()
    sms.behave("200")
    found = at_once(*[partial(services.letter_repeat, actor=SYSTEM, letter=letter)] * 2)
    go(dt.timedelta(minutes=1))
    assert sum(isinstance(each, Conflict) for each in found) == 1, found
    assert len(sms.texts()) == 2


@pytest.mark.both_in_full
def test_a_thousand_leave_while_the_other_server_hangs(sms: Outside, sink: Outside) -> None:
    sink.behave("hang_greeting")
    for number in range(QUEUED):
        text(str(number))
        mail(f"m{number}")
    began = time.monotonic()
    with worker(sms, sink):
        wait_for(lambda: len(sms.texts()) == QUEUED)
        took = time.monotonic() - began
        wait_for(lambda: Carrier.objects.filter(channel="mail", failures__gt=0).exists())
    assert len(sink.heard("calls.jsonl")) <= 1 + took / 15
    assert Letter.objects.filter(channel=Channel.SMS, state=LetterState.SENT).count() >= QUEUED - 1
    assert not Letter.objects.filter(channel=Channel.MAIL, is_doubtful=True).exists()
    tries = len(sink.heard("calls.jsonl"))
    told = {"fault": "mail hangs", "texts": QUEUED, "seconds": round(took, 1), "tries": tries}
    sys.stdout.write(json.dumps(told) + "\n")  # for docs/reliability.md

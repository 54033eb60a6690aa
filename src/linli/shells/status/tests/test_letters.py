# SPDX-License-Identifier: MulanPSL-2.0
"""Mails and text messages for administrators: figures, those in doubt, and nothing personal."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.access.factories import role_define
from linli.kernel.audit.models import AuditRecord
from linli.kernel.health.terms import Perm as HealthPerm
from linli.kernel.notify.models import Carrier, Letter
from linli.kernel.notify.terms import STOPPED, Channel, LetterKind, LetterState, Perm, Verb
from linli.shells.places.tests.towns import enter, staff, text_of

PHONE, WORDS = "13800138000", "your code is 123456"
PAGE = "/console/status/letters/"


@pytest.fixture
def keeper(client: Client, towns: SimpleNamespace) -> Client:
    """Somebody who sees how the platform is doing and settles letters."""
    role_define("keeper", [HealthPerm.VIEW, Perm.SETTLE])
    enter(client, staff("keeper", towns.here.city))
    return client


def letter(state: LetterState = LetterState.UNCERTAIN, **more: object) -> Letter:
    """A text message that stands so."""
    given: dict[str, object] = {
        "key": f"k{Letter.objects.count()}",
        "channel": Channel.SMS,
        "kind": LetterKind.PHONE_CODE,
        "address": PHONE,
        "body": WORDS,
        "state": state,
        "trouble": STOPPED,
        "tries": 1,
        "made_at": timezone.now(),
    }
    return Letter.objects.create(**given | more)


def test_letters_stand_by_their_state_without_anything_personal(keeper: Client) -> None:
    letter()
    letter(LetterState.WAITING)
    letter(LetterState.SENT, trouble="")
    Carrier.objects.create(channel=Channel.SMS, failures=2)
    page = keeper.get(PAGE)
    text = text_of(page)
    assert "Uncertain 1" in text
    assert "To be sent 1" in text
    assert "Sent 1" in text
    assert "Its worker was stopped while it handed over" in text
    assert "Text message: not set up" in text
    for address in (PAGE, f"{PAGE}?state=waiting", f"{PAGE}?state=nonsense", "/console/status/"):
        shown = keeper.get(address).content.decode()
        assert PHONE not in shown
        assert WORDS not in shown


def test_one_in_doubt_is_repeated_and_that_is_on_record(keeper: Client) -> None:
    found = letter()
    answer = keeper.post(reverse("console:letter_repeat", args=[found.pk]), follow=True)
    assert "handed over once more" in text_of(answer)
    found.refresh_from_db()
    assert (found.state, found.body) == (LetterState.WAITING, WORDS)
    assert AuditRecord.objects.get(verb=Verb.LETTER_REPEATED).subject_key == str(found.pk)


def test_or_left_and_then_nothing_of_it_is_kept(keeper: Client) -> None:
    found = letter()
    keeper.post(reverse("console:letter_leave", args=[found.pk]))
    found.refresh_from_db()
    assert (found.state, found.address, found.body) == (LetterState.LEFT, "", "")
    answer = keeper.post(reverse("console:letter_repeat", args=[found.pk]))
    assert answer.status_code == 409


def test_whoever_may_only_look_settles_nothing(client: Client, towns: SimpleNamespace) -> None:
    role_define("looker", [HealthPerm.VIEW])
    enter(client, staff("looker", towns.here.city))
    found = letter()
    page = client.get(PAGE).content.decode()
    assert reverse("console:letter_repeat", args=[found.pk]) not in page
    for name in ("letter_repeat", "letter_leave"):
        assert client.post(reverse(f"console:{name}", args=[found.pk])).status_code == 404
    found.refresh_from_db()
    assert found.state == LetterState.UNCERTAIN


def test_others_get_no_such_page(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.resident)
    assert client.get(PAGE).status_code == 404


def test_a_letter_that_is_not_there_is_missing(keeper: Client) -> None:
    assert keeper.post(reverse("console:letter_repeat", args=[99])).status_code == 404


def test_figures_stand_in_the_metrics(client: Client, db: None, settings: object) -> None:
    settings.LINLI_METRICS_TOKEN = "t"  # type: ignore[attr-defined]
    letter()
    letter(LetterState.WAITING)
    told = client.get("/metrics", HTTP_AUTHORIZATION="Bearer t").content.decode()
    assert "\nlinli_notify_letters_waiting 1\n" in told
    assert "\nlinli_notify_letters_uncertain 1\n" in told
    assert "\nlinli_notify_letter_oldest_seconds 0." in told

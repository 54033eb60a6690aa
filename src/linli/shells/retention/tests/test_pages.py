# SPDX-License-Identifier: MulanPSL-2.0
"""Retention in the console: classes, periods and ledger are read, and a period is set."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from linli.kernel.audit.models import AuditRecord
from linli.kernel.retention.models import RetentionPeriod, RetentionRun
from linli.kernel.retention.terms import Verb
from linli.shells.exports.tests.test_pages import stale
from linli.shells.places.tests.towns import enter, links_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIST = "/console/retention/"
CLASS = "files.exports"
SET = f"{LIST}{CLASS}/"


def test_the_auditor_reads_classes_and_ledger_and_sets_nothing(
    client: Client, town: SimpleNamespace
) -> None:
    now = timezone.now()
    moments = {"until": now, "begun_at": now, "ended_at": now, "oldest": now, "newest": now}
    RetentionRun.objects.create(name=CLASS, version=0, days=1095, rows=3, digest="f00", **moments)
    RetentionRun.objects.create(name="events.deliveries", version=0, days=30, **moments)
    enter(client, town.auditor)
    page = client.get(LIST)
    shown = text_of(page)
    for words in ("Exports that are over", "1095 days", "at least 180 days", "3 rows", "f00"):
        assert words in shown
    assert 'data-total="1"' in page.content.decode()  # where nothing went is no line
    assert links_of(page, "retention/files") == []
    assert client.get(SET).status_code == 404


def test_the_security_administrator_sets_a_period(client: Client, town: SimpleNamespace) -> None:
    enter(client, town.security)
    assert SET in links_of(client.get(LIST), "retention")
    assert "Never less than 180 days (Cybersecurity Law, article 21)." in text_of(client.get(SET))
    form = {"days": "365", "version": "0", "reason": "按市档案要求"}
    done = client.post(SET, form, follow=True)
    assert "From tonight on the new period holds." in text_of(done)
    assert "365 days" in text_of(done)
    assert RetentionPeriod.objects.get().set_by == town.security
    assert AuditRecord.objects.latest("seq").verb == Verb.PERIOD_SET
    again = client.post(SET, form | {"days": "400"})
    assert again.status_code == 409
    assert "Somebody has set this anew" in text_of(again)


@pytest.mark.parametrize("days", ["179", "0", "-5", "", "1.5", "９９９", "1e9", "36501", "9" * 40])
def test_what_is_no_period_is_refused_and_said(
    client: Client, town: SimpleNamespace, days: str
) -> None:
    enter(client, town.security)
    refused = client.post(SET, {"days": days, "version": "0", "reason": "按要求"})
    assert refused.status_code == 422
    assert not RetentionPeriod.objects.exists()


def test_who_showed_long_ago_who_they_are_shows_it_again(
    client: Client, town: SimpleNamespace
) -> None:
    stale(client, town.security)
    answer = client.get(SET)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/prove/?for=prove_again")


def test_others_see_nothing_of_it(client: Client, town: SimpleNamespace) -> None:
    enter(client, town.system)
    assert client.get(LIST).status_code == 404
    enter(client, town.security)
    assert client.get(f"{LIST}no.class/").status_code == 404

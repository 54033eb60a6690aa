# SPDX-License-Identifier: MulanPSL-2.0
"""Notices: one a key, in the reader's language, encrypted, and never in the log."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import connection
from pydantic import ValidationError

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Forbidden, Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.notify import rules, selectors, services
from linli.kernel.notify.factories import text_define
from linli.kernel.notify.grammar import TextSpec
from linli.kernel.notify.models import Notice
from linli.kernel.notify.terms import Event, Perm, Verb

pytestmark = pytest.mark.django_db

ZH = "“{matter}”由{unit}来办，最晚{due}办结。办到哪一步在这里看：{link}"
EN = "{unit} handles “{matter}”, due by {due}. Follow it here: {link}"
VALUES: dict[str, rules.Value] = {
    "matter": "雨水井堵了",
    "unit": {"zh": "区水务局", "en": "Water bureau"},
    "due": {"zh": "3月10日", "en": "10 March"},
}


def reader(account: Any) -> Actor:
    return Actor(kind=ActorKind.ACCOUNT, account_id=account.pk)


def sent(*accounts: Any, key: str = "m1.1", **given: Any) -> list[Notice]:
    return services.notice_send(
        actor=SYSTEM,
        text="accepted",
        to_account_ids=[account.pk for account in accounts],
        values=VALUES,
        key=key,
        place_path="51/5111/",
        link="/go/matter/SQ-1/",
        **given,
    )


def test_each_reads_it_in_their_own_language() -> None:
    text_define("accepted", ZH, EN)
    here, there = AccountFactory.create(), AccountFactory.create(language="en")
    sent(here, there)
    first, second = (
        selectors.notices_for(reader(here)).get(),
        selectors.notices_for(reader(there)).get(),
    )
    assert first.said == "“雨水井堵了”由区水务局来办，最晚3月10日办结。"
    assert second.said == "Water bureau handles “雨水井堵了”, due by 10 March."
    assert first.said_with("https://x/").endswith("在这里看：https://x/")
    assert first.link == "/go/matter/SQ-1/"


def test_a_key_sends_once() -> None:
    text_define("accepted", ZH, EN)
    account, other = AccountFactory.create(), AccountFactory.create()
    assert len(sent(account)) == 1
    assert [notice.account_id for notice in sent(account, other)] == [other.pk]
    assert sent(account, other) == []
    assert Notice.objects.count() == 2
    assert AuditRecord.objects.filter(verb=Verb.NOTICE_SENT).count() == 2
    assert EventRow.objects.filter(name=Event.NOTICE_SENT).count() == 2


def test_the_nearest_text_wins_and_an_unknown_one_is_refused() -> None:
    account = AccountFactory.create()
    with pytest.raises(Invalid):
        sent(account)
    text_define("accepted", ZH, EN)
    text_define("accepted", "本市的话", place_path="51/")
    sent(account)
    assert selectors.notices_for(reader(account)).get().body == "本市的话"


def test_a_closed_account_gets_nothing() -> None:
    text_define("accepted", ZH, EN)
    assert sent(AccountFactory.create(is_active=False)) == []


def test_the_body_stands_encrypted_and_stays_out_of_the_log(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    text_define("accepted", ZH, EN)
    account = AccountFactory.create()
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        sent(account)
    assert f"notice m1.1:{account.pk} to account {account.pk}" in caplog.text
    assert "雨水井" not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("select body from notify_notice")
        (kept,) = cursor.fetchone()
    assert "雨水井" not in kept


def test_reading_is_ones_own() -> None:
    text_define("accepted", ZH, EN)
    account, other = AccountFactory.create(), AccountFactory.create()
    (notice,) = sent(account)
    kept = Notice.objects.get(key=notice.key)
    with pytest.raises(Forbidden):
        services.notice_read(actor=reader(other), notice=kept)
    assert selectors.notices_unread(reader(account)).count() == 1
    first = services.notice_read(actor=reader(account), notice=kept).read_at
    assert services.notice_read(actor=reader(account), notice=kept).read_at == first
    assert selectors.notices_unread(reader(account)).count() == 0
    sent(account, key="m1.2")
    assert services.notices_read_all(actor=reader(account)) == 1
    assert list(selectors.notices_for(SYSTEM)) == []


def test_receipts_are_for_those_who_look_after_the_place() -> None:
    text_define("accepted", ZH, EN)
    colleague, resident = GrantFactory.create().account, AccountFactory.create()
    sent(colleague, resident)
    near = Held("clerk", "51/", None, frozenset({Perm.VIEW}))
    far = Held("clerk", "52/", None, frozenset({Perm.VIEW}))
    for held, count in ((near, 1), (far, 0)):
        actor = Actor(kind=ActorKind.ACCOUNT, account_id=1, grants=(held,))
        assert selectors.receipts_visible(actor=actor, key="m1.1").count() == count


@pytest.mark.parametrize(
    "body", ["{password}", "{matter.place}", "{matter!r}", "{due:x}", "开{", "{}", "长" * 501]
)
def test_a_text_names_only_what_there_is(body: str) -> None:
    with pytest.raises(ValidationError):
        TextSpec.model_validate(
            {"label": {"zh": "提醒"}, "clause": "practice", "body": {"zh": body}}
        )


def test_moments_and_lengths_as_people_say_them() -> None:
    moment = dt.datetime(2026, 3, 10, 17, 30, tzinfo=clock.ZONE)
    assert rules.moment_words(moment) == {"zh": "3月10日周二17:30", "en": "Tue 10 Mar 17:30"}
    assert rules.length_words(dt.timedelta(hours=27)) == {"zh": "1天3小时", "en": "1 day 3 hours"}
    assert rules.length_words(dt.timedelta(minutes=65))["zh"] == "1小时5分钟"
    assert rules.length_words(dt.timedelta(seconds=5))["zh"] == "1分钟"

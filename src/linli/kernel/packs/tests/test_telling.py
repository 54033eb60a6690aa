# SPDX-License-Identifier: MulanPSL-2.0
"""Who is told of a draft: those who may approve it, and back whoever began it."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from linli.base import clock
from linli.kernel.access.factories import GrantFactory
from linli.kernel.notify.models import Definition, Notice
from linli.kernel.packs import jobs, services
from linli.kernel.packs.factories import staff, willow
from linli.kernel.packs.selectors import approvers_of
from linli.kernel.packs.tests.drafting import TODAY, approve, fresh, opened, save
from linli.kernel.units.factories import UnitFactory


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def told(city: SimpleNamespace, who: str) -> list[tuple[str, str]]:
    """The notices of somebody about drafts, oldest first: text and what is said."""
    rows = Notice.objects.filter(account=city.accounts[who], text_key__startswith="pack_draft")
    return [(row.text_key, row.said) for row in rows.order_by("pk")]


def handed_in(city: SimpleNamespace, **given: Any) -> Any:
    """A draft that changes a duty, handed in."""
    draft = opened(city, **given)
    save(city, draft, "duty:noise", lead="unit:police")
    return services.draft_propose(actor=city.writer, draft=draft.pk)


def test_those_who_may_approve_are_told_once_and_led_to_the_draft(
    city: SimpleNamespace, packs_folder: Any
) -> None:
    there = willow(packs_folder, code="529900", pack="cloud")
    draft = handed_in(city)
    for who in ("second_writer", "reviewer"):
        ((text, said),) = told(city, who)
        assert text == "pack_draft_to_approve"
        assert said == "方远提交了计划包改动“改噪声的职责”（春江市），拟从2026年3月6日起执行。"
    notice = Notice.objects.get(account=city.accounts["reviewer"])
    assert notice.link == f"/console/packs/drafts/{draft.pk}/"
    assert told(city, "writer") == told(there, "reviewer") == []
    assert Notice.objects.filter(key__startswith=f"packs.draft:{draft.pk}:1:").count() == 2


def test_whoever_wrote_a_line_holds_it_in_a_unit_or_is_gone_is_not_asked(
    city: SimpleNamespace,
) -> None:
    member = staff(city.place, "grid_worker", "何月")
    GrantFactory.create(
        account=member, role="pack_reviewer", place=city.place, unit=UnitFactory.create()
    )
    gone = staff(city.place, "pack_reviewer", "丁一")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    draft = opened(city)
    save(city, draft, "duty:noise", "second_writer", lead="unit:police")
    assert approvers_of(draft) == [city.accounts["reviewer"].pk]


def test_the_author_is_told_of_the_refusal_with_its_reason_and_of_the_approval(
    city: SimpleNamespace,
) -> None:
    draft = handed_in(city)
    services.draft_send_back(actor=city.reviewer, draft=draft.pk, note="牵头单位不对")
    services.draft_propose(actor=city.writer, draft=draft.pk)
    approve(city, draft)
    (back, yes) = told(city, "writer")
    assert back[0] == "pack_draft_returned"
    assert "要改的是：牵头单位不对" in back[1]
    assert yes[0] == "pack_draft_approved"
    assert yes[1].startswith("梁志明同意了计划包改动")
    assert len(told(city, "reviewer")) == 2
    assert len({row.key for row in Notice.objects.all()}) == Notice.objects.count()


def test_it_is_said_in_the_language_of_the_reader(city: SimpleNamespace) -> None:
    account = city.accounts["reviewer"]
    account.language = "en"
    account.save(update_fields=["language"])
    handed_in(city)
    ((_text, said),) = told(city, "reviewer")
    assert said.startswith("方远 has handed in “改噪声的职责”, a change of the plan pack of")
    assert "to hold from 2026-03-06." in said


def test_the_author_is_told_when_the_platform_sends_it_back_on_its_day(
    city: SimpleNamespace,
) -> None:
    later = handed_in(city, effective_on=TODAY + dt.timedelta(days=3))
    approve(city, later)
    meanwhile = opened(city, "second_writer")
    save(city, meanwhile, "duty:noise", "second_writer", lead="unit:water_affairs")
    services.draft_propose(actor=city.second_writer, draft=meanwhile.pk)
    approve(city, meanwhile)
    with clock.at(dt.datetime(2026, 3, 9, 8, 0, tzinfo=clock.ZONE)):
        jobs.load(later.pk)
        jobs.load(later.pk)
    texts = [text for text, _said in told(city, "writer")]
    assert sorted(texts) == [
        "pack_draft_approved",
        "pack_draft_returned",
        "pack_draft_to_approve",
    ]
    assert "对不上了" in dict(told(city, "writer"))["pack_draft_returned"]


def test_a_base_older_than_the_texts_keeps_nobody_from_handing_in(city: SimpleNamespace) -> None:
    Definition.objects.filter(key__startswith="pack_draft").delete()
    draft = handed_in(city)
    assert fresh(draft).handed_in == 1
    assert not Notice.objects.exists()

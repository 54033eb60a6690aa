# SPDX-License-Identifier: MulanPSL-2.0
"""The stories of a draft: tried as if it were in force, one by one, with nothing left behind."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.jobs import worker
from linli.kernel.packs import drafts, jobs, services
from linli.kernel.packs.archive import archive_written
from linli.kernel.packs.factories import willow_files
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.services import pack_load
from linli.kernel.packs.stories import Missed
from linli.kernel.packs.terms import DraftState, Event, Verb
from linli.kernel.packs.tests.drafting import (
    STORIES,
    TODAY,
    approve,
    fresh,
    opened,
    remove,
    save,
    set_value,
)
from linli.kernel.packs.trials import TrialView, trial_view
from linli.kernel.places.selectors import place_by_code
from linli.kernel.units.factories import UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.definitions import calendar_get, duties_in_force
from linli.kernel.workflow.models import Definition, Matter, Timer

LATER = STORIES.replace("2026-06-16T17:30", "2026-06-17T17:30")


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def town(city: SimpleNamespace) -> SimpleNamespace:
    """The small city with two stories in its pack, and the units of which they tell."""
    (city.folder / "stories.toml").write_text(STORIES, "utf-8")
    pack_load(actor=SYSTEM, folder=city.folder)
    for key in ("subdistrict_office", "urban_management", "police", "housing", "environment"):
        UnitFactory.create(key=key, place=city.place)
    return city


def trial_of(draft: PackDraft) -> TrialView:
    """How far the trial of a draft is."""
    row = fresh(draft)
    return trial_view(row, drafts.draft_view(row))


def tried(draft: PackDraft) -> dict[str, tuple[Missed, ...] | None]:
    """What each story misses once the jobs have run."""
    worker.run_all()
    return {story.key: story.missed for story in trial_of(draft).stories}


def test_a_story_that_a_draft_breaks_is_found_with_step_expected_and_found(
    town: SimpleNamespace,
) -> None:
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    assert tried(draft) == {
        "noise_on_a_friday": (Missed("offered", "unit", "unit:subdistrict_office", "unit:police"),),
        "well_lid_in_may": (),
    }
    done = AuditRecord.objects.filter(verb=Verb.DRAFT_TRIED).get()
    assert done.detail["broken"] == ["noise_on_a_friday"]
    assert EventRow.objects.filter(name=Event.DRAFT_TRIED).count() == 2


def test_a_holiday_and_a_limit_move_what_a_story_says_is_due(town: SimpleNamespace) -> None:
    draft = opened(town)
    save(town, draft, "day:2026-06-15", day="off", zh="市庆", clause="practice 通知")
    (missed,) = tried(draft)["noise_on_a_friday"] or ()
    assert (missed.what, missed.step) == ("clock:closing", "offered")
    assert (missed.expected[:16], missed.found[:16]) == ("2026-06-16T17:30", "2026-06-17T17:30")
    save(town, draft, "class:noise", close_limit="1 working_day")
    assert tried(draft)["noise_on_a_friday"] == ()


def test_what_began_after_the_day_of_a_story_does_not_hide_the_draft(
    town: SimpleNamespace,
) -> None:
    with clock.at(dt.datetime(2026, 5, 12, 9, 0, tzinfo=clock.ZONE)):
        first = opened(town, effective_on=dt.date(2026, 5, 12))
        save(town, first, "duty:well_lids", lead="unit:housing")
        worker.run_all()
        services.draft_propose(actor=town.writer, draft=first.pk, story_reason="五月起改由住建办")
        approve(town, first)
        assert fresh(first).state == DraftState.IN_FORCE
        second = opened(town, effective_on=dt.date(2026, 5, 12))
        save(town, second, "duty:well_lids", lead="unit:police")
        (missed,) = tried(second)["well_lid_in_may"] or ()
    assert missed.found == "unit:police"


def test_a_row_of_the_base_taken_away_is_away_in_the_story(town: SimpleNamespace) -> None:
    draft = opened(town)
    remove(town, draft, "day:2026-06-19")
    assert tried(draft)["noise_on_a_friday"] == ()
    remove(town, draft, "duty:noise")
    assert tried(draft)["noise_on_a_friday"] == (
        Missed("offered", "unit", "unit:subdistrict_office", "unit:environment"),
    )


def test_nothing_of_a_trial_stays_neither_in_tables_nor_in_memory(town: SimpleNamespace) -> None:
    path = town.place.path
    before = [duties_in_force(path), calendar_get("office", path)]
    rows = [table.objects.count() for table in (Definition, Unit, Matter, Timer, PackLoad)]
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    save(town, draft, "day:2026-06-15", day="off", zh="市庆", clause="practice 通知")
    tried(draft)
    assert [duties_in_force(path), calendar_get("office", path)] == before
    tables = (Definition, Unit, Matter, Timer, PackLoad)
    assert [table.objects.count() for table in tables] == rows
    assert PackDraft.objects.get().files != willow_files()


def test_matters_of_the_city_are_left_alone_while_a_story_lets_time_pass(
    town: SimpleNamespace,
) -> None:
    community = place_by_code("519902001001")
    assert community is not None
    own = workflow.matter_open(
        actor=SYSTEM,
        workflow="appeal",
        place=community,
        values={"what": "噪声"},
        class_key="noise",
    )
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    tried(draft)
    own.refresh_from_db()
    assert own.step == "received"
    assert Timer.objects.filter(matter=own, done_at__isnull=False).count() == 0


def test_a_draft_that_breaks_a_story_is_handed_in_with_a_reason_only(
    town: SimpleNamespace,
) -> None:
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    with pytest.raises(Conflict, match="still being tried") as early:
        services.draft_propose(actor=town.writer, draft=draft.pk)
    assert early.value.code == "draft_untried"
    worker.run_all()
    with pytest.raises(Invalid, match="Noise on a Friday") as refusal:
        services.draft_propose(actor=town.writer, draft=draft.pk, story_reason="  ")
    assert refusal.value.code == "draft_story"
    row = services.draft_propose(
        actor=town.writer, draft=draft.pk, story_reason="会上定了由派出所牵头"
    )
    assert (row.state, row.story_reason) == (DraftState.PROPOSED, "会上定了由派出所牵头")
    proposed = AuditRecord.objects.filter(verb=Verb.DRAFT_PROPOSED).get()
    assert proposed.detail["stories_broken"] == ["noise_on_a_friday"]
    assert trial_of(draft).broken
    approve(town, draft)
    assert fresh(draft).state == DraftState.IN_FORCE


def test_a_draft_that_changes_the_story_too_needs_no_reason(town: SimpleNamespace) -> None:
    files = {**willow_files(), "stories.toml": LATER}
    draft = opened(town, archive=archive_written(files, town.pack))
    assert tried(draft)["noise_on_a_friday"] != ()
    with pytest.raises(Invalid, match="Noise on a Friday"):
        services.draft_propose(actor=town.writer, draft=draft.pk)
    save(town, draft, "day:2026-06-15", day="off", zh="市庆", clause="practice 通知")
    assert tried(draft)["noise_on_a_friday"] == ()
    row = services.draft_propose(actor=town.writer, draft=draft.pk, story_reason="不用写")
    assert row.story_reason == ""


def test_a_story_that_did_not_hold_before_holds_nobody_up(city: SimpleNamespace) -> None:
    (city.folder / "stories.toml").write_text(LATER, "utf-8")
    pack_load(actor=SYSTEM, folder=city.folder)
    draft = opened(city)
    save(city, draft, "duty:well_lids", support="unit:police")
    worker.run_all()
    (story, _other) = trial_of(draft).stories
    assert (bool(story.missed), story.was_so, story.is_broken) == (True, True, False)
    row = services.draft_propose(actor=city.writer, draft=draft.pk)
    assert row.state == DraftState.PROPOSED


def test_a_trial_goes_on_where_it_stopped_and_twice_does_no_harm(town: SimpleNamespace) -> None:
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    plan = services.trial_plan(draft.pk)
    assert plan is not None
    assert services.draft_try_next(actor=SYSTEM, draft=draft.pk, plan=plan)
    assert (trial_of(draft).done, trial_of(draft).is_over) == (1, False)
    jobs.try_stories(draft.pk)
    assert trial_of(draft).is_over
    jobs.try_stories(draft.pk)
    worker.run_all()
    assert AuditRecord.objects.filter(verb=Verb.DRAFT_TRIED).count() == 1


def test_what_is_changed_meanwhile_ends_the_trial_and_begins_another(
    town: SimpleNamespace,
) -> None:
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:police")
    plan = services.trial_plan(draft.pk)
    assert plan is not None
    save(town, draft, "duty:noise", lead="unit:housing")
    assert not services.draft_try_next(actor=SYSTEM, draft=draft.pk, plan=plan)
    assert trial_of(draft).done == 0
    (missed,) = tried(draft)["noise_on_a_friday"] or ()
    assert missed.found == "unit:housing"


def test_another_version_that_comes_meanwhile_asks_for_another_trial(
    town: SimpleNamespace,
) -> None:
    draft, other = opened(town), opened(town)
    save(town, draft, "duty:well_lids", support="unit:police")
    save(town, other, "day:2026-03-10", day="off", zh="市庆", clause="practice 通知")
    worker.run_all()
    services.draft_propose(actor=town.writer, draft=other.pk)
    approve(town, other)
    assert not trial_of(draft).is_over
    with pytest.raises(Conflict, match="still being tried"):
        services.draft_propose(actor=town.writer, draft=draft.pk)
    worker.run_all()
    assert trial_of(draft).is_over
    services.draft_try(actor=town.writer, draft=draft.pk)
    assert trial_of(draft).done == 0
    worker.run_all()
    row = services.draft_propose(actor=town.writer, draft=draft.pk)
    assert row.state == DraftState.PROPOSED


def test_a_story_that_cannot_begin_says_why_in_both_languages(town: SimpleNamespace) -> None:
    text = STORIES.replace("519902001001", "519900")
    files = {**willow_files(), "stories.toml": text}
    draft = opened(town, archive=archive_written(files, town.pack))
    save(town, draft, "duty:noise", lead="unit:police")
    (missed,) = tried(draft)["noise_on_a_friday"] or ()
    assert (missed.what, missed.found) == ("begin", "Please choose a more exact place.")
    assert re.search("[一-鿿]", missed.found_zh)


def test_what_is_to_be_mended_first_is_not_tried(town: SimpleNamespace) -> None:
    draft = opened(town)
    save(town, draft, "duty:noise", lead="unit:polise")
    assert services.trial_plan(draft.pk) is None
    assert tried(draft) == {"noise_on_a_friday": None, "well_lid_in_may": None}
    assert not trial_of(draft).is_open


def test_a_pack_without_stories_waits_for_nothing(city: SimpleNamespace) -> None:
    draft = opened(city)
    set_value(city, draft, "role:grid_worker", "label.zh", "网格管家")
    assert worker.run_all() == 0
    row = services.draft_propose(actor=city.writer, draft=draft.pk)
    assert row.state == DraftState.PROPOSED


def test_who_may_not_edit_asks_for_no_trial_and_nobody_tries_what_is_handed_in(
    town: SimpleNamespace,
) -> None:
    draft = opened(town, effective_on=TODAY)
    save(town, draft, "duty:well_lids", support="unit:police")
    worker.run_all()
    with pytest.raises(Forbidden):
        services.draft_try(actor=town.reviewer, draft=draft.pk)
    plan = services.trial_plan(draft.pk)
    assert plan is not None
    with pytest.raises(Forbidden):
        services.draft_try_next(actor=town.reviewer, draft=draft.pk, plan=plan)
    services.draft_propose(actor=town.writer, draft=draft.pk)
    with pytest.raises(Conflict, match="cannot be changed now"):
        services.draft_try(actor=town.writer, draft=draft.pk)
    assert not services.draft_try_next(actor=SYSTEM, draft=draft.pk, plan=plan)
    assert services.trial_plan(draft.pk) is None

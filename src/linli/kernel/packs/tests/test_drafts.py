# SPDX-License-Identifier: MulanPSL-2.0
"""Drafts: written row by row, approved by a second person, in force on their day."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from linli.base import clock
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.forms.models import Definition as Class
from linli.kernel.jobs import queue
from linli.kernel.packs import drafts, jobs, services
from linli.kernel.packs.factories import staff, willow
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.said import row_said, value_said
from linli.kernel.packs.selectors import drafts_to_approve, drafts_visible
from linli.kernel.packs.terms import DraftState, Event, Verb
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.models import Definition

TODAY = dt.date(2026, 3, 6)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def opened(city: SimpleNamespace, who: str = "writer", **given: Any) -> PackDraft:
    """A draft of the city's pack, in force from today if nothing else is said."""
    given.setdefault("title", "改噪声的职责")
    on = given.pop("on", TODAY)
    actor = getattr(city, who)
    draft = services.draft_open(actor=actor, pack=city.pack, **given)
    if on is not None:
        services.draft_describe(actor=actor, draft=draft.pk, title=draft.title, effective_on=on)
    return fresh(draft)


def fresh(draft: PackDraft) -> PackDraft:
    """The draft as it stands now."""
    return PackDraft.objects.get(pk=draft.pk)


def seen(draft: PackDraft, kind: str, key: str) -> str:
    """What a page shows of a row, as a sign."""
    says = row_said(fresh(draft).files, kind, key)
    return drafts.mark_of(says) if says is not None else ""


def save(city: SimpleNamespace, draft: PackDraft, kind: str, key: str, **cells: str) -> PackDraft:
    """Change some cells of a row, as a page that shows it now would."""
    says = row_said(fresh(draft).files, kind, key) or {}
    given = {**says, **cells}
    return services.row_save(
        actor=city.writer,
        draft=draft.pk,
        kind=kind,
        key=key,
        cells=given,
        seen=seen(draft, kind, key),
    )


def set_value(city: SimpleNamespace, draft: PackDraft, name: str, path: str, value: Any) -> None:
    """Change one value, as a page that shows it now would."""
    way = path.split(".")
    says = value_said(fresh(draft).files, name, way)
    mark = drafts.mark_of(says) if says is not None else ""
    services.value_save(
        actor=city.writer, draft=draft.pk, name=name, path=way, value=value, seen=mark
    )


def approve(city: SimpleNamespace, draft: PackDraft, who: str = "reviewer") -> PackDraft:
    """Propose and approve."""
    if fresh(draft).state != DraftState.PROPOSED:
        services.draft_propose(actor=city.writer, draft=draft.pk)
    mark = drafts.mark_of(fresh(draft).files)
    return services.draft_approve(actor=getattr(city, who), draft=draft.pk, seen=mark)


def lead_of(city: SimpleNamespace, key: str, path: str | None = None) -> str:
    """Which unit leads by a row of the duty list in force at the city; "" where there is none."""
    where = city.place.path if path is None else path
    row = Definition.objects.find("duty", key, where, clock.today())
    return str(row.body["lead"]).removeprefix("unit:") if row is not None else ""


def test_a_row_changes_and_every_other_line_stays(city: SimpleNamespace) -> None:
    draft = opened(city)
    before = draft.files["duties.csv"].splitlines()
    save(city, draft, "duty", "noise", lead="unit:police", support="")
    after = fresh(draft).files["duties.csv"].splitlines()
    assert after[1] == "noise,class:noise,,basic,unit:police,,practice 派单目录"
    assert (after[0], after[2]) == (before[0], before[2])


def test_what_is_approved_for_today_holds_at_once(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty", "noise", lead="unit:police")
    assert lead_of(city, "noise") == "subdistrict_office"
    approve(city, draft)
    done = fresh(draft)
    assert (done.state, lead_of(city, "noise")) == (DraftState.IN_FORCE, "police")
    assert done.load is not None
    assert done.load.account_id == city.accounts["reviewer"].pk
    assert "2026-03-06" in done.load.files["duties.csv"]
    verbs = AuditRecord.objects.filter(verb__startswith="packs.draft").order_by("pk")
    assert [row.verb for row in verbs] == [
        Verb.DRAFT_OPENED,
        Verb.DRAFT_DATED,
        Verb.DRAFT_EDITED,
        Verb.DRAFT_PROPOSED,
        Verb.DRAFT_APPROVED,
    ]
    loaded = AuditRecord.objects.filter(verb=Verb.PACK_LOADED).latest("pk")
    assert loaded.detail["approver"] == city.accounts["reviewer"].pk
    assert EventRow.objects.filter(name=Event.DRAFT_MOVED).count() == 5


def test_a_later_day_waits_for_the_job_and_twice_does_no_harm(city: SimpleNamespace) -> None:
    day = TODAY + dt.timedelta(days=3)
    draft = opened(city, on=day)
    save(city, draft, "duty", "noise", lead="unit:police")
    approve(city, draft)
    jobs.load(draft.pk)
    assert fresh(draft).state == DraftState.APPROVED
    with clock.at(dt.datetime(2026, 3, 9, 0, 1, tzinfo=clock.ZONE)):
        jobs.follow()
        queue_run()
        jobs.load(draft.pk)
        assert lead_of(city, "noise") == "police"
    assert fresh(draft).state == DraftState.IN_FORCE
    assert PackLoad.objects.filter(pack=city.pack).count() == 2


def queue_run() -> None:
    """Do the jobs that were asked for."""
    from django_tasks_db.models import DBTaskResult

    for row in DBTaskResult.objects.all():
        queue.job_run.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])


def test_the_author_never_approves_not_even_past_the_pages(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty", "noise", lead="unit:police")
    with pytest.raises(Invalid, match="You wrote this yourself") as refusal:
        approve(city, draft, "writer")
    assert refusal.value.code == "draft_own"
    with pytest.raises(IntegrityError), transaction.atomic():
        PackDraft.objects.filter(pk=draft.pk).update(approver_id=draft.author_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackDraft.objects.filter(pk=draft.pk).update(state=DraftState.APPROVED)
    assert not drafts_to_approve(actor=city.writer).exists()
    assert drafts_to_approve(actor=city.reviewer).get() == draft


def test_whoever_wrote_one_line_of_it_does_not_approve_either(city: SimpleNamespace) -> None:
    draft = opened(city)
    cells = row_said(draft.files, "duty", "noise") or {}
    services.row_save(
        actor=city.second_writer,
        draft=draft.pk,
        kind="duty",
        key="noise",
        cells={**cells, "lead": "unit:police"},
        seen=seen(draft, "duty", "noise"),
    )
    with pytest.raises(Invalid, match="You wrote this yourself"):
        approve(city, draft, "second_writer")
    assert not drafts_to_approve(actor=city.second_writer).exists()


def test_nobody_elsewhere_touches_or_sees_it(city: SimpleNamespace, packs_folder: Any) -> None:
    draft = opened(city)
    there = willow(packs_folder, code="529900", pack="cloud")
    with pytest.raises(Forbidden):
        services.draft_describe(actor=there.writer, draft=draft.pk, title="x")
    with pytest.raises(Forbidden):
        services.draft_open(actor=there.writer, pack=city.pack, title="x")
    with pytest.raises(Forbidden):
        services.draft_open(actor=city.writer, pack="base", title="x")
    with pytest.raises(Forbidden):
        services.draft_propose(actor=city.reviewer, draft=draft.pk)
    assert not drafts_visible(actor=there.writer).exists()
    assert drafts_visible(actor=city.reviewer).get() == draft


def test_a_row_of_the_base_becomes_the_citys_own_and_comes_back(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty", "garbage", lead="unit:police")
    approve(city, draft)
    assert lead_of(city, "garbage") == "police"
    back = opened(city)
    services.row_return(
        actor=city.writer,
        draft=back.pk,
        kind="duty",
        key="garbage",
        seen=seen(back, "duty", "garbage"),
    )
    approve(city, back)
    assert lead_of(city, "garbage") == "urban_management"
    load = fresh(back).load
    assert load is not None
    assert "garbage" not in load.files["duties.csv"]


def test_a_row_of_the_base_is_taken_away_here_only(city: SimpleNamespace) -> None:
    draft = opened(city)
    services.row_remove(
        actor=city.writer,
        draft=draft.pk,
        kind="duty",
        key="garbage",
        seen=seen(draft, "duty", "garbage"),
    )
    view = drafts.draft_view(fresh(draft))
    assert view.problems == []
    assert [(change.name, change.now) for change in view.changes] == [("duty:garbage", None)]
    approve(city, draft)
    assert (lead_of(city, "garbage"), lead_of(city, "garbage", "")) == ("", "urban_management")


def test_what_another_row_needs_is_not_taken_away(city: SimpleNamespace) -> None:
    draft = opened(city)
    services.row_remove(
        actor=city.writer,
        draft=draft.pk,
        kind="class",
        key="garbage",
        seen=seen(draft, "class", "garbage"),
    )
    problems = [str(problem) for problem in drafts.draft_view(fresh(draft)).problems]
    assert any("class:garbage: is removed here, and duty:garbage" in one for one in problems)
    with pytest.raises(Invalid, match="to be mended first"):
        services.draft_propose(actor=city.writer, draft=draft.pk)


def test_a_limit_is_changed_in_an_overlay_and_keeps_comments(city: SimpleNamespace) -> None:
    draft = opened(city)
    set_value(city, draft, "workflow:hazard", "steps.grading.limit", "3 working_days")
    set_value(city, draft, "role:grid_worker", "label.zh", "网格管家")
    files = fresh(draft).files
    assert 'extends = "workflow:hazard"' in files["workflows/hazard.toml"]
    assert "# 别的照底本" in files["roles.toml"]
    assert "# 本市的岗位名称。" in files["roles.toml"]
    approve(city, draft)
    body = workflow_get("hazard", city.place.path).body
    assert body["steps"]["grading"]["limit"] == "3 working_days"
    assert body["steps"]["treating"]["limit"] == "class.close_limit"
    assert workflow_get("hazard", "").body["steps"]["grading"]["limit"] == "1 working_day"


def test_limits_of_classes_hold_for_what_begins_from_then_on(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "class", "noise", close_limit="4 working_days")
    approve(city, draft)
    days = (TODAY, TODAY - dt.timedelta(days=1))
    rows = [Class.objects.find("class", "noise", city.place.path, day) for day in days]
    limits = [row.body["close_limit"] for row in rows if row is not None]
    assert limits == ["4 working_days", "2 working_days"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"lead": "unit:polise"}, 'did you mean "police"'),
        ({"list": "basics"}, "Input should be"),
        ({"clause": "nowhere 3"}, "which is no source"),
    ],
)
def test_a_broken_row_is_kept_in_the_draft_and_never_proposed(
    city: SimpleNamespace, change: dict[str, str], text: str
) -> None:
    draft = opened(city)
    save(city, draft, "duty", "noise", **change)
    (problem,) = drafts.draft_view(fresh(draft)).problems
    assert text in problem.told
    assert (problem.file, problem.line) == ("duties.csv", 2)
    with translation.override("zh-hans"):
        assert text not in problem.told or "did you mean" not in text
    with pytest.raises(Invalid) as refusal:
        services.draft_propose(actor=city.writer, draft=draft.pk)
    assert refusal.value.code == "draft_broken"


def test_a_change_that_is_refused_blocks_proposing(city: SimpleNamespace) -> None:
    draft = opened(city)
    set_value(city, draft, "form:hazard", "fields.what.type", "date")
    view = drafts.draft_view(fresh(draft))
    assert [change.path for change in view.refused] == ["fields.what.type"]
    with pytest.raises(Invalid) as refusal:
        services.draft_propose(actor=city.writer, draft=draft.pk)
    assert refusal.value.code == "draft_refused"


def test_a_draft_names_a_title_a_day_to_come_and_a_change(city: SimpleNamespace) -> None:
    with pytest.raises(Invalid, match="what is to change"):
        services.draft_open(actor=city.writer, pack=city.pack, title=" ")
    draft = opened(city, on=None)
    with pytest.raises(Invalid, match="lies in the past"):
        services.draft_describe(
            actor=city.writer,
            draft=draft.pk,
            title="x",
            effective_on=TODAY - dt.timedelta(days=1),
        )
    with pytest.raises(Invalid, match="from which day"):
        services.draft_propose(actor=city.writer, draft=draft.pk)
    services.draft_describe(actor=city.writer, draft=draft.pk, title="x", effective_on=TODAY)
    with pytest.raises(Invalid, match="changes nothing yet"):
        services.draft_propose(actor=city.writer, draft=draft.pk)


def test_a_draft_goes_back_with_a_word_is_mended_and_dropped(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty", "noise", lead="unit:police")
    services.draft_propose(actor=city.writer, draft=draft.pk)
    with pytest.raises(Conflict, match="cannot be changed now"):
        save(city, draft, "duty", "noise", lead="unit:water_affairs")
    with pytest.raises(Invalid, match="Say what is to be mended"):
        services.draft_send_back(actor=city.reviewer, draft=draft.pk, note="")
    services.draft_send_back(actor=city.reviewer, draft=draft.pk, note="再想想")
    assert (fresh(draft).state, fresh(draft).note) == (DraftState.SENT_BACK, "再想想")
    save(city, draft, "duty", "noise", lead="unit:water_affairs")
    assert fresh(draft).state == DraftState.OPEN
    services.draft_propose(actor=city.writer, draft=draft.pk)
    services.draft_take_back(actor=city.writer, draft=draft.pk)
    services.draft_drop(actor=city.writer, draft=draft.pk)
    with pytest.raises(Conflict):
        services.draft_drop(actor=city.writer, draft=draft.pk)
    assert fresh(draft).state == DraftState.DROPPED


def test_what_was_changed_since_it_was_looked_at_is_not_approved(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty", "noise", lead="unit:police")
    services.draft_propose(actor=city.writer, draft=draft.pk)
    with pytest.raises(Conflict, match="since you looked at it"):
        services.draft_approve(actor=city.reviewer, draft=draft.pk, seen="something else")
    approve(city, draft)
    with pytest.raises(Conflict, match="梁志明 was first"):
        services.draft_approve(actor=city.reviewer, draft=draft.pk, seen="")


def test_a_second_draft_is_joined_to_the_version_that_came_meanwhile(
    city: SimpleNamespace,
) -> None:
    first, second = opened(city), opened(city)
    save(city, first, "duty", "noise", lead="unit:police")
    save(city, second, "duty", "well_lids", lead="unit:police")
    save(city, second, "class", "garbage", close_limit="3 working_days")
    approve(city, first)
    approve(city, second)
    assert (lead_of(city, "noise"), lead_of(city, "well_lids")) == ("police", "police")
    assert AuditRecord.objects.filter(verb=Verb.DRAFT_FOLLOWED).count() == 1


def test_the_same_row_changed_in_two_drafts_is_refused_by_name(city: SimpleNamespace) -> None:
    first, second = opened(city), opened(city)
    save(city, first, "duty", "noise", lead="unit:police")
    save(city, second, "duty", "noise", lead="unit:water_affairs")
    approve(city, first)
    with pytest.raises(Conflict, match="duty:noise"):
        services.draft_propose(actor=city.writer, draft=second.pk)
    assert drafts.draft_view(fresh(second)).crossed == ("duty:noise",)
    assert lead_of(city, "noise") == "police"


def test_an_approved_draft_that_does_not_hold_any_more_goes_back(city: SimpleNamespace) -> None:
    later = opened(city, on=TODAY + dt.timedelta(days=3))
    save(city, later, "duty", "noise", lead="unit:police")
    approve(city, later)
    meanwhile = opened(city)
    save(city, meanwhile, "duty", "noise", lead="unit:water_affairs")
    approve(city, meanwhile)
    with clock.at(dt.datetime(2026, 3, 9, 8, 0, tzinfo=clock.ZONE)):
        jobs.load(later.pk)
    done = fresh(later)
    assert (done.state, done.problems) == (DraftState.SENT_BACK, [{"crossed": "duty:noise"}])
    assert lead_of(city, "noise") == "water_affairs"


def test_the_second_who_saves_a_row_is_told_who_was_first(city: SimpleNamespace) -> None:
    draft = opened(city)
    mark = seen(draft, "duty", "noise")
    cells = row_said(draft.files, "duty", "noise") or {}
    save(city, draft, "duty", "noise", lead="unit:police")
    with pytest.raises(Conflict, match="方远 changed this at 16:30") as refusal:
        services.row_save(
            actor=city.second_writer,
            draft=draft.pk,
            kind="duty",
            key="noise",
            cells={**cells, "lead": "unit:water_affairs"},
            seen=mark,
        )
    assert refusal.value.code == "row_taken"
    assert "unit:police" in fresh(draft).files["duties.csv"]


@pytest.mark.parametrize("key", ["", "Noise", "../x", "1st", "a" * 65])
def test_a_new_row_has_a_plain_key(city: SimpleNamespace, key: str) -> None:
    draft = opened(city)
    with pytest.raises(Invalid, match="short name"):
        services.row_save(
            actor=city.writer, draft=draft.pk, kind="duty", key=key, cells={"lead": "x"}
        )
    with pytest.raises(Refused):
        services.row_save(actor=city.writer, draft=draft.pk, kind="king", key="x", cells={})


def test_a_colleague_without_the_right_changes_nothing(city: SimpleNamespace) -> None:
    from linli.kernel.access import services as access

    draft = opened(city)
    leader = access.actor_for(staff(city.place, "leader", "苏敏"))
    for deed in (services.draft_propose, services.draft_drop, services.draft_take_back):
        with pytest.raises(Forbidden):
            deed(actor=leader, draft=draft.pk)
    with pytest.raises(Forbidden):
        services.draft_approve(actor=leader, draft=draft.pk, seen="")
    with pytest.raises(Forbidden):
        services.draft_load(actor=city.reviewer, draft=draft.pk)

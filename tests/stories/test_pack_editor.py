# SPDX-License-Identifier: MulanPSL-2.0
"""A city's own staff change its pack: what runs keeps its version, holidays move clocks, and two at
once are told of each other.
"""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict
from linli.kernel.access.factories import proven
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.jobs import worker
from linli.kernel.packs import drafts, jobs, services
from linli.kernel.packs.drafts import load_files
from linli.kernel.packs.factories import staff
from linli.kernel.packs.models import PackDraft, PackEdit, PackLoad
from linli.kernel.packs.reading import folder_files
from linli.kernel.packs.said import row_said, value_said
from linli.kernel.packs.terms import DraftState
from linli.kernel.places import lookup
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.models import Clock, Matter
from tests.stories.conftest import LESHAN, NOON, City, city_make, file_appeal, matter_of
from tests.stories.test_at_once import at_once, one_winner

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY = NOON.date()
MONDAY = dt.datetime(2026, 3, 16, 0, 5, tzinfo=clock.ZONE)


@pytest.fixture
def city(transactional_db: None) -> Iterator[City]:
    """One city whose rows every connection sees; the tables are emptied afterwards."""
    lookup.forget()
    with clock.at(NOON):
        yield city_make(LESHAN)
    lookup.forget()


@pytest.fixture
def people(city: City) -> SimpleNamespace:
    """Two who write and one who approves, at the place of the pack."""
    held = {
        "writer": ("system_administrator", "方远"),
        "second": ("system_administrator", "白露"),
        "reviewer": ("pack_reviewer", "梁志明"),
    }
    found = {key: proven(staff(city.top, *one)) for key, one in held.items()}
    return SimpleNamespace(**found)


def opened(people: SimpleNamespace, on: dt.date = TUESDAY) -> PackDraft:
    """A draft of the city's pack."""
    return services.draft_open(
        actor=people.writer, pack="leshan", title="改职责和放假", effective_on=on
    )


def fresh(draft: PackDraft) -> PackDraft:
    """The draft as it stands."""
    return PackDraft.objects.get(pk=draft.pk)


def row_set(actor: Actor, draft: PackDraft, kind: str, key: str, **cells: str) -> PackDraft:
    """Change a row as a page that shows it now would."""
    says = row_said(fresh(draft).files, kind, key)
    seen = drafts.mark_of(says) if says is not None else ""
    given = {**(says or {}), **cells}
    return services.row_save(
        actor=actor, draft=draft.pk, kind=kind, key=key, cells=given, seen=seen
    )


def limit_set(actor: Actor, draft: PackDraft, name: str, path: str, value: str) -> None:
    """Change a limit as a page that shows it now would."""
    way = path.split(".")
    seen = drafts.mark_of(value_said(fresh(draft).files, name, way))
    services.value_save(actor=actor, draft=draft.pk, name=name, path=way, value=value, seen=seen)


def handed_in(people: SimpleNamespace, draft: PackDraft) -> None:
    """Hand in once the examples of the pack were tried; garbage on a Friday goes elsewhere now."""
    worker.run_all()
    reason = "会上定了换牵头单位"
    services.draft_propose(actor=people.writer, draft=draft.pk, story_reason=reason)


def approved(people: SimpleNamespace, draft: PackDraft) -> PackDraft:
    """Hand in and approve."""
    handed_in(people, draft)
    mark = drafts.mark_of(fresh(draft).files)
    services.draft_approve(actor=people.reviewer, draft=draft.pk, seen=mark)
    return fresh(draft)


def test_what_runs_keeps_its_version_and_a_new_holiday_moves_its_clock(
    city: City, people: SimpleNamespace
) -> None:
    matter = matter_of(file_appeal(city))
    closing = Clock.objects.get(matter=matter, name="closing")
    draft = opened(people)
    limit_set(people.writer, draft, "workflow:appeal", "steps.received.limit", "3 working_hours")
    holiday = {"day": "off", "zh": "市庆", "clause": "practice 市里通知"}
    services.row_save(
        actor=people.writer, draft=draft.pk, kind="day", key="2026-03-11", cells=holiday
    )
    (touched,) = {
        change.touches for change in drafts.draft_view(fresh(draft)).changes if change.path
    }
    assert touched == 1
    assert approved(people, draft).state == DraftState.IN_FORCE
    events.deliver_all()
    moved = Clock.objects.get(pk=closing.pk)
    assert moved.due_at > closing.due_at
    assert moved.derivation["changes"][-1]["is"] == "recount"
    again = Matter.objects.get(pk=matter.pk)
    assert again.definition_id == matter.definition_id
    assert again.definition.body["steps"]["received"]["limit"] == "2 working_hours"
    newest = workflow_get("appeal", city.top.path)
    assert newest.body["steps"]["received"]["limit"] == "3 working_hours"
    assert newest.starts_on == TUESDAY
    assert matter_of(file_appeal(city)).definition_id == newest.pk
    assert audit.verify().is_whole


def test_an_approved_draft_waits_for_its_day_and_comes_once(
    city: City, people: SimpleNamespace
) -> None:
    draft = opened(people, MONDAY.date())
    row_set(people.writer, draft, "duty", "garbage", lead="unit:water_affairs")
    assert approved(people, draft).state == DraftState.APPROVED
    jobs.load(draft.pk)
    assert PackLoad.objects.filter(pack="leshan").count() == 1
    with clock.at(MONDAY):
        outcomes = at_once(lambda: jobs.load(draft.pk), lambda: jobs.load(draft.pk))
        assert outcomes == [None, None]  # it is Tuesday on these connections: nothing is due yet
        jobs.load(draft.pk)
        jobs.load(draft.pk)
    assert fresh(draft).state == DraftState.IN_FORCE
    assert PackLoad.objects.filter(pack="leshan").count() == 2
    load = fresh(draft).load
    assert load is not None
    assert "garbage," in load.files["duties.csv"]
    assert f",{MONDAY.date()}" in load.files["duties.csv"]


def test_export_and_back_changes_nothing(city: City, people: SimpleNamespace) -> None:
    load = PackLoad.objects.get(pack="leshan")
    files = load_files(load)
    assert files is not None
    folder = settings.LINLI_PACKS / "leshan"
    assert {file: text.encode() for file, text in files.items()} == folder_files(folder)
    from linli.kernel.packs.archive import archive_written

    draft = services.draft_open(
        actor=people.writer,
        pack="leshan",
        title="原样",
        archive=archive_written(files, "leshan"),
    )
    view = drafts.draft_view(draft)
    assert (view.problems, view.changes) == ([], [])


def test_two_who_save_one_row_at_once(city: City, people: SimpleNamespace) -> None:
    draft = opened(people)
    says = row_said(draft.files, "duty", "garbage") or {}
    seen = drafts.mark_of(says)

    def save(actor: Actor, lead: str) -> object:
        cells = {**says, "lead": lead}
        return services.row_save(
            actor=actor, draft=draft.pk, kind="duty", key="garbage", cells=cells, seen=seen
        )

    outcomes = at_once(
        lambda: save(people.writer, "unit:police"), lambda: save(people.second, "unit:housing")
    )
    refusal = one_winner(outcomes)
    winner = "方远" if not isinstance(outcomes[0], Conflict) else "白露"
    assert winner in str(refusal)
    now = row_said(fresh(draft).files, "duty", "garbage") or {}
    assert now["lead"] == ("unit:police" if winner == "方远" else "unit:housing")
    assert PackEdit.objects.count() == 1


def test_two_rows_of_one_draft_at_once_are_both_kept(city: City, people: SimpleNamespace) -> None:
    draft = opened(people)
    at_once(
        lambda: row_set(people.writer, draft, "duty", "garbage", lead="unit:police"),
        lambda: row_set(people.second, draft, "duty", "manholes", lead="unit:police"),
    )
    leads = [row_said(fresh(draft).files, "duty", key) or {} for key in ("garbage", "manholes")]
    assert [row["lead"] for row in leads] == ["unit:police", "unit:police"]


def test_two_drafts_of_one_pack_are_joined_or_refused_by_name(
    city: City, people: SimpleNamespace
) -> None:
    first, second, third = opened(people), opened(people), opened(people)
    row_set(people.writer, first, "duty", "garbage", lead="unit:police")
    row_set(people.writer, second, "duty", "manholes", lead="unit:police")
    row_set(people.writer, third, "duty", "garbage", lead="unit:housing")
    approved(people, first)
    assert approved(people, second).state == DraftState.IN_FORCE
    with pytest.raises(Conflict, match="duty:garbage"):
        services.draft_propose(actor=people.writer, draft=third.pk)
    newest = PackLoad.objects.filter(pack="leshan").first()
    assert newest is not None
    leads = [row_said(newest.files, "duty", key) or {} for key in ("garbage", "manholes")]
    assert [row["lead"] for row in leads] == ["unit:police", "unit:police"]


def test_two_who_approve_at_once(city: City, people: SimpleNamespace) -> None:
    draft = opened(people)
    row_set(people.writer, draft, "duty", "garbage", lead="unit:police")
    handed_in(people, draft)
    mark = drafts.mark_of(fresh(draft).files)

    def approve(actor: Actor) -> object:
        return services.draft_approve(actor=actor, draft=draft.pk, seen=mark)

    one_winner(at_once(lambda: approve(people.reviewer), lambda: approve(people.second)))
    assert PackLoad.objects.filter(pack="leshan").count() == 2
    workflow.matters_tick(now=clock.now())
    assert audit.verify().is_whole

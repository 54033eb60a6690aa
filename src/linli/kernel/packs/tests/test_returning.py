# SPDX-License-Identifier: MulanPSL-2.0
"""One change of a draft taken back: the rest of the draft stays, and so does every other byte."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.packs import drafts, services
from linli.kernel.packs.factories import willow, willow_files
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.terms import DraftState, Event, Verb
from linli.kernel.packs.tests.drafting import (
    approve,
    fresh,
    opened,
    remove,
    save,
    set_value,
    sign,
    take_back,
)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def changed(draft: Any) -> list[tuple[str, str]]:
    """What a draft changes, by definition and path."""
    return [(change.name, change.path) for change in drafts.draft_view(fresh(draft)).changes]


def test_one_cell_of_a_row_is_taken_back_and_the_other_stays(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty:noise", lead="unit:police", support="unit:housing")
    assert changed(draft) == [("duty:noise", "lead"), ("duty:noise", "support")]
    take_back(city, draft, "duty:noise", "lead")
    assert changed(draft) == [("duty:noise", "support")]
    last = AuditRecord.objects.latest("pk")
    assert (last.verb, last.detail["name"], last.detail["path"]) == (
        Verb.DRAFT_EDITED,
        "duty:noise",
        "lead",
    )
    assert EventRow.objects.filter(name=Event.DRAFT_MOVED).count() == 3
    edit = fresh(draft).edits.first()
    assert edit is not None
    assert (edit.name, edit.part) == ("duty:noise", "lead")


def test_what_is_taken_back_whole_leaves_the_files_as_they_were(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty:noise", lead="unit:police")
    save(city, draft, "duty:garbage", lead="unit:police")
    save(city, draft, "duty:garbage_2", **{"class": "class:garbage"}, lead="unit:police")
    remove(city, draft, "duty:well_lids")
    remove(city, draft, "class:noise")
    save(city, draft, "day:2026-03-10", day="off", zh="市庆", clause="practice 通知")
    set_value(city, draft, "workflow:hazard", "steps.grading.limit", "3 working_days")
    set_value(city, draft, "role:grid_worker", "label.zh", "网格管家")
    for name, path in changed(draft):
        take_back(city, draft, name, path)
    assert changed(draft) == []
    assert fresh(draft).files == willow_files()


def test_a_cell_of_the_base_taken_back_gives_the_row_back_to_the_base(
    city: SimpleNamespace,
) -> None:
    draft = opened(city)
    save(city, draft, "duty:garbage", lead="unit:police", support="unit:housing")
    take_back(city, draft, "duty:garbage", "lead")
    assert "garbage," in fresh(draft).files["duties.csv"]
    take_back(city, draft, "duty:garbage", "support")
    assert fresh(draft).files == willow_files()


def test_a_value_goes_back_to_what_is_in_force_not_to_the_base(city: SimpleNamespace) -> None:
    first = opened(city)
    set_value(city, first, "workflow:hazard", "steps.grading.limit", "3 working_days")
    save(city, first, "duty:noise", lead="unit:police")
    services.draft_propose(actor=city.writer, draft=first.pk)
    approve(city, first)
    second = opened(city)
    set_value(city, second, "workflow:hazard", "steps.grading.limit", "5 working_days")
    set_value(city, second, "workflow:hazard", "steps.treating.warn", "1 working_day")
    save(city, second, "duty:noise", lead="unit:housing")
    take_back(city, second, "workflow:hazard", "steps.grading.limit")
    take_back(city, second, "duty:noise", "lead")
    assert changed(second) == [("workflow:hazard", "steps.treating.warn")]
    text = fresh(second).files["workflows/hazard.toml"]
    assert 'limit = "3 working_days"' in text
    take_back(city, second, "workflow:hazard", "steps.treating.warn")
    load = PackLoad.objects.filter(pack=city.pack).first()
    assert load is not None
    assert fresh(second).files == load.files


def test_a_row_taken_away_from_the_base_and_one_given_back_are_both_undone(
    city: SimpleNamespace,
) -> None:
    first = opened(city)
    remove(city, first, "duty:garbage")
    services.draft_propose(actor=city.writer, draft=first.pk)
    approve(city, first)
    second = opened(city)
    services.row_return(
        actor=city.writer,
        draft=second.pk,
        kind="duty",
        key="garbage",
        seen=sign(second, "duty:garbage"),
    )
    assert changed(second) == [("duty:garbage", "")]
    take_back(city, second, "duty:garbage")
    assert changed(second) == []


def test_the_second_of_two_editors_is_told_who_was_first(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty:noise", lead="unit:police", support="unit:housing")
    shown = sign(draft, "duty:noise", "lead")
    save(city, draft, "duty:noise", "second_writer", lead="unit:water_affairs")
    with pytest.raises(Conflict, match="白露 changed this at 16:30") as refusal:
        services.value_return(
            actor=city.writer, draft=draft.pk, name="duty:noise", path=["lead"], seen=shown
        )
    assert refusal.value.code == "row_taken"
    assert "unit:water_affairs" in fresh(draft).files["duties.csv"]
    take_back(city, draft, "duty:noise", "lead", "second_writer")
    assert changed(draft) == [("duty:noise", "support")]


def test_two_who_take_the_same_value_back_do_it_once(city: SimpleNamespace) -> None:
    draft = opened(city)
    set_value(city, draft, "role:grid_worker", "label.zh", "网格管家")
    shown = sign(draft, "role:grid_worker", "label", "zh")
    take_back(city, draft, "role:grid_worker", "label.zh")
    with pytest.raises(Conflict, match="方远 changed this"):
        services.value_return(
            actor=city.second_writer,
            draft=draft.pk,
            name="role:grid_worker",
            path=["label", "zh"],
            seen=shown,
        )
    assert fresh(draft).files == willow_files()


def test_somebody_elsewhere_and_a_draft_handed_in_are_refused(
    city: SimpleNamespace, packs_folder: Any
) -> None:
    there = willow(packs_folder, code="529900", pack="cloud")
    draft = opened(city)
    save(city, draft, "duty:noise", lead="unit:police")
    shown = sign(draft, "duty:noise", "lead")
    given: dict[str, Any] = {"draft": draft.pk, "name": "duty:noise", "path": ["lead"]}
    for actor in (there.writer, city.reviewer):
        with pytest.raises(Forbidden):
            services.value_return(actor=actor, **given, seen=shown)
    services.draft_propose(actor=city.writer, draft=draft.pk)
    with pytest.raises(Conflict, match="cannot be changed now"):
        services.value_return(actor=city.writer, **given, seen=shown)
    assert fresh(draft).state == DraftState.PROPOSED


@pytest.mark.parametrize(
    ("name", "path"),
    [("role:king", "label.zh"), ("", ""), ("king:x", "a.b"), ("role:grid_worker", "gives")],
)
def test_what_was_never_changed_is_not_taken_back(
    city: SimpleNamespace, name: str, path: str
) -> None:
    draft = opened(city)
    with pytest.raises(Invalid, match="cannot be changed here one by one"):
        take_back(city, draft, name, path)
    assert fresh(draft).files == willow_files()


def test_without_the_files_in_force_nothing_is_taken_back(city: SimpleNamespace) -> None:
    draft = opened(city)
    save(city, draft, "duty:noise", lead="unit:police")
    PackLoad.objects.filter(pack=city.pack).update(files={})
    (city.folder / "duties.csv").write_text("id\n", "utf-8")
    with pytest.raises(Invalid, match="before files were kept"):
        take_back(city, draft, "duty:noise", "lead")

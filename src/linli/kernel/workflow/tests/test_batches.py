# SPDX-License-Identifier: MulanPSL-2.0
"""One button on many matters, with ten seconds to think again; and a new version of a procedure."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import (
    actor_of,
    appeal_open,
    definition_keep,
    pack_entries,
)
from linli.kernel.workflow.models import Batch, Definition, Matter
from linli.kernel.workflow.selectors.waiting import engines_awaited
from linli.kernel.workflow.services import batches
from linli.kernel.workflow.terms import Verb
from linli.kernel.workflow.tests.procedures import press, sorts
from linli.kernel.workflow.tests.test_round import fresh, handled


def picked(city: SimpleNamespace, *matters: Matter) -> Batch:
    return services.batch_ask(
        actor=actor_of(city.dispatcher), move="dispatch", matters=[fresh(each) for each in matters]
    )


class TestBatches:
    def test_nothing_happens_before_its_time(self, city: SimpleNamespace) -> None:
        first, second = appeal_open(city), appeal_open(city)
        batch = picked(city, first, second)
        assert {fresh(each).step for each in (first, second)} == {"received"}
        assert services.batch_run(batch.pk) == 2
        assert {fresh(each).step for each in (first, second)} == {"offered"}
        assert services.batch_run(batch.pk) == 0

    def test_it_can_be_taken_back(self, city: SimpleNamespace) -> None:
        matter = appeal_open(city)
        batch = picked(city, matter)
        with pytest.raises(Forbidden):
            services.batch_undo(actor=actor_of(city.stranger), batch=batch.pk)
        services.batch_undo(actor=actor_of(city.dispatcher), batch=batch.pk)
        assert services.batch_run(batch.pk) == 0
        assert fresh(matter).step == "received"

    def test_it_cannot_be_taken_back_afterwards(self, city: SimpleNamespace) -> None:
        batch = picked(city, appeal_open(city))
        services.batch_run(batch.pk)
        with pytest.raises(Conflict):
            services.batch_undo(actor=actor_of(city.dispatcher), batch=batch.pk)

    def test_taken_back_while_it_runs_it_says_what_had_moved_before(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = appeal_open(city), appeal_open(city)
        batch = picked(city, first, second)

        one = batches._one

        def then_undone(*given: Any) -> None:
            one(*given)
            if not Batch.objects.get(pk=batch.pk).undone_at:
                services.batch_undo(actor=actor_of(city.dispatcher), batch=batch.pk)

        monkeypatch.setattr(batches, "_one", then_undone)
        services.batch_run(batch.pk)
        assert [fresh(each).step for each in (first, second)] == ["offered", "received"]
        view = selectors.batch_find(actor_of(city.dispatcher), batch.pk)
        assert view is not None
        assert (view.is_undone, view.is_done, view.moved, view.kept) == (True, False, 1, 1)
        (record,) = AuditRecord.objects.filter(verb=Verb.BATCH_UNDONE)
        assert record.detail["moved"] == 1

    def test_a_fault_of_ours_keeps_none_of_the_others_waiting(
        self,
        city: SimpleNamespace,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        first, second = appeal_open(city), appeal_open(city)
        batch = picked(city, first, second)

        def broken(**given: Any) -> Matter:
            if given["matter"] == first.pk:
                raise RuntimeError("王小明")
            return services.matter_move(**given)

        monkeypatch.setattr(batches, "matter_move", broken)
        assert services.batch_run(batch.pk) == 1
        assert [fresh(each).step for each in (first, second)] == ["received", "offered"]
        view = selectors.batch_find(actor_of(city.dispatcher), batch.pk)
        assert view is not None
        ((number, why),) = view.problems
        assert number == first.number
        assert "系统出了故障" in why
        assert f"matter {first.pk}: RuntimeError" in caplog.text
        assert "王小明" not in caplog.text

    def test_what_somebody_changed_meanwhile_is_left_and_said(self, city: SimpleNamespace) -> None:
        first, second = appeal_open(city), appeal_open(city)
        batch = picked(city, first, second)
        press(city.second_dispatcher, first, "dispatch")
        assert services.batch_run(batch.pk) == 1
        batch.refresh_from_db()
        why = dict(map(tuple, batch.results))
        assert why[second.pk] == ""
        assert why[first.pk] != ""

    def test_none_is_no_batch(self, city: SimpleNamespace) -> None:
        with pytest.raises(Invalid):
            picked(city)


class TestNewVersions:
    def newer(self, change: Any) -> None:
        known = pack_entries(Path(settings.LINLI_PACKS) / "base")
        body = copy.deepcopy(known["workflow"]["appeal"])
        change(body)
        definition_keep(
            "workflow",
            "appeal",
            body,
            known={**known, "workflow": {**known["workflow"], "appeal": body}},
        )

    def rename(self, body: dict[str, Any]) -> None:
        renamed = json.loads(json.dumps(body).replace('"handling"', '"working"'))
        body.clear()
        body.update(renamed)

    def test_open_matters_keep_theirs_until_they_are_moved(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        self.newer(self.rename)
        assert fresh(matter).step == "handling"
        assert selectors.moves_open(actor_of(city.handler), fresh(matter))
        with pytest.raises(Invalid) as refused:
            services.matters_migrate(actor=SYSTEM, workflow="appeal", steps={})
        assert "--map handling=" in str(refused.value.message)
        due = fresh(matter).next_due_at
        steps = {"handling": "working"}
        assert services.matters_migrate(actor=SYSTEM, workflow="appeal", steps=steps) == 1
        moved = fresh(matter)
        assert (moved.step, moved.next_due_at) == ("working", due)
        assert sorts(moved)[-1] == "corrected"
        assert selectors.moves_open(actor_of(city.handler), moved)
        assert services.matters_migrate(actor=SYSTEM, workflow="appeal", steps=steps) == 0

    def test_a_desk_does_not_become_a_hand_over(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        self.newer(self.rename)
        with pytest.raises(Invalid):
            services.matters_migrate(actor=SYSTEM, workflow="appeal", steps={"handling": "offered"})
        assert fresh(matter).step == "handling"


class TestWaiting:
    def test_what_waits_for_an_engine_loads_and_cannot_begin(self, city: SimpleNamespace) -> None:
        known = pack_entries(Path(settings.LINLI_PACKS) / "base")
        body = copy.deepcopy(known["workflow"]["appeal"])
        body["steps"]["closed"]["then"] = [{"record": "register:case", "set": {"done": True}}]
        body["steps"]["received"]["moves"]["dispatch"]["then"] = [{"publish": "publication:all"}]
        definition_keep("workflow", "appeal", body, known=known)
        definition = Definition.objects.filter(kind="workflow", key="appeal").latest("pk")
        awaited = ("publication:all", "register:case")
        assert engines_awaited(definition, city.grid.path) == awaited
        with pytest.raises(Invalid) as refused:
            appeal_open(city)
        assert refused.value.code == "no_engine"
        assert "名册台账" in str(refused.value.message)

# SPDX-License-Identifier: MulanPSL-2.0
"""A pack changes: what the change touches is said before, and a version can come back."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.access.services import actor_for
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.events import services as events
from linli.kernel.packs.commands import packs as commands
from linli.kernel.packs.diffing import Bodies, Weight, pack_diff
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.services import pack_load, pack_restore
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.factories import FRIDAY
from linli.kernel.workflow.models import Clock, Definition
from linli.kernel.workflow.services import matter_open, matters_tick
from linli.modules.appeals.services import Draft, appeal_file

PACKS = Path(__file__).parents[2] / "packs"
Edit = Callable[[str, str, str], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of the base pack that may be changed."""
    return Path(shutil.copytree(PACKS / "base", tmp_path / "base"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change one place of a file of the pack."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_label_is_harmless_a_limit_needs_a_look_and_a_type_is_refused() -> None:
    field = {"type": "text", "label": {"zh": "什么"}}
    old: Bodies = {
        "form:x": {"label": {"zh": "表"}, "fields": {"what": field}},
        "workflow:y": {"steps": {"a": {"limit": "2 days"}}},
        "text:z": {"body": {"zh": "旧"}},
    }
    new: Bodies = {
        "form:x": {
            "label": {"zh": "单子"},
            "fields": {"what": {**field, "type": "date"}, "why": {**field, "need": True}},
        },
        "workflow:y": {"steps": {"a": {"limit": "3 days"}}},
    }
    weights = {(change.name, change.path): change.weight for change in pack_diff(old, new, "")}
    assert weights == {
        ("form:x", "label.zh"): Weight.HARMLESS,
        ("form:x", "fields.what.type"): Weight.REFUSED,
        ("form:x", "fields.why"): Weight.REVIEW,
        ("workflow:y", "steps.a.limit"): Weight.REVIEW,
        ("text:z", ""): Weight.REVIEW,
    }


def test_a_change_says_how_many_live_matters_it_touches(base: Path) -> None:
    pack_load(actor=SYSTEM, folder=base)
    grid = _grid()
    for _ in range(2):
        matter_open(
            actor=SYSTEM, workflow="appeal", place=grid, values={"what": "路灯不亮"}, title="路灯"
        )
    edit(base, "workflows/appeal.toml", 'limit = "2 working_hours"', 'limit = "3 working_hours"')
    answer = CliRunner().invoke(commands, ["diff", "base", str(base), "--json"])
    (change,) = json.loads(answer.stdout)
    assert (change["name"], change["path"]) == ("workflow:appeal", "steps.received.limit")
    assert (change["weight"], change["touches"]) == ("needs review", 2)
    assert answer.exit_code == 0


def test_a_version_comes_back(base: Path) -> None:
    first = pack_load(actor=SYSTEM, folder=base)
    before = workflow_get("appeal", "").body
    edit(base, "workflows/appeal.toml", 'limit = "2 working_hours"', 'limit = "3 working_hours"')
    second = pack_load(actor=SYSTEM, folder=base)
    assert workflow_get("appeal", "").body != before
    back = pack_restore(actor=SYSTEM, pack="base", version=first.version)
    assert workflow_get("appeal", "").body == before
    assert (back.version, back.new) == (first.version, {"workflow": 1})
    assert [row.version for row in PackLoad.objects.all()] == [
        first.version,
        second.version,
        first.version,
    ]
    with pytest.raises(Invalid):
        pack_restore(actor=SYSTEM, pack="base", version="00000000")


def test_what_a_pack_does_not_say_any_more_is_not_in_force(base: Path) -> None:
    pack_load(actor=SYSTEM, folder=base)
    lines = (base / "duties.csv").read_text("utf-8").splitlines(keepends=True)
    gone = lines.pop(1).split(",")[0]
    (base / "duties.csv").write_text("".join(lines), "utf-8")
    report = pack_load(actor=SYSTEM, folder=base)
    assert report.new == {"duty": len(lines)}
    assert Definition.objects.find("duty", gone, "", clock.today()) is None


def test_new_days_off_move_the_clocks_that_run(base: Path) -> None:
    with clock.at(FRIDAY):
        pack_load(actor=SYSTEM, folder=base)
        matter = matter_open(
            actor=SYSTEM,
            workflow="appeal",
            place=_grid(),
            class_key="street_lights",
            values={"what": "路灯不亮"},
        )
        closing = Clock.objects.get(matter=matter, name="closing")
        with (base / "days.csv").open("a", encoding="utf-8") as days:
            days.write("2026-03-09,off,市庆,City day,practice 市里通知\n")
        pack_load(actor=SYSTEM, folder=base)
        events.deliver_all()
    moved = Clock.objects.get(pk=closing.pk)
    assert moved.due_at > closing.due_at
    assert moved.derivation["changes"][-1]["is"] == "recount"


def test_a_definition_is_shown_with_its_origins() -> None:
    answer = CliRunner().invoke(commands, ["show", "workflow:appeal", "--city", "leshan"])
    assert answer.exit_code == 0
    assert 'number = "SQ"   # base' in answer.stdout
    assert CliRunner().invoke(commands, ["show", "workflow:nothing"]).exit_code == 1


def test_matters_move_to_a_new_version_by_command_only(base: Path) -> None:
    pack_load(actor=SYSTEM, folder=base)
    matter = matter_open(
        actor=SYSTEM, workflow="appeal", place=_grid(), values={"what": "路灯不亮"}
    )
    rename_received(base)
    pack_load(actor=SYSTEM, folder=base)
    matter.refresh_from_db()
    assert matter.step == "received"
    refused = CliRunner().invoke(commands, ["migrate", "workflow:appeal"])
    assert refused.exit_code == 1
    assert "--map received=" in refused.output
    done = CliRunner().invoke(
        commands, ["migrate", "workflow:appeal", "--map", "received=taken_in"]
    )
    assert done.exit_code == 0, done.output
    matter.refresh_from_db()
    assert matter.step == "taken_in"


def test_the_page_of_a_matter_is_there_after_it_has_moved(base: Path, client: Client) -> None:
    pack_load(actor=SYSTEM, folder=base)
    city = city_tree("519900")
    dispatcher = AccountFactory.create()
    GrantFactory.create(account=dispatcher, role="dispatcher", place=city.subdistrict)
    draft = Draft(what="路灯不亮", place=city.grid, class_key="street_lights")
    matter = appeal_file(actor=actor_for(AccountFactory.create()), draft=draft).case.matter
    rename_received(base)
    pack_load(actor=SYSTEM, folder=base)
    moved = ["migrate", "workflow:appeal", "--map", "received=taken_in"]
    assert CliRunner().invoke(commands, moved).exit_code == 0
    log_in(client, dispatcher)
    address = f"/console/appeals/{matter.number}/"
    assert client.get(address).status_code == 200
    with clock.at(clock.now() + dt.timedelta(days=9)):
        matters_tick(of=matter)
        page = client.get(address)
    assert page.status_code == 200
    assert "“待受理”超时了" in page.content.decode()
    late = Clock.objects.get(matter=matter, name="step:taken_in")
    assert late.late_level == 1


def rename_received(base: Path) -> None:
    """Let the first step of appeals be called otherwise."""
    path = base / "workflows/appeal.toml"
    for old in ("steps.received]", "steps.received.moves]", '"received"', "offered.moves.refused"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, old.replace("received", "taken_in")), "utf-8")


def _grid() -> Place:
    found: Place = city_tree("519900").grid
    return found

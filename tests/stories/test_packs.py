# SPDX-License-Identifier: MulanPSL-2.0
"""What the packs themselves say must hold, tried for real."""

import tomllib
from pathlib import Path

import pytest

from linli.base.actor import SYSTEM
from linli.kernel.packs.models import Definition
from linli.kernel.packs.services import pack_load
from linli.kernel.packs.stories import story_run
from linli.kernel.workflow.models import Definition as Workflow
from linli.kernel.workflow.models import Matter

PACKS = Path(__file__).parents[2] / "packs"


def stories() -> list[tuple[str, str]]:
    """Pack and story of every story in the packs' files."""
    return [
        (file.parent.name, key)
        for file in sorted(PACKS.glob("*/stories.toml"))
        for key in tomllib.loads(file.read_text("utf-8"))["story"]
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("pack", "key"), stories())
def test_the_story_of_a_pack_holds(pack: str, key: str) -> None:
    pack_load(actor=SYSTEM, folder=PACKS / pack)
    story = Definition.objects.get(kind="story", key=key)
    assert story_run(story) == []


@pytest.mark.django_db
def test_a_story_leaves_nothing_behind_and_says_what_it_missed() -> None:
    pack_load(actor=SYSTEM, folder=PACKS / "leshan")
    story = Definition.objects.get(kind="story", key="friday_afternoon")
    story.body["expect"][1]["due"] = "2026-03-11 17:30:00"
    missed = story_run(story)
    assert len(missed) == 1
    assert "2026-03-10T17:30" in missed[0]
    assert not Matter.objects.exists()


@pytest.mark.django_db
def test_steps_stay_in_the_order_of_the_procedure_on_the_wall() -> None:
    pack_load(actor=SYSTEM, folder=PACKS / "leshan")
    steps = list(Workflow.objects.get(kind="workflow", key="appeal").body["steps"])
    assert steps[:5] == ["received", "offered", "handling", "verifying", "calling_back"]

# SPDX-License-Identifier: MulanPSL-2.0
"""What the packs themselves say must hold, tried for real."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.base.actor import SYSTEM
from linli.config.testing.kept import kept_for_module
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


@pytest.fixture(scope="module")
def packs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All packs that have stories, loaded once."""
    with kept_for_module(django_db_blocker):
        for pack in dict.fromkeys(pack for pack, _key in stories()):
            pack_load(actor=SYSTEM, folder=PACKS / pack)
        yield


def story_of(pack: str, key: str) -> Definition:
    """One story of a pack that was loaded."""
    return Definition.objects.get(kind="story", pack=pack, key=key)


@pytest.mark.django_db
@pytest.mark.usefixtures("packs")
@pytest.mark.parametrize(("pack", "key"), stories())
def test_the_story_of_a_pack_holds(pack: str, key: str) -> None:
    assert story_run(story_of(pack, key)) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("packs")
def test_a_story_leaves_nothing_behind_and_says_what_it_missed() -> None:
    story = story_of("leshan", "friday_afternoon")
    story.body["expect"][1]["due"] = "2026-03-11 17:30:00"
    missed = story_run(story)
    assert len(missed) == 1
    assert missed[0].found.startswith("2026-03-10T17:30")
    assert not Matter.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("packs")
def test_steps_stay_in_the_order_of_the_procedure_on_the_wall() -> None:
    steps = list(Workflow.objects.get(kind="workflow", key="appeal", pack="base").body["steps"])
    assert steps[:5] == ["received", "offered", "handling", "verifying", "calling_back"]

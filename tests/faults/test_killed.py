# SPDX-License-Identifier: MulanPSL-2.0
"""`kill -9` of each process at random moments while partners report: nothing that was acknowledged
is missing, nothing is there twice, and the platform comes back by itself.
"""

import json
import random
import subprocess
import time
from pathlib import Path

import pytest

from linli.kernel.audit.models import AuditRecord
from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.workflow.models import Matter, Move
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.terms import Verb
from tests.faults.house import (
    LINLI,
    PROCESSES,
    House,
    Reporters,
    figures,
    kill,
    reporting,
    standing,
    wait_for,
)
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db(transaction=True)

MOMENTS, ALL_MOMENTS = 4, 50
SECONDS = (0.2, 1.2)
"""How long after the platform has come back the next process is killed."""

RECOVERED = 30.0
"""Seconds within which reports have to be answered again."""


@pytest.mark.both_in_full
def test_a_process_of_each_kind_killed_loses_and_doubles_nothing(
    city: City, tokens: list[str], tmp_path: Path
) -> None:
    _kill_and_look(city, tokens, tmp_path, MOMENTS)


@pytest.mark.full
def test_fifty_processes_killed_lose_and_double_nothing(
    city: City, tokens: list[str], tmp_path: Path
) -> None:
    _kill_and_look(city, tokens, tmp_path, ALL_MOMENTS)


def _kill_and_look(city: City, tokens: list[str], folder: Path, moments: int) -> None:
    chance = random.Random(moments)
    gaps: dict[str, list[float]] = {name: [] for name in PROCESSES}
    with standing(folder) as house:
        with reporting(house, tokens, city.point) as reporters:
            for number in range(moments):
                time.sleep(chance.uniform(*SECONDS))
                name = PROCESSES[number % len(PROCESSES)]
                gaps[name].append(_killed(house, reporters, name, chance))
        _all_is_whole(reporters)
        _the_work_goes_on(house)
    assert not reporters.odd
    assert max(map(max, gaps.values())) < RECOVERED
    figures(
        f"kill -9 at {moments} moments",
        acknowledged=len(reporters.taken),
        lost=0,
        doubled=0,
        tries=reporters.tries,
        longest_gap_s={name: round(max(each), 1) for name, each in gaps.items() if each},
    )


def _killed(house: House, reporters: Reporters, name: str, chance: random.Random) -> float:
    """Kill a process of that kind; returns for how long nobody was answered around it."""
    wait_for(lambda: all(house.pids(each) for each in PROCESSES), told=house.look)
    victim = chance.choice(house.pids(name))
    assert len(house.threads("front door")) == 1, "its children are told once for each of them"
    began = time.monotonic()
    kill(victim)
    wait_for(
        lambda: victim not in house.pids(name) and all(map(house.pids, PROCESSES)),
        told=lambda: f"{name} {victim} killed: {house.look()}",
    )
    wait_for(
        lambda: sum(at > began for at in reporters.moments) >= len(reporters.tokens),
        told=lambda: f"answers after {name} {victim}: {house.look()}, {reporters.odd}",
    )
    return reporters.longest_gap(began, time.monotonic())


def _all_is_whole(reporters: Reporters) -> None:
    """What was acknowledged is there once, with all that belongs to it, and nothing else is."""
    numbers = list(Appeal.objects.values_list("number", flat=True))
    assert sorted(numbers) == sorted(reporters.taken.values())
    cases = Case.objects.values_list("matter_id", flat=True)
    assert len(set(cases)) == len(numbers)
    assert set(Matter.objects.filter(workflow="appeal").values_list("pk", flat=True)) == set(cases)
    assert set(Move.objects.values_list("matter_id", flat=True)) >= set(cases)
    filed = AuditRecord.objects.filter(verb=Verb.FILED)
    assert filed.count() == len(numbers)


def _the_work_goes_on(house: House) -> None:
    """Nothing stays in the hands of a worker that is dead, and the record is whole."""
    alive = Worker.objects.values_list("pk", flat=True)
    held = Schedule.objects.exclude(claimed_by="")
    wait_for(lambda: not held.exclude(claimed_by__in=list(alive)).exists())
    said = subprocess.run(
        [str(LINLI), "audit", "verify", "--json"],
        env=house.variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(said.stdout)["whole"]

# SPDX-License-Identifier: MulanPSL-2.0
"""What every command keeps: it works on an empty folder, prints JSON and nothing else on stdout
with `--json`, and ends with an error where it failed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from linli.config.cli import OWN, Stage, front_door
from linli.config.environment import ROOT

LINLI = Path(sys.executable).parent / "linli"
LONGEST = 120
"""Seconds that one command may take on an empty folder."""

GO_ON = {"demo", "serve", "test", "lint", "manage", "worker"}
"""These go on until they are stopped, or run other programs whose output is not theirs."""

PLACES = "code,name,level,parent_code\n519900000000,春江市,2,510000000000\n"


@dataclass(frozen=True)
class Asked:
    """A command with what it is given; `fails` where something is wrong that must be told.

    `{folder}` stands for an empty folder, `{places}` for a file with two places.
    """

    words: str
    fails: bool = False

    def __str__(self) -> str:
        return self.words


ASKED = [
    Asked("keys new"),
    Asked("keys check"),
    Asked("keys forget --from {places}", fails=True),
    Asked("keys forgotten"),
    Asked("keys retire k000000", fails=True),
    Asked("keys rotate"),
    Asked("keys status"),
    Asked("systems"),
    Asked("backup --to {folder}/out", fails=True),
    Asked("restore {folder}", fails=True),
    Asked("upgrade --to {folder}/out", fails=True),
    Asked(
        "administrators --place 519900000000 --system a --security b --security d --audit c",
        fails=True,
    ),
    Asked("audit anchor", fails=True),
    Asked("audit export --to {folder}/out"),
    Asked("audit verify"),
    Asked("audit verify --export {places}", fails=True),
    Asked("packs check base"),
    Asked("packs check nosuch", fails=True),
    Asked("packs diff base leshan"),
    Asked("packs export base {folder}/out", fails=True),
    Asked("packs facts"),
    Asked("packs load base"),
    Asked("packs load nosuch", fails=True),
    Asked("packs migrate workflow:nosuch", fails=True),
    Asked("packs show workflow:appeal"),
    Asked("packs show workflow:nosuch", fails=True),
    Asked("places check"),
    Asked("places import {places}"),
    Asked("places import {folder}/nosuch.csv", fails=True),
    Asked("appeals import {folder}/nosuch.xlsx --mapping nosuch", fails=True),
    Asked("registers import nosuch {places} --place 519900000000", fails=True),
    Asked("city make --pack nosuch", fails=True),
    Asked("city prepare --pack nosuch --size small", fails=True),
]


def leaves() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    yield from _leaves(front_door, "")


def _leaves(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None, name
        yield from _leaves(inner, f"{words} {name}".strip())


LEAVES = dict(leaves())


def has_json(words: str) -> bool:
    """Whether a command offers to print JSON."""
    return any("--json" in parameter.opts for parameter in LEAVES[words].params)


def leaf_of(asked: Asked) -> str:
    """The command among the words."""
    return next(words for words in LEAVES if f"{asked.words} ".startswith(f"{words} "))


def is_quick(asked: Asked) -> bool:
    """Whether it needs no database, which takes its time to be made."""
    verb = OWN.get(asked.words.split()[0])
    return verb is not None and verb.stage is Stage.NOTHING


def run(asked: Asked, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, on a folder where nothing is."""
    table = folder / "places.csv"
    table.write_text(PLACES, encoding="utf-8")
    words = asked.words.format(folder=folder, places=table).split()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    told = {"LINLI_DATA": str(folder / "data"), "LINLI_MODE": "demo", "LANG": "C.UTF-8"}
    return subprocess.run(
        [str(LINLI), *words, *(["--json"] if has_json(leaf_of(asked)) else [])],
        cwd=ROOT,
        env=kept | told,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


def test_every_command_is_asked_here() -> None:
    assert {leaf_of(asked) for asked in ASKED} | GO_ON == set(LEAVES)
    assert not any(has_json(words) for words in GO_ON)


@pytest.mark.parametrize("words", sorted(LEAVES))
def test_every_command_explains_itself(words: str) -> None:
    command = LEAVES[words]
    assert command.help, "a first line that says what it does"


@pytest.mark.parametrize(
    "asked",
    [pytest.param(one, marks=[] if is_quick(one) else [pytest.mark.full]) for one in ASKED],
    ids=str,
)
def test_every_command_keeps_the_contract_on_an_empty_folder(asked: Asked, tmp_path: Path) -> None:
    done = run(asked, tmp_path)
    assert (done.returncode != 0) is asked.fails, done.stderr[-2000:]
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    if has_json(leaf_of(asked)):
        assert asked.fails or done.stdout, "a command that did its work tells so"
        assert done.stdout == "" or json.loads(done.stdout) is not None
    if asked.fails:
        assert done.stderr.strip(), "what failed is said in words"

# SPDX-License-Identifier: MulanPSL-2.0
"""The front door names the verbs that there are, and each one explains itself."""

import re
import subprocess

import pytest
from click.testing import CliRunner

from linli.config.cli import OWN, declared, front_door
from linli.config.environment import ROOT


def _printed() -> list[str]:
    done = subprocess.run([ROOT / "linli"], capture_output=True, text=True, check=True)
    return re.findall(r"^  (\w+)  ", done.stdout, re.MULTILINE)


def test_the_script_prints_every_verb_and_no_other() -> None:
    assert sorted(_printed()) == sorted({**OWN, **declared()})


@pytest.mark.parametrize("verb", sorted({**OWN, **declared()}))
def test_every_verb_has_help(verb: str) -> None:
    done = CliRunner().invoke(front_door, [verb, "--help"])
    assert done.exit_code == 0, done.output


def test_an_unknown_verb_fails() -> None:
    assert CliRunner().invoke(front_door, ["dance"]).exit_code != 0

# SPDX-License-Identifier: MulanPSL-2.0
"""Every pack holds together, and loading it twice changes nothing."""

from pathlib import Path

import pytest

from linli.base.actor import SYSTEM
from linli.config.environment import ROOT
from linli.config.testing.source import committed, hold, named
from linli.kernel.packs import services as packs
from linli.kernel.packs.checking import pack_check

PACKS = sorted(path.parent for path in ROOT.glob("packs/*/pack.toml"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_pack_holds_together(folder: Path) -> None:
    hold([str(problem) for problem in pack_check(folder).problems], folder.name)


@pytest.mark.django_db
@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_loading_the_pack_twice_changes_nothing(folder: Path) -> None:
    packs.pack_load(actor=SYSTEM, folder=folder)
    assert not packs.pack_load(actor=SYSTEM, folder=folder).is_changed


def test_packs_are_data_only() -> None:
    inside = [path for path in committed() if path.is_relative_to(ROOT / "packs")]
    wrong = [named(path) for path in inside if path.suffix not in {".toml", ".csv", ".md", ".json"}]
    hold(wrong, "a pack never gains code")

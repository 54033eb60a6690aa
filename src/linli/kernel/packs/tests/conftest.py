# SPDX-License-Identifier: MulanPSL-2.0
"""The packs of a small city, on an ordinary Friday afternoon."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from linli.base import clock
from linli.kernel.packs.factories import willow
from linli.kernel.workflow.factories import FRIDAY


@pytest.fixture
def packs_folder(tmp_path: Path) -> Path:
    """A folder in which a copy of the base lies."""
    shutil.copytree(Path(settings.LINLI_PACKS) / "base", tmp_path / "base")
    return tmp_path


@pytest.fixture
def city(db: None, packs_folder: Path) -> Iterator[SimpleNamespace]:
    """The small city with its pack in force (see `willow`)."""
    with clock.at(FRIDAY):
        yield willow(packs_folder)

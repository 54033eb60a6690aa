# SPDX-License-Identifier: MulanPSL-2.0
"""A ring of its own for each test: what it rotates no other test sees."""

import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def ring_file(tmp_path: Path, settings: Any) -> Path:
    """A copy of the ring of this run."""
    copied = Path(shutil.copy(settings.LINLI_KEYS_FILE, tmp_path / "ring.json"))
    settings.LINLI_KEYS_FILE = copied
    return copied

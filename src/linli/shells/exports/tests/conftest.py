# SPDX-License-Identifier: MulanPSL-2.0
"""A small city with some cases, whose queue somebody takes out."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.modules.appeals.tests.conftest import city, kept
from linli.modules.appeals.tests.round import MONDAY, crew_of, filed
from linli.modules.appeals.tests.town import staff

__all__ = ["city", "crew", "kept"]


@pytest.fixture
def crew(city: SimpleNamespace, settings: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Whoever asks and whoever decides, and three cases, on a Monday morning."""
    settings.LINLI_DATA = tmp_path
    with clock.at(MONDAY):
        found = crew_of(city)
        found.beside = staff("leader", city.other_subdistrict, name="白雪")
        found.cases = [filed(found, what=what) for what in ("=1+1", "井盖没了", "路灯不亮")]
        yield found

# SPDX-License-Identifier: MulanPSL-2.0
"""The entry of matters in the navigation of a city whose modules show all of their procedures."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from linli.base import clock
from linli.kernel.workflow.factories import FRIDAY, definition_keep, pack_entries, small_city
from linli.shells.matters.tests.conftest import SeenBy

LIST = "/console/matters/"


@pytest.fixture
def bare_city(db: None) -> Iterator[SimpleNamespace]:
    """The same with the base pack's roles and the procedure of a module alone."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    with clock.at(FRIDAY):
        for key, body in known["role"].items():
            definition_keep("role", key, body)
        definition_keep("workflow", "appeal", known["workflow"]["appeal"])
        yield small_city()


def test_it_is_not_there_where_modules_show_everything(
    bare_city: SimpleNamespace, seen_by: SeenBy
) -> None:
    page = seen_by(bare_city.dispatcher).get("/console/")
    assert LIST not in {each.address for each in page.context["menu"]()}

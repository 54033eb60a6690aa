# SPDX-License-Identifier: MulanPSL-2.0
"""The walk of docs/how-to/add-a-procedure.md: one file, no code, and people can work with it."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.packs.checking import pack_check
from linli.kernel.packs.services import pack_load
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import FRIDAY, actor_of, small_city
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.tests.procedures import press

ROOT = Path(__file__).parents[2]
TERMS = {"agreed": True, "terms": "押金退八成，月底前搬"}


def written() -> str:
    """The file that the page tells to write."""
    page = (ROOT / "docs/how-to/add-a-procedure.md").read_text("utf-8")
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def city(db: None, tmp_path: Path) -> SimpleNamespace:
    """A city whose pack has the new file."""
    folder = Path(shutil.copytree(ROOT / "packs/base", tmp_path / "base"))
    (folder / "workflows/tenancy_quarrel.toml").write_text(written(), "utf-8")
    assert pack_check(folder).problems == []
    pack_load(actor=SYSTEM, folder=folder)
    return small_city()


def test_one_file_is_a_procedure_that_works(city: SimpleNamespace) -> None:
    with clock.at(FRIDAY):
        matter = services.matter_open(
            actor=actor_of(city.clerk),
            workflow="tenancy_quarrel",
            place=city.grid,
            title="退租押金",
            values={"what": "房东不退押金", "called": [str(city.water.pk)]},
        )
        assert matter.number.startswith("ZF-")
        assert f"{clock.local(matter.clocks.get().due_at):%m-%d %H:%M}" == "03-10 17:30"
        press(city.clerk, matter, "call")
        (visit,) = matter.children.all()
        mine = selectors.matters_open_to(actor_of(city.handler)).mine(actor_of(city.handler))
        assert list(mine) == [visit]
        press(city.handler, visit, "finish")
        press(city.clerk, matter, "settle", values=TERMS)
    assert Matter.objects.get(pk=matter.pk).end == "done"

# SPDX-License-Identifier: MulanPSL-2.0
"""A pack loaded again: from which day on what changed holds, what comes back, what is refused."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.forms import selectors as forms
from linli.kernel.packs.commands import packs as commands
from linli.kernel.packs.factories import pack_write, willow_files
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.services import LoadReport, pack_load, pack_restore
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow import definitions
from linli.kernel.workflow.factories import FRIDAY
from linli.kernel.workflow.models import Definition, Matter
from linli.kernel.workflow.services import matter_open
from linli.kernel.workflow.work import Work

pytestmark = pytest.mark.django_db

TODAY, LATER, LAST = dt.date(2026, 3, 6), dt.date(2026, 6, 1), dt.date(2026, 12, 31)


@pytest.fixture
def base(packs_folder: Path) -> Path:
    """A copy of the base that may be changed."""
    return packs_folder / "base"


def load(folder: Path, days: int = 0) -> LoadReport:
    """Load a pack so many days after the Friday."""
    with clock.at(FRIDAY + dt.timedelta(days=days)):
        return pack_load(actor=SYSTEM, folder=folder)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change one place of a file."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def lights(folder: Path, **cells: str) -> None:
    """Write cells of the class of street lights."""
    head, *rows = (folder / "classes.csv").read_text("utf-8").splitlines()
    columns = head.split(",")
    columns += [name for name in cells if name not in columns]
    at = next(number for number, row in enumerate(rows) if row.startswith("street_lights,"))
    old = dict(zip(columns, rows[at].split(","), strict=False))
    rows = [row + "," * (len(columns) - len(head.split(","))) for row in rows]
    rows[at] = ",".join({**dict.fromkeys(columns, ""), **old, **cells}[name] for name in columns)
    (folder / "classes.csv").write_text("\n".join([",".join(columns), *rows, ""]), "utf-8")


def limit(day: dt.date, path: str = "") -> str | None:
    """What the class of street lights allows on a day; None where there is no such class."""
    found = forms.class_get("street_lights", path, day)
    return found.limits["close_limit"] if found is not None else None


def opened(place: Place, workflow: str = "appeal", class_key: str = "") -> Matter:
    """A matter that begins on the Friday."""
    with clock.at(FRIDAY):
        return matter_open(
            actor=SYSTEM,
            workflow=workflow,
            place=place,
            values={"what": "路灯不亮"},
            class_key=class_key,
        )


def test_what_must_not_change_is_not_loaded_and_said_row_by_row(base: Path) -> None:
    load(base)
    edit(base, "forms/hazard.toml", 'type = "long_text"', 'type = "whole"')
    with pytest.raises(Invalid) as refused:
        load(base)
    assert refused.value.code == "load_refused"
    line = "form:hazard fields.what.type: long_text → whole   [refused]"
    assert line in str(refused.value)
    assert PackLoad.objects.count() == 1
    spec = forms.form_get("hazard", "")
    assert spec.fields["what"].type == "long_text"
    answer = CliRunner().invoke(commands, ["load", str(base)])
    assert (answer.exit_code, line in answer.output) == (1, True)


def test_what_matters_hold_on_to_is_not_taken_away_by_a_load_or_a_restore(base: Path) -> None:
    first = load(base)
    text = (base / "workflows/hazard.toml").read_text("utf-8")
    own = text.replace("workflow.hazard", "workflow.own_hazard").replace('"YH"', '"OW"')
    (base / "workflows/own_hazard.toml").write_text(own, "utf-8")
    load(base)
    opened(city_tree("519900").grid, "own_hazard")
    (base / "workflows/own_hazard.toml").unlink()
    with pytest.raises(
        Invalid, match=r"workflow:own_hazard: .* → nothing   \[refused, touches 1\]"
    ):
        load(base)
    with pytest.raises(Invalid) as refused, clock.at(FRIDAY):
        pack_restore(actor=SYSTEM, pack="base", version=first.version)
    assert refused.value.code == "load_refused"
    Matter.objects.update(ended_at=FRIDAY, end="done")
    assert load(base).is_changed


def test_a_role_that_somebody_holds_stays(packs_folder: Path) -> None:
    folder = pack_write(packs_folder / "willow", willow_files())
    kept = (folder / "roles.toml").read_text("utf-8")
    own = '\n[role.night_guard]\nlabel = {zh = "夜巡员", en = "Night guard"}\n'
    own += 'clause = "practice 试点"\nat = ["level:grid"]\n'
    (folder / "roles.toml").write_text(kept + own, "utf-8")
    place = city_tree("519900").grid
    load(folder)
    with clock.at(FRIDAY):
        GrantFactory.create(role="night_guard", place=place, starts_on=TODAY)
    (folder / "roles.toml").write_text(kept, "utf-8")
    with pytest.raises(Invalid, match="role:night_guard"):
        load(folder)


def test_a_row_of_its_own_that_a_city_drops_is_again_the_base_s_and_not_refused(
    packs_folder: Path,
) -> None:
    folder = pack_write(packs_folder / "willow", willow_files())
    place = city_tree("519900").grid
    load(folder)
    opened(place, class_key="noise")
    with clock.at(FRIDAY):
        GrantFactory.create(role="grid_worker", place=place)
    (folder / "roles.toml").unlink()
    head = (folder / "classes.csv").read_text("utf-8").splitlines()[0]
    (folder / "classes.csv").write_text(f"{head}\n", "utf-8")
    assert load(folder, 1).new["role"] == 1


def test_an_older_matter_keeps_the_limit_and_the_form_of_its_day(base: Path) -> None:
    load(base)
    matter = opened(city_tree("519900").grid, class_key="street_lights")
    with clock.at(FRIDAY + dt.timedelta(days=10)):
        lights(base, close_limit="9 working_days")
        edit(base, "forms/appeal.toml", "在哪里", "在什么地方")
        pack_load(actor=SYSTEM, folder=base)
        work = Work.reading(Matter.objects.get(pk=matter.pk), SYSTEM)
        assert work.matter_class is not None
        assert work.matter_class.limits["close_limit"] == "2 working_days"
        assert "什么地方" not in str(work.form("form:appeal"))
        assert limit(clock.today()) == "9 working_days"
        assert "什么地方" in str(forms.form_get("appeal", ""))
    assert limit(TODAY + dt.timedelta(days=9)) == "2 working_days"


def test_a_row_that_is_new_or_removed_does_not_hold_back(packs_folder: Path) -> None:
    folder = pack_write(packs_folder / "willow", willow_files())
    path = city_tree("519900").city.path
    load(folder)
    noise = (folder / "classes.csv").read_text("utf-8")
    own = "street_lights,city_services,路灯,Lights,workflow:appeal,normal,1 working_hour,"
    (folder / "classes.csv").write_text(
        f"{noise}{own}7 working_days,calendar:office,practice,\n", "utf-8"
    )
    head, *rows = (folder / "duties.csv").read_text("utf-8").splitlines()
    lines = [
        f"{head},change",
        *(f"{row}," for row in rows),
        "street_lights,,,,,,practice,remove",
        "",
    ]
    (folder / "duties.csv").write_text("\n".join(lines), "utf-8")
    assert Definition.objects.find("duty", "street_lights", path, TODAY)
    load(folder, 10)
    day = TODAY + dt.timedelta(days=10)
    assert (limit(TODAY, path), limit(day, path)) == ("2 working_days", "7 working_days")
    assert Definition.objects.find("duty", "street_lights", path, TODAY)
    assert Definition.objects.find("duty", "street_lights", path, day) is None


def test_to_and_fro_on_one_day_ends_with_what_was_loaded_last(base: Path) -> None:
    load(base)
    rows = (base / "classes.csv").read_text("utf-8")
    for _ in range(3):
        lights(base, close_limit="9 working_days")
        assert load(base).new == {"class": 1}
        assert not load(base).is_changed
        assert limit(TODAY) == "9 working_days"
        (base / "classes.csv").write_text(rows, "utf-8")
        assert load(base).new == {"class": 1}
        assert limit(TODAY) == "2 working_days"
    head, *lines = (base / "duties.csv").read_text("utf-8").splitlines()
    for _ in range(2):
        (base / "duties.csv").write_text("\n".join([head, *lines[1:], ""]), "utf-8")
        load(base)
        (base / "duties.csv").write_text("\n".join([head, *lines, ""]), "utf-8")
        load(base)
    first = lines[0].split(",")[0]
    assert definitions.duties_in_force("", TODAY)[0].key == first


def test_a_row_of_a_version_taken_back_does_not_begin_on_its_day(base: Path) -> None:
    first = load(base)
    lights(base, close_limit="7 working_days", **{"from": str(LATER)})
    load(base)
    assert (limit(TODAY), limit(LATER)) == ("2 working_days", "7 working_days")
    with clock.at(FRIDAY + dt.timedelta(days=3)):
        pack_restore(actor=SYSTEM, pack="base", version=first.version)
    assert (limit(TODAY), limit(LATER)) == ("2 working_days", "2 working_days")
    assert load(base, 4).is_changed
    assert limit(LATER) == "7 working_days"


def test_a_row_put_off_to_a_later_day_does_not_begin_on_the_earlier(base: Path) -> None:
    load(base)
    lights(base, close_limit="7 working_days", **{"from": str(LATER)})
    load(base)
    lights(base, close_limit="8 working_days", **{"from": "2026-07-01"})
    load(base)
    days = (LATER, dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    assert [limit(day) for day in days] == ["2 working_days", "2 working_days", "8 working_days"]


def test_a_row_that_was_to_come_and_is_dropped_does_not_come(base: Path) -> None:
    load(base)
    head, first, *rest = (base / "duties.csv").read_text("utf-8").splitlines()
    cells = dict(zip(head.split(","), first.split(","), strict=True))
    coming = ",".join({**cells, "id": "to_come"}[name] for name in head.split(","))
    lines = [f"{head},from", f"{first},", *(f"{row}," for row in rest)]
    (base / "duties.csv").write_text("\n".join([*lines, f"{coming},2026-06-01", ""]), "utf-8")
    load(base)
    assert Definition.objects.find("duty", "to_come", "", LATER)
    (base / "duties.csv").write_text("\n".join([*lines, ""]), "utf-8")
    load(base)
    assert Definition.objects.find("duty", "to_come", "", LATER) is None


def test_a_row_that_ends_is_not_followed_by_what_it_said_before(packs_folder: Path) -> None:
    folder, path = pack_write(packs_folder / "willow", willow_files()), "519900/"
    city_tree("519900")
    load(folder)
    lights(folder.parent / "base", until=str(LAST))
    head, noise, lids = (folder / "duties.csv").read_text("utf-8").splitlines()
    lines = [f"{head},until", f"{noise},", f"{lids},{LAST}", ""]
    (folder / "duties.csv").write_text("\n".join(lines), "utf-8")
    load(folder)
    find = Definition.objects.find
    day = LAST + dt.timedelta(days=1)
    assert (limit(LAST), limit(day)) == ("2 working_days", None)
    assert find("duty", "well_lids", path, LAST)
    assert find("duty", "well_lids", path, day) is None


def test_a_unit_with_members_or_matters_is_ended_by_hand_first(packs_folder: Path) -> None:
    folder = pack_write(packs_folder / "willow", willow_files())
    rows = "id,zh,en,place,clause\nnight_watch,夜巡队,Night watch,519900,practice\n"
    (folder / "units.csv").write_text(rows, "utf-8")
    grid = city_tree("519900").grid
    (folder / "places.csv").write_text(
        "code,zh,en,level,clause\n519900,柳荫市,Willow City,level:city,practice\n", "utf-8"
    )
    load(folder)
    unit = Unit.objects.get(key="night_watch")
    matter = opened(grid)
    Matter.objects.filter(pk=matter.pk).update(lead_unit=unit)
    (folder / "units.csv").unlink()
    with pytest.raises(Invalid, match="unit:night_watch"):
        load(folder)
    Matter.objects.filter(pk=matter.pk).update(lead_unit=None)
    load(folder)
    unit.refresh_from_db()
    assert unit.ends_on is not None

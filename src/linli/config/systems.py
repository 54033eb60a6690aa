# SPDX-License-Identifier: MulanPSL-2.0
"""The catalog of the 486 systems that the five plans name: what carries each, and whether it works.

The catalog itself is ``docs/systems.csv``. This module reads it, says what is wrong with it, and
prints it. It needs neither Django nor a database.
"""

import ast
import csv
import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from linli.config.environment import carried

COLUMNS = ("id", "zh", "en", "carried_by", "story", "state")
STATES = ("works", "declared", "planned")
HAN = re.compile("[\u4e00-\u9fff]")

# How many systems each domain has. Numbers inside a domain run from 01 without a hole.
DOMAINS = {
    "ORG": (29, "组织与网格", "Organization and grids"),
    "PTY": (11, "党建引领", "Party-building mechanisms"),
    "DAT": (17, "基础数据与共享", "Base data and sharing"),
    "CAS": (20, "民情诉求与事件", "Appeals and incidents"),
    "GOV": (22, "政务服务", "One-window services"),
    "CAR": (38, "关爱巡访", "Care and visits"),
    "VOL": (19, "志愿服务", "Volunteering"),
    "LNK": (15, "清单认领与联动", "Lists, claims and linkage"),
    "DEL": (23, "协商决策与公开", "Deliberation and disclosure"),
    "MED": (15, "调解与法治", "Mediation and law"),
    "SEC": (21, "平安建设", "Public safety"),
    "EMG": (23, "应急", "Emergencies"),
    "PRO": (16, "物业", "Property management"),
    "WRK": (35, "社区工作者队伍", "Workforce"),
    "FAC": (36, "设施与生活圈", "Facilities and life circles"),
    "SOC": (27, "社会组织与基金", "Social organizations and funds"),
    "SRV": (28, "教文体就业健康", "Education, culture, jobs, health"),
    "ECO": (9, "社区经济", "Community economy"),
    "ENV": (10, "人居环境", "Living environment"),
    "INT": (6, "融入", "Integration of new residents"),
    "BUR": (12, "减负", "Burden reduction"),
    "TSK": (18, "任务与考核", "Tasks and assessment"),
    "IND": (9, "指标与监测", "Indicators"),
    "SMT": (27, "智慧平台", "Platform and security"),
}

ENGINE_KINDS = frozenset(
    {"register", "round", "ballot", "ledger", "booking", "match", "publication", "indicator"}
)
SETTING_KINDS = ("pack", "source", "level", "role", "calendar", "choices", "form", "text", "story")
DEFINITION_KINDS = frozenset({*ENGINE_KINDS, *SETTING_KINDS, "workflow", "measure"})

# What a row that is still planned will be: a kind of definition, a part of the house, or code.
PLANNED_KINDS = frozenset(
    {*ENGINE_KINDS, "workflow", "task", "table", "setting", "house", "module"}
)
TABLES = {
    "place": "places.csv",
    "unit": "units.csv",
    "day": "days.csv",
    "class": "classes.csv",
    "duty": "duties.csv",
    "service": "services.csv",
    "task": "tasks.csv",
}
FLOORS = {"module": "modules", "engine": "engines", "kernel": "kernel", "shell": "shells"}


@dataclass(frozen=True)
class System:
    """One system, mechanism, register or figure that a plan asks for: a row of the catalog."""

    id: str
    zh: str
    en: str
    carried_by: str
    story: str
    state: str

    @property
    def domain(self) -> str:
        """The three letters before the number."""
        return self.id.partition("-")[0]


def catalog_read(path: Path) -> list[System]:
    """Read the catalog, in file order.

    Raises ``ValueError`` when the file has other columns than ``COLUMNS`` or a broken row.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
        systems = []
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{path.name}:{reader.line_num}: the row has not six cells")
            systems.append(System(**row))
    return systems


def catalog_problems(systems: Sequence[System], root: Path) -> list[str]:
    """What is not true in the catalog, one sentence each; an empty list when all of it is."""
    carriers = carriers_found(root)
    found = _id_problems(systems)
    for system in systems:
        found += [f"{system.id}: {problem}" for problem in _row_problems(system, root, carriers)]
    return found


def carriers_found(root: Path) -> set[str]:
    """Everything under ``root`` that may carry a system, as ``kind:name``.

    These are the definitions and table rows of all packs, and the folders of the floors.
    """
    source = root / "src" / "linli"
    found = {
        f"{kind}:{folder.name}"
        for kind, floor in FLOORS.items()
        for folder in (source / floor).glob("*/")
        if any(folder.glob("*.py"))
    }
    found |= {f"base:{file.stem}" for file in (source / "base").glob("[a-z]*.py")}
    for file in (root / "packs").glob("*/**/*.toml"):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for kind in DEFINITION_KINDS & content.keys():
            found |= {f"{kind}:{name}" for name in content[kind]}
    for kind, name in TABLES.items():
        for file in (root / "packs").glob(f"*/{name}"):
            found |= {f"{kind}:{row_id}" for row_id in _first_cells(file)}
            found.add(f"table:{file.stem}")
    return found


def story_exists(story: str, root: Path) -> bool:
    """Whether ``path/to/test_file.py::test_name`` names a test that is written there.

    One that is told as data is named with its case: ``test_ledgers.py::test_x[ORG-17]`` stands in
    a file of the folder ``ledgers``.
    """
    path, _, name = story.partition("::")
    name, _, case = name.partition("[")
    file = root / path
    if case and case.removesuffix("]") not in _cases_told(file):
        return False
    if not path.startswith(("tests/", "src/")) or not name.startswith("test_"):
        return False
    if not file.is_file():
        return False
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in body)


def _cases_told(file: Path) -> set[str]:
    """The cases of a test that reads them from the folder beside it."""
    folder = file.parent / file.stem.removeprefix("test_")
    return {
        case
        for path in folder.glob("*.toml")
        for case in tomllib.loads(path.read_text(encoding="utf-8"))
    }


def _first_cells(file: Path) -> Iterable[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row and not row[0].startswith("#")]
    return [row[0] for row in rows[1:]]


def _id_problems(systems: Sequence[System]) -> list[str]:
    expected = {
        f"{domain}-{number:02}"
        for domain, (size, _zh, _en) in DOMAINS.items()
        for number in range(1, size + 1)
    }
    counted = Counter(system.id for system in systems)
    return [
        *(f"{missing}: is missing" for missing in sorted(expected - counted.keys())),
        *(f"{unknown}: is no system of the plans" for unknown in sorted(counted.keys() - expected)),
        *(f"{twice}: stands here {count} times" for twice, count in counted.items() if count > 1),
    ]


def _row_problems(system: System, root: Path, carriers: set[str]) -> Iterable[str]:
    if not HAN.search(system.zh) or system.zh != system.zh.strip():
        yield "the Chinese name is empty or not clean"
    if not system.en or HAN.search(system.en) or system.en != system.en.strip():
        yield "the English name is empty or not clean"
    if system.state not in STATES:
        yield f'"{system.state}" is no state (one of {", ".join(STATES)})'
    yield from _carrier_problems(system, carriers)
    if system.state == "works" and not system.story:
        yield "works, but names no story that shows it"
    for story in filter(None, system.story.split(";")):
        if not story_exists(story, root):
            yield f'the story "{story}" is not there'


def _carrier_problems(system: System, carriers: set[str]) -> Iterable[str]:
    word, _, kind = system.carried_by.partition(" ")
    if word == "planned":
        if system.state in ("works", "declared"):
            yield f'{system.state}, but what carries it is only "{system.carried_by}"'
        if kind not in PLANNED_KINDS:
            yield f'"{kind}" is nothing that can be planned (a kind of definition, or module)'
        return
    for carrier in system.carried_by.split(";"):
        if carrier not in carriers:
            yield f'"{carrier}" is not there'


def _width(text: str) -> int:
    """How many terminal columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "FW" else 1 for mark in text)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell + " " * (widths[at] - _width(cell)) for at, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _summary(systems: Sequence[System]) -> str:
    counted = Counter((system.domain, system.state) for system in systems)
    rows: list[tuple[str, ...]] = [("", "", "", "all", *STATES)]
    for domain, (_size, zh, en) in DOMAINS.items():
        numbers = [counted[domain, state] for state in STATES]
        rows.append((domain, zh, en, str(sum(numbers)), *map(str, numbers)))
    totals = Counter(system.state for system in systems)
    rows.append(("", "", "", str(len(systems)), *(str(totals[state]) for state in STATES)))
    return _table(rows)


@click.command("systems")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, one a system.")
def systems(as_json: bool) -> None:
    """Say of each of the 486 systems whether it works, and what carries it.

    works: a passing story shows it. declared: a definition is there, no story yet.
    planned: nothing is there yet.
    """
    try:
        rows = catalog_read(carried("docs/systems.csv"))
    except (OSError, ValueError, csv.Error) as problem:
        raise click.ClickException(f"the catalog cannot be read: {problem}") from problem
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    click.echo(_table([(row.id, row.state, row.zh, row.en, row.carried_by) for row in rows]))
    click.echo()
    click.echo(_summary(rows))

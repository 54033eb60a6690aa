# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: a generated file of 634,000 places, the size of the country, is imported in under five
minutes and one gigabyte, twice adds nothing, and a subtree question then takes milliseconds.

Run: .venv/bin/python benchmarks/places_country.py [PLACES] (a data folder of its own, thrown away
after; on SQLite, then on PostgreSQL if its programs are installed)
"""

import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.kernel.places.models import Place

PLACES = 634_000
PROVINCES, PREFECTURES, COUNTIES, TOWNS = 31, 340, 2_850, 39_000
QUESTIONS = 300
FIRST = "东西南北新兴永和平安长江河山水石柳桃杏梅松竹春秋明清古大小上下前后"
SECOND = "安丰泉溪湾桥塘岭坪坝沟井店集寨堡营关口渡川原林园庄屯窑阳阴昌宁定泰"
MEASURED = "--measured"


def rows(count: int) -> Iterator[tuple[str, str]]:
    """Code and name of every place, those above before those below."""
    chance = random.Random(7)
    provinces = [f"{number:02d}" for number in range(11, 11 + PROVINCES)]
    prefectures = list(_spread(provinces, PREFECTURES, 2))
    counties = list(_spread(prefectures, COUNTIES, 2))
    towns = list(_spread(counties, TOWNS, 3))
    above = PROVINCES + PREFECTURES + COUNTIES + TOWNS
    yield from ((code, _name(chance, "省")) for code in provinces)
    yield from ((code, _name(chance, "市")) for code in prefectures)
    yield from ((code, _name(chance, chance.choice("县区市"))) for code in counties)
    yield from ((code, _name(chance, chance.choice(("镇", "乡", "街道")))) for code in towns)
    endings = ("村委会", "村委会", "社区居委会")
    communities = _spread(towns, max(count - above, 0), 3)
    yield from ((code, _name(chance, chance.choice(endings))) for code in communities)


def _spread(above: list[str], count: int, digits: int) -> Iterator[str]:
    """Codes below some others, evenly, by two or three digits more."""
    for index, code in enumerate(above):
        for number in range(1, count // len(above) + (index < count % len(above)) + 1):
            yield f"{code}{number:0{digits}d}"


def _name(chance: random.Random, ending: str) -> str:
    return f"{chance.choice(FIRST)}{chance.choice(SECOND)}{chance.choice(SECOND)}{ending}"


def file_write(path: Path, count: int) -> int:
    """Write the file; how many bytes it has."""
    with path.open("w", encoding="utf-8") as file:
        file.write("code,name\n")
        file.writelines(f"{code},{name}\n" for code, name in rows(count))
    return path.stat().st_size


def measured(file: Path) -> None:
    """In a process of its own: import the file as the command does, twice, then ask."""
    from linli.config import ready

    ready.keys()
    ready.django()
    ready.database()
    from django.db import connection

    from linli.base.actor import SYSTEM
    from linli.kernel.places.imports import places_import
    from linli.kernel.places.models import Place

    report = places_import(actor=SYSTEM, content=file.read_bytes())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    again = places_import(actor=SYSTEM, content=file.read_bytes())
    if (report.added, again.added, report.skipped) != (report.rows, 0, []):
        raise SystemExit(f"not all taken once: {report.as_json()}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE places_place")
    if Place.objects.count() != report.rows:
        raise SystemExit("the table holds another number of places than the file")
    found = {
        "database": connection.vendor,
        "places": report.rows,
        "seconds": report.seconds,
        "most_memory_mb": memory,
        "seconds_again": again.seconds,
        "questions_ms": questions(),
    }
    print(json.dumps(found))


def questions() -> dict[str, dict[str, float]]:
    """Milliseconds of questions about the tree, each about another place."""
    from linli.kernel.places import selectors
    from linli.kernel.places.models import Place

    chance = random.Random(3)

    def some(level: str) -> list[Place]:
        keys = list(Place.objects.filter(level=level).values_list("pk", flat=True))
        picked = chance.sample(keys, min(QUESTIONS, len(keys)))
        return list(Place.objects.plain().filter(pk__in=picked))

    counties, towns, communities = some("district"), some("subdistrict"), some("community")
    asked: dict[str, tuple[list[Place], Callable[[Place], object]]] = {
        "count below a prefecture": (some("city"), lambda one: selectors.subtree_count(one.path)),
        "count below a county": (counties, lambda one: selectors.subtree_count(one.path)),
        "children of a town": (towns, lambda one: list(selectors.children(one))),
        "all below a town": (towns, lambda one: list(selectors.subtree(one.path))),
        "chain above a community": (communities, selectors.chain),
        "by code": (communities, lambda one: selectors.place_by_code(one.code)),
        "point to place": (towns, lambda _one: _point_asked()),
    }
    return {name: _timed(places, ask) for name, (places, ask) in asked.items()}


def _point_asked() -> None:
    """Look at the table again, as a process does once a second."""
    from linli.kernel.places import lookup, selectors

    lookup.forget()
    selectors.place_at(103.7, 29.5)


def _timed(places: "list[Place]", ask: "Callable[[Place], object]") -> dict[str, float]:
    took = []
    for place in places:
        began = time.perf_counter()
        ask(place)
        took.append((time.perf_counter() - began) * 1000)
    twentieths = statistics.quantiles(took, n=20)
    return {"p50": round(statistics.median(took), 2), "p95": round(twentieths[18], 2)}


def run(file: Path, folder: Path, database: str) -> dict[str, object]:
    """One database, by a process of its own; `database` is its address or nothing for SQLite."""
    env = {
        **os.environ,
        "LINLI_DATA": str(folder),
        "LINLI_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    env.pop("LINLI_DATABASE_URL", None)
    if database:
        env["LINLI_DATABASE_URL"] = database
    folder.mkdir()
    command = [sys.executable, __file__, MEASURED, str(file)]
    load, began = os.getloadavg()[0], time.perf_counter()
    done = subprocess.run(  # noqa: S603 - this very file
        command, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    wall = round(time.perf_counter() - began, 1)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    return {"machine": machine, "load_before": round(load, 1), **found, "process_seconds": wall}


def main() -> None:
    """Write the file, then measure each database; one line of JSON for each."""
    from linli.config.testing.postgres import throw_away_cluster

    count = int(sys.argv[1]) if len(sys.argv) > 1 else PLACES
    work = Path(tempfile.mkdtemp(prefix="linli-country-"))
    file = work / "country.csv"
    try:
        size = file_write(file, count)
        print(f"{count} places, {size / 1e6:.0f} MB", file=sys.stderr)
        print(json.dumps(run(file, work / "sqlite", "")))
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        cluster = throw_away_cluster(str(programs[-1])) if programs else nullcontext("")
        with cluster as address:
            if address:
                print(json.dumps(run(file, work / "postgresql", address)))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == [MEASURED]:
        measured(Path(sys.argv[2]))
    else:
        main()

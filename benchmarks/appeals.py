# SPDX-License-Identifier: MulanPSL-2.0
"""Claims: on 2 cores and PostgreSQL, with 200,000 appeals, 8 clients file 100 appeals a second
(p95 < 80 ms); lists with totals take p95 < 50 ms, a case < 40 ms, a transition < 60 ms; lists grow
less than twofold from 20,000 to 1.5 million.

Run: .venv/bin/python benchmarks/appeals.py [--size S|M|L] (a cluster and a data folder of its own,
thrown away after). An answer counts only if it equals what SQL of this file's own says.
"""

import argparse
import datetime as dt
import http.client
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from clients import Line, Times, entered, memory_of

ROOT = Path(__file__).parent.parent
PACK, SEED, PORT = "leshan", 7, 8931
CLIENTS, SECONDS, WARM, START = 8, 20, 6, 10
RATES = {"list": 10, "detail": 15, "history": 15, "map": 10, "transition": 10, "create": 100}
"""Arrivals a second, whether or not the answers before have come (open loop)."""
BACKEND = "linli.kernel.accounts.adapter.Backend"
KEEPS = "fsync=on synchronous_commit=on full_page_writes=on autovacuum=on"
ROOMY = "shared_buffers=1GB work_mem=32MB max_wal_size=4GB random_page_cost=1.1"
CASES = (
    "FROM appeals_case c JOIN workflow_matter m ON m.id = c.matter_id"
    " JOIN places_place p ON p.id = m.place_id WHERE p.path LIKE %s"
)
OPEN = f"{CASES} AND m.ended_at IS NULL"


def sizes() -> dict[str, Any]:
    """How large a city each flag makes."""
    from linli.demo.sizes import SIZES, Size

    small = Size("twenty", 12, 6, 6, 4, 4, 20_000, parts=2)
    return {"S": small, "M": SIZES["city"], "L": SIZES["metro"]}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=("S", "M", "L"), default="M")
    size = parser.parse_args().size
    with tempfile.TemporaryDirectory(prefix="linli-benchmark-") as data, cluster() as url:
        os.environ |= {
            "LINLI_DATA": data,
            "LINLI_MODE": "demo",
            "LINLI_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        }
        made = city(size)
        with served() as server, psycopg.connect(dsn(url), autocommit=True) as database:
            cookie = entered("dispatcher", PORT)
            clients = [Line(PORT, cookie) for _ in range(CLIENTS)]
            found = {name: run(name, clients, database) for name in RATES}
            found["create_at_most"] = create_at_most(clients, database)
            memory = memory_of(server.pid)
            pages = pages_of(database)
        found["sql_statements"] = {name: statements(page) for name, page in pages.items()}
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    about = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "day": day, "size": size}
    print(json.dumps(about | made | {"memory_mb": memory} | found, indent=1))


@contextmanager
def cluster() -> Iterator[str]:
    """A PostgreSQL that keeps what it is given, as in earnest."""
    from linli.config.testing import machine, postgres

    postgres.SETTINGS |= dict(each.split("=") for each in f"{KEEPS} {ROOMY}".split())
    with postgres.throw_away_cluster(machine.POSTGRES.find() or "") as url:
        yield url


def dsn(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("postgres://", "postgresql://")


def city(size: str) -> dict[str, Any]:
    """Make the city, and say how long it took."""
    from linli.config import ready

    ready.keys()
    ready.django()
    ready.database()
    from django.db import connection

    from linli.base import clock
    from linli.demo.making import Wish, city_make

    began = time.perf_counter()
    wish = Wish(PACK, sizes()[size], SEED, clock.now(), in_memory=True)
    made = city_make(wish=wish, progress=lambda text: print(text, file=sys.stderr))
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # what was written in minutes stands as if for months
        cursor.execute("SELECT pg_database_size(current_database())")
        (bytes_,) = cursor.fetchone()
    connection.close()
    return {
        "appeals": made.counts["appeals"],
        "city_seconds": round(took),
        "database_mb": bytes_ // 2**20,
    }


@contextmanager
def served() -> Iterator[subprocess.Popen[bytes]]:
    """Web server and worker over that city."""
    command = [str(ROOT / "linli"), "demo", "--pack", PACK, "--port", str(PORT)]
    server = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own
    try:
        for _ in range(300):
            try:
                if b"/demo/enter/" in Line(PORT).get("/")[1]:
                    break
            except OSError:
                time.sleep(1)
        time.sleep(START)  # the worker, too, has begun
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


Ask = Callable[[Line], str]
"""Asks one thing; says what is wrong with the answer, "" if nothing."""


def run(name: str, clients: list[Line], database: Any) -> dict[str, Any]:
    """One kind of question, at moments that no answer moves."""
    asks = ASKS[name](database)
    asks = chain([next(asks)], asks)  # what a question needs is there before the clock starts
    chance, times = random.Random(name), Times()
    due, moments = 0.0, []
    while due < WARM + SECONDS:
        due += chance.expovariate(RATES[name])
        moments.append(due)
    turn, lock = iter(moments), threading.Lock()
    began = time.perf_counter()

    def work(line: Line) -> None:
        while True:
            with lock:
                moment, ask = next(turn, None), next(asks)
            if moment is None:
                return
            time.sleep(max(0.0, began + moment - time.perf_counter()))
            wrong = ask(line)
            if moment >= WARM:  # before, connections and caches are new
                times.taken.append(time.perf_counter() - began - moment)
            if wrong:
                times.wrong.append(wrong)

    return times.told(together(work, clients) - WARM)


def here_of(database: Any) -> str:
    """The path of the dispatcher's place."""
    found = database.execute(
        "SELECT p.path FROM access_grant g JOIN places_place p ON p.id = g.place_id"
        " JOIN accounts_account a ON a.id = g.account_id"
        " WHERE a.username = %s AND g.role = 'dispatcher'",
        [f"dispatcher.{PACK}"],
    )
    return str(found.fetchone()[0])


def lists(database: Any) -> Iterator[Ask]:
    """Pages of all that is open, with totals."""
    (total,) = database.execute(f"SELECT count(*) {OPEN}", [here_of(database) + "%"]).fetchone()
    seen = re.compile(rb'aria-current="page">[^<]*<span class="count">(\d+)')
    page = 0
    while True:
        page = page % max(1, total // 20) + 1
        yield partial(_list, page=page, total=total, seen=seen)


def _list(line: Line, page: int, total: int, seen: re.Pattern[bytes]) -> str:
    answer, body = line.get(f"/console/appeals/?view=all&page={page}")
    found = seen.search(body)
    is_right = answer.status == http.HTTPStatus.OK and found and int(found[1]) == total
    return "" if is_right else f"{answer.status}, {found and found[1]!r} of {total}"


def details(database: Any) -> Iterator[Ask]:
    """Pages of cases, old and new."""
    rows = database.execute(
        f"SELECT m.number, m.title {CASES} ORDER BY md5(m.number) LIMIT 2000",
        [here_of(database) + "%"],
    ).fetchall()
    while True:
        for number, title in rows:
            yield partial(_detail, number=number, title=title)


def _detail(line: Line, number: str, title: str) -> str:
    answer, body = line.get(f"/console/appeals/{number}/")
    text = body.decode()
    is_right = answer.status == http.HTTPStatus.OK and number in text and title[:6] in text
    return "" if is_right else f"{answer.status} {number}"


def histories(database: Any) -> Iterator[Ask]:
    """Cases with all that happened to them, by the API."""
    moves = "(SELECT count(*) FROM workflow_move o WHERE o.matter_id = m.id)"
    rows = database.execute(
        f"SELECT m.number, {moves} {CASES} ORDER BY md5(m.number) LIMIT 2000",
        [here_of(database) + "%"],
    ).fetchall()
    while True:
        for number, lines in rows:
            yield partial(_history, number=number, count=lines)


def _history(line: Line, number: str, count: int) -> str:
    answer, body = line.get(f"/api/v1/cases/{number}")
    told = len(json.loads(body).get("timeline", ()))
    is_right = answer.status == http.HTTPStatus.OK and told == count
    return "" if is_right else f"{answer.status} {number}: {told} of {count}"


def maps(database: Any) -> Iterator[Ask]:
    """Clusters of an area: a tenth to all of the subdistrict."""
    path = here_of(database) + "%"
    box = "min(c.lon), min(c.lat), max(c.lon), max(c.lat)"
    west, south, east, north = database.execute(f"SELECT {box} {OPEN}", [path]).fetchone()
    chance = random.Random("maps")
    while True:
        share = chance.uniform(0.1, 1.0)
        sides = {
            "west": west - 1e-4,
            "south": south - 1e-4,
            "east": west + (east - west) * share + 1e-4,
            "north": south + (north - south) * share + 1e-4,
        }
        sides = {side: round(value, 6) for side, value in sides.items()}
        within = " AND c.lon >= %s AND c.lon < %s AND c.lat >= %s AND c.lat < %s"
        given = [path, sides["west"], sides["east"], sides["south"], sides["north"]]
        found = database.execute(f"SELECT count(*) {OPEN}{within}", given).fetchone()
        yield partial(_map, sides=sides, count=found[0])


def _map(line: Line, sides: dict[str, float], count: int) -> str:
    answer, body = line.get(f"/console/appeals/map/spots/?view=all&{urlencode(sides)}")
    told = sum(each["count"] for each in json.loads(body).get("clusters", ()))
    is_right = answer.status == http.HTTPStatus.OK and told == count
    return "" if is_right else f"{answer.status}: {told} of {count}"


def transitions(database: Any) -> Iterator[Ask]:
    """Cases dispatched by the duty list; the appeals that are dispatched are filed first."""
    line, waiting = Line(PORT, entered("dispatcher", PORT)), []
    for _ in range(int(RATES["transition"] * (SECONDS + WARM) * 1.3)):
        status, told = line.post("/api/v1/appeals/", report(database))
        if status == http.HTTPStatus.CREATED:
            waiting.append(told["number"])
    while True:
        number = waiting.pop() if waiting else ""
        yield partial(_transition, number=number)


def _transition(line: Line, number: str) -> str:
    content = {"expected_step": "received", "values": {}}
    status, told = line.post(f"/api/v1/cases/{number}/moves/dispatch", content)
    return "" if status == http.HTTPStatus.OK and told["step"] == "offered" else f"{status} {told}"


def report(database: Any) -> dict[str, Any]:
    """Something that somebody says by telephone, at a house of the dispatcher's place."""
    if not _houses:
        rows = "SELECT lon, lat FROM places_place WHERE level = 'building' AND path LIKE %s"
        _houses.extend(database.execute(rows, [here_of(database) + "%"]).fetchall())
    lon, lat = random.choice(_houses)
    what = f"{random.randrange(10**6)}号楼门前的雨水井堵了，一下雨积水就没过脚踝。"
    return {"what": what, "lon": lon, "lat": lat, "class_key": "flooding", "channel": "phone"}


_houses: list[tuple[float, float]] = []


def creations(database: Any) -> Iterator[Ask]:
    """Appeals filed by telephone."""
    report(database)
    while True:
        yield partial(_create, content=report(database))


def _create(line: Line, content: dict[str, Any]) -> str:
    status, told = line.post("/api/v1/appeals/", content)
    return "" if status == http.HTTPStatus.CREATED else f"{status} {told}"


def create_at_most(clients: list[Line], database: Any) -> dict[str, Any]:
    """Appeals filed as fast as eight clients can, each waiting for its answer (closed loop)."""
    times, asks, lock = Times(), creations(database), threading.Lock()
    rows = "SELECT count(*) FROM appeals_appeal"
    (before,) = database.execute(rows).fetchone()
    end = time.perf_counter() + SECONDS

    def work(line: Line) -> None:
        while time.perf_counter() < end:
            with lock:
                ask = next(asks)
            began = time.perf_counter()
            wrong = ask(line)
            times.taken.append(time.perf_counter() - began)
            times.wrong += [wrong] if wrong else []

    took = together(work, clients)
    (after,) = database.execute(rows).fetchone()
    if after - before != len(times.taken) - len(times.wrong):
        times.wrong.append(f"{after - before} of {len(times.taken)} are kept")
    return times.told(took)


def together(work: Callable[[Line], None], clients: list[Line]) -> float:
    """Let all clients work until they are done; seconds."""
    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(line,)) for line in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


ASKS: dict[str, Callable[[Any], Iterator[Ask]]] = {
    "list": lists,
    "detail": details,
    "history": histories,
    "map": maps,
    "transition": transitions,
    "create": creations,
}


def pages_of(database: Any) -> dict[str, str]:
    """An address of each kind of page."""
    (number,) = database.execute(
        f"SELECT m.number {CASES} AND m.ended_at IS NOT NULL LIMIT 1",
        [here_of(database) + "%"],
    ).fetchone()
    return {
        "list": "/console/appeals/?view=all",
        "detail": f"/console/appeals/{number}/",
        "history": f"/api/v1/cases/{number}",
        "map": "/console/appeals/map/spots/?view=all&west=103&south=29&east=104&north=30",
    }


def statements(page: str) -> int:
    """How many SQL statements a page takes, once what a process keeps is known."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from linli.kernel.accounts.models import Account

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Account.objects.get(username=f"dispatcher.{PACK}"), backend=BACKEND)
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return len(asked)


if __name__ == "__main__":
    main()

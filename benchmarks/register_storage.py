# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: how the records of registers are stored is decided by figures (docs/decisions/0036).

Four ways to keep the same records on PostgreSQL: values as JSON beside a narrow typed table for
the fields declared `find`; as JSON with these fields again in typed columns of the row; as JSON
with expression indexes for each register; a real table for each register. Each is loaded, asked
what a register's pages ask, and written to.

Run: .venv/bin/python benchmarks/register_storage.py --rows 1000000 (in a throw-away cluster)
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from linli.config.testing import machine, postgres

REGISTERS = 20
COMMUNITIES = 2_000
ASKED, WRITTEN, AT_ONCE = 200, 6_000, 500
KINDS = ("company", "state", "trust", "own")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"


@dataclass(frozen=True)
class Record:
    """One record: where it lies, until when it is valid, four fields declared `find`, the rest."""

    id: int
    register: int
    path: str
    until: int
    code: str
    name: str
    kind: str
    amount: int
    rest: dict[str, str] = field(compare=False)

    @property
    def values(self) -> str:
        """All of its fields as they stand in JSON."""
        found = {"code": self.code, "name": self.name, "kind": self.kind, "amount": self.amount}
        return json.dumps(found | self.rest, ensure_ascii=False)


def records(first: int, count: int, chance: random.Random) -> Iterator[Record]:
    """Believable records, half of them in register 0."""
    for number in range(first, first + count):
        register = 0 if number % 2 else 1 + chance.randrange(REGISTERS - 1)
        community = chance.randrange(COMMUNITIES)
        yield Record(
            id=number,
            register=register,
            path=f"51/11/{community // 100:02d}/{community:04d}/",
            until=20_000 + chance.randrange(2_000),
            code=f"{number:018d}",
            name=chance.choice(SURNAMES)
            + "".join(chr(0x4E00 + chance.randrange(3000)) for _ in "ab"),
            kind=chance.choice(KINDS),
            amount=chance.randrange(10**6),
            rest={f"more{each}": "填写的内容" * 3 for each in range(6)},
        )


class Layout:
    """A way to keep records; every question is asked of register 0."""

    tables: tuple[str, ...] = ()
    questions: Mapping[str, str] = {}

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        self.database = database

    def made(self) -> None:
        """Make its tables, without indexes."""

    def indexed(self) -> None:
        """Make its indexes and constraints."""

    def put(self, rows: list[Record]) -> None:
        """Load rows by COPY."""
        raise NotImplementedError

    def write(self, rows: list[Record]) -> None:
        """Write rows as an import does, in one transaction."""
        raise NotImplementedError

    def copy(self, table: str, rows: Iterator[tuple[Any, ...]]) -> None:
        """Copy rows into a table."""
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with self.database.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows of a question; none of a command."""
        cursor = self.database.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def bytes(self) -> int:
        """What its tables and indexes take."""
        size = "SELECT pg_total_relation_size(%(table)s)"
        return sum(int(self.run(size, {"table": table})[0][0]) for table in self.tables)


PLAIN = 'CREATE TABLE record (id int, register int, path text COLLATE "C", until int, values jsonb)'
PLAIN_INDEXES = (
    "ALTER TABLE record ADD PRIMARY KEY (id)",
    "CREATE INDEX ON record (register, path, until)",
)


def given(chance: random.Random) -> dict[str, Any]:
    """What a page asks for, by the names that the questions use."""
    community = chance.randrange(COMMUNITIES)
    name = chance.choice(SURNAMES) + chr(0x4E00 + chance.randrange(3000))
    return {
        "path": f"51/11/{community // 100:02d}/{community:04d}/",
        "district": f"51/11/{community // 100:02d}/",
        "district_end": f"51/11/{community // 100:02d}/~",
        "kind": chance.choice(KINDS),
        "code": f"{1 + 2 * chance.randrange(10_000):018d}",
        "name": name,
        "name_end": f"{name}\U0010ffff",
    }


def questions_of(table: str, *, kind: str, amount: str, code: str, name: str) -> dict[str, str]:
    """What a register's pages ask where one table holds it all."""
    where = "WHERE register = 0 AND" if table == "record" else "WHERE"
    own = f"SELECT * FROM {table} {where}"
    district = "path >= %(district)s AND path < %(district_end)s"
    return {
        "list": f"{own} path = %(path)s AND {kind} = %(kind)s ORDER BY until DESC LIMIT 50",
        "sorted": f"{own} {district} ORDER BY {amount} DESC LIMIT 50",
        "unique": f"{own} {code} = %(code)s",
        "name": f"{own} {name} >= %(name)s AND {name} < %(name_end)s ORDER BY {name} LIMIT 50",
        "coverage": f"SELECT path, count(*) FROM {table} {where} until >= 20500 GROUP BY path",
    }


CODE, NAME, KIND, AMOUNT = range(4)


class Narrow(Layout):
    """JSON beside a narrow typed table: a row for each field declared `find`."""

    tables = ("record", "find")
    questions = {
        "list": """
            SELECT r.id, r.values FROM record r JOIN find k ON k.record = r.id
            WHERE k.register = 0 AND k.slot = 2 AND k.word = %(kind)s AND k.path = %(path)s
            ORDER BY r.until DESC LIMIT 50""",
        "sorted": """
            SELECT r.id, r.values FROM record r JOIN find a ON a.record = r.id
            WHERE a.register = 0 AND a.slot = 3 AND a.number IS NOT NULL
            AND a.path >= %(district)s AND a.path < %(district_end)s
            ORDER BY a.number DESC LIMIT 50""",
        "unique": """
            SELECT r.id, r.values FROM record r JOIN find c ON c.record = r.id
            WHERE c.register = 0 AND c.slot = 0 AND c.word = %(code)s AND c.is_unique""",
        "name": """
            SELECT r.id, r.values FROM record r JOIN find n ON n.record = r.id
            WHERE n.register = 0 AND n.slot = 1 AND n.word >= %(name)s AND n.word < %(name_end)s
            ORDER BY n.word LIMIT 50""",
        "coverage": questions_of("record", kind="", amount="", code="", name="")["coverage"],
    }

    def made(self) -> None:
        self.run(PLAIN)
        self.run(
            "CREATE TABLE find (record int, register int, slot smallint,"
            ' path text COLLATE "C", word text COLLATE "C", number bigint, is_unique boolean)'
        )

    def indexed(self) -> None:
        for statement in (
            *PLAIN_INDEXES,
            "ALTER TABLE find ADD FOREIGN KEY (record) REFERENCES record",
            "CREATE INDEX ON find (record)",
            "CREATE UNIQUE INDEX ON find (register, slot, word) WHERE is_unique",
            "CREATE INDEX ON find (register, slot, word, path) WHERE word IS NOT NULL",
            "CREATE INDEX ON find (register, slot, path, number) WHERE number IS NOT NULL",
        ):
            self.run(statement)

    def _finds(self, rows: list[Record]) -> Iterator[tuple[Any, ...]]:
        for each in rows:
            here = (each.id, each.register)
            yield (*here, CODE, each.path, each.code, None, True)
            yield (*here, NAME, each.path, each.name, None, False)
            yield (*here, KIND, each.path, each.kind, None, False)
            yield (*here, AMOUNT, each.path, None, each.amount, False)

    def put(self, rows: list[Record]) -> None:
        plain = ((each.id, each.register, each.path, each.until, each.values) for each in rows)
        self.copy("record", plain)
        self.copy("find", self._finds(rows))

    def write(self, rows: list[Record]) -> None:
        plain = [(each.id, each.register, each.path, each.until, each.values) for each in rows]
        with self.database.cursor() as cursor:
            cursor.executemany("INSERT INTO record VALUES (%s,%s,%s,%s,%s)", plain)
            cursor.executemany(
                "INSERT INTO find VALUES (%s,%s,%s,%s,%s,%s,%s)", list(self._finds(rows))
            )


class Slots(Layout):
    """JSON, and the fields declared `find` again in columns of the same row, as words that sort."""

    tables = ("record",)
    questions = questions_of(
        "record", kind="word_2", amount="word_3", code="unique_key", name="word_1"
    )

    def made(self) -> None:
        words = ", ".join(f'word_{each} text COLLATE "C"' for each in range(8))
        self.run(
            'CREATE TABLE record (id int, register int, path text COLLATE "C", until int,'
            f' values jsonb, unique_key text COLLATE "C", {words})'
        )

    def indexed(self) -> None:
        for statement in PLAIN_INDEXES:
            self.run(statement)
        self.run("CREATE UNIQUE INDEX ON record (register, unique_key)")
        for each in range(8):
            columns = f"register, word_{each}, path"
            self.run(f"CREATE INDEX ON record ({columns}) WHERE word_{each} IS NOT NULL")

    def _plain(self, rows: list[Record]) -> Iterator[tuple[Any, ...]]:
        for each in rows:
            words = (each.code, each.name, each.kind, f"{each.amount:018d}", *(None,) * 4)
            here = (each.id, each.register, each.path, each.until, each.values, each.code)
            yield (*here, *words)

    def put(self, rows: list[Record]) -> None:
        self.copy("record", self._plain(rows))

    def write(self, rows: list[Record]) -> None:
        holes = ",".join(["%s"] * 14)
        statement = f"INSERT INTO record VALUES ({holes})".encode()
        with self.database.cursor() as cursor:
            cursor.executemany(statement, list(self._plain(rows)))


class Json(Layout):
    """JSON with expression indexes for each register."""

    tables = ("record",)

    questions = questions_of(
        "record",
        kind="values->>'kind'",
        amount="(values->>'amount')::bigint",
        code="values->>'code'",
        name="(values->>'name') COLLATE \"C\"",
    )

    def made(self) -> None:
        self.run(PLAIN)

    def indexed(self) -> None:
        for statement in PLAIN_INDEXES:
            self.run(statement)
        for each in range(REGISTERS):
            where = f"WHERE register = {each}"
            for statement in (
                f"CREATE UNIQUE INDEX ON record ((values->>'code')) {where}",
                f"CREATE INDEX ON record ((values->>'name') COLLATE \"C\") {where}",
                f"CREATE INDEX ON record (path, (values->>'kind')) {where}",
                f"CREATE INDEX ON record (path, ((values->>'amount')::bigint)) {where}",
            ):
                self.run(statement)

    def put(self, rows: list[Record]) -> None:
        plain = ((each.id, each.register, each.path, each.until, each.values) for each in rows)
        self.copy("record", plain)

    def write(self, rows: list[Record]) -> None:
        plain = [(each.id, each.register, each.path, each.until, each.values) for each in rows]
        with self.database.cursor() as cursor:
            cursor.executemany("INSERT INTO record VALUES (%s,%s,%s,%s,%s)", plain)


class Tables(Layout):
    """A real table for each register, with a column for each field."""

    tables = tuple(f"register_{each}" for each in range(REGISTERS))

    questions = questions_of("register_0", kind="kind", amount="amount", code="code", name="name")

    def made(self) -> None:
        more = ", ".join(f"more{each} text" for each in range(6))
        for table in self.tables:
            self.run(
                f'CREATE TABLE {table} (id int, path text COLLATE "C", until int,'
                f' code text COLLATE "C", name text COLLATE "C", kind text, amount bigint, {more})'
            )

    def indexed(self) -> None:
        for table in self.tables:
            for statement in (
                f"ALTER TABLE {table} ADD PRIMARY KEY (id)",
                f"CREATE INDEX ON {table} (path, until)",
                f"CREATE UNIQUE INDEX ON {table} (code)",
                f"CREATE INDEX ON {table} (name)",
                f"CREATE INDEX ON {table} (path, kind)",
                f"CREATE INDEX ON {table} (path, amount)",
            ):
                self.run(statement)

    def _by_table(self, rows: list[Record]) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in self.tables}
        for each in rows:
            plain = (each.id, each.path, each.until, each.code, each.name, each.kind, each.amount)
            found[self.tables[each.register]].append((*plain, *each.rest.values()))
        return found

    def put(self, rows: list[Record]) -> None:
        for table, own in self._by_table(rows).items():
            self.copy(table, iter(own))

    def write(self, rows: list[Record]) -> None:
        holes = ",".join(["%s"] * 13)
        with self.database.cursor() as cursor:
            for table, own in self._by_table(rows).items():
                cursor.executemany(f"INSERT INTO {table} VALUES ({holes})".encode(), own)


def measured(layout: Layout, rows: int) -> dict[str, Any]:
    """Load a layout, ask it, write to it; what each took."""
    chance = random.Random(5)
    layout.made()
    began = time.perf_counter()
    for first in range(0, rows, 50_000):
        layout.put(list(records(first, min(50_000, rows - first), chance)))
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    layout.indexed()
    layout.run("ANALYZE")
    found: dict[str, Any] = {
        "load_s": round(loaded, 1),
        "indexes_s": round(time.perf_counter() - began, 1),
        "bytes_per_record": layout.bytes() // rows,
    }
    for name in layout.questions:
        found[name] = _asked(layout, name, chance)
    began = time.perf_counter()
    for first in range(rows, rows + WRITTEN, AT_ONCE):
        with layout.database.transaction():
            layout.write(list(records(first, AT_ONCE, chance)))
    found["written_per_s"] = round(WRITTEN / (time.perf_counter() - began))
    return found


def _asked(layout: Layout, name: str, chance: random.Random) -> dict[str, float]:
    times, rows = [], []
    for _ in range(ASKED if name != "coverage" else 10):
        values = given(chance)
        began = time.perf_counter()
        rows.append(len(layout.run(layout.questions[name], values)))
        times.append(1000 * (time.perf_counter() - began))
    times = sorted(times[len(times) // 10 :])
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(0.95 * len(times))], 2),
        "rows": round(statistics.mean(rows), 1),
    }


def main() -> None:
    """Print the figures of every layout, each in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    machine_is = f"{platform.machine()}, {os.cpu_count()} cores"
    found: dict[str, Any] = {"rows": rows, "machine": machine_is}
    for layout in (Narrow, Slots, Json, Tables):
        with (
            postgres.throw_away_cluster(machine.POSTGRES.find() or "") as url,
            psycopg.connect(url, autocommit=True) as database,
        ):
            found[layout.__name__.lower()] = measured(layout(database), rows)
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a pack's folder into entries, each with the file and line it stands on."""

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linli.kernel.packs.terms import TABLES


@dataclass(frozen=True)
class Problem:
    """Something in a pack that cannot be taken, with where to look."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}   {self.message}"


@dataclass(frozen=True)
class Entry:
    """One definition or table row as written."""

    kind: str
    key: str
    body: dict[str, Any]
    file: str
    line: int
    position: int

    @property
    def name(self) -> str:
        """How other definitions point to it: "kind:id"."""
        return f"{self.kind}:{self.key}"


@dataclass
class PackFiles:
    """A pack as it lies on disk; `version` is the first 8 hex digits of the hash over its files."""

    folder: Path
    version: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The pack's id: the key of its one `[pack.id]` table, else the folder's name."""
        return next((entry.key for entry in self.entries if entry.kind == "pack"), self.folder.name)

    def of_kind(self, kind: str) -> dict[str, Entry]:
        """Entries of one kind by key."""
        return {entry.key: entry for entry in self.entries if entry.kind == kind}


def pack_read(folder: Path) -> PackFiles:
    """Read every TOML file and the fixed tables of a pack; what cannot be read becomes a
    problem.
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".toml", ".csv") and p.is_file())
    digest = hashlib.sha256()
    for path in paths:
        digest.update(
            path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    pack = PackFiles(folder, digest.hexdigest()[:8])
    seen: dict[tuple[str, str], Entry] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            text = path.read_text("utf-8-sig")
            read = _rows(name, text) if path.suffix == ".csv" else _tables(name, text)
            for entry in read:
                twin = seen.setdefault((entry.kind, entry.key), entry)
                if twin is entry:
                    pack.entries.append(entry)
                else:
                    message = f"{entry.name} stands already in {twin.file}:{twin.line}"
                    pack.problems.append(Problem(name, entry.line, message))
        except UnicodeDecodeError:
            pack.problems.append(Problem(name, 1, "the file is not UTF-8 text"))
        except (tomllib.TOMLDecodeError, csv.Error, ValueError) as error:
            found = re.search(r"line (\d+)", str(error))
            pack.problems.append(Problem(name, int(found[1]) if found else 1, str(error)))
    return pack


def _tables(file: str, text: str) -> Iterator[Entry]:
    position = 0
    for kind, definitions in tomllib.loads(text).items():
        if not isinstance(definitions, dict):
            raise ValueError(f'"{kind}" stands alone; write it under a heading such as [{kind}.id]')
        for key, body in definitions.items():
            if not isinstance(body, dict):
                raise ValueError(f'"{kind}.{key}" is no table')
            yield Entry(kind, key, body, file, line_of(text, kind, key), position)
            position += 1


def _rows(file: str, text: str) -> Iterator[Entry]:
    kind = TABLES.get(file)
    if kind is None:
        raise ValueError(f"{file} is no table of a pack (known: {', '.join(sorted(TABLES))})")
    reader = csv.DictReader(text.splitlines(), strict=True)
    if not reader.fieldnames:
        raise ValueError(f"{file} has no heading line")
    first = reader.fieldnames[0]
    for position, row in enumerate(reader):
        if None in row or None in row.values():
            raise ValueError(
                f"line {reader.line_num}: the row has not as many cells as the heading"
            )
        body = {name: cell.strip() for name, cell in row.items() if cell.strip()}
        yield Entry(kind, body.get(first, ""), body, file, reader.line_num, position)


def line_of(text: str, kind: str, key: str, path: tuple[str, ...] = ()) -> int:
    """The line on which a definition stands, or the last of the inner keys that can be found."""
    head = re.compile(rf"\[{kind}\.{re.escape(key)}(\.|\])")
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines) if head.match(line.strip())), None)
    if at is None:
        under = next((n for n, line in enumerate(lines) if line.strip() == f"[{kind}]"), 0)
        starts = re.compile(rf"{re.escape(key)}\s*=")
        rest = range(under, len(lines))
        at = next((n for n in rest if starts.match(lines[n].strip())), under)
    for part in path:
        word = re.compile(rf"(?<![\w]){re.escape(part)}(?![\w])")
        at = next((n for n in range(at, len(lines)) if word.search(lines[n])), at)
    return at + 1


def strings_of(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text inside a definition, with the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from strings_of(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_of(inner, path)

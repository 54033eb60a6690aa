# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a pack's files into entries, each with the file and line it stands on."""

import csv
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linli.kernel.packs.phrases import said
from linli.kernel.packs.terms import KEYS, REMOVE, TABLES

READ = (".toml", ".csv")
"""Files of a pack; what else lies in its folder is nobody's."""


@dataclass(frozen=True)
class Problem:
    """Something in a pack that cannot be taken, with where to look.

    `where` is the definition and the place in it, `text` what is wrong, in English; `told` says it
    in the language of the reader.
    """

    file: str
    line: int
    text: str
    where: str = ""

    @property
    def message(self) -> str:
        """Where in the definition, and what is wrong."""
        return f"{self.where}: {self.text}" if self.where else self.text

    @property
    def told(self) -> str:
        """What is wrong, in the language of the reader."""
        return said(self.text)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for data and for the desk of whoever mends it."""
        return {
            "file": self.file,
            "line": self.line,
            "where": self.where,
            "text": self.text,
            "message": self.message,
        }

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}   {where}{self.told}"


class Unreadable(ValueError):
    """A file, or one row of it, that cannot be read; the message says why."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


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

    @property
    def is_removal(self) -> bool:
        """Whether it is a table row that takes a row of the base away."""
        return self.file.endswith(".csv") and self.body.get("change") == REMOVE


@dataclass
class PackFiles:
    """A pack as it is written; `version` is the first 8 hex digits of the hash over its files.

    `files` holds its files as they are, `texts` what of them could be read, `headings` the columns
    of each table.
    """

    folder: str
    version: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    headings: dict[str, list[str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The pack's id: the key of its one `[pack.id]` table, else the folder's name."""
        return next((entry.key for entry in self.entries if entry.kind == "pack"), self.folder)

    def of_kind(self, kind: str) -> dict[str, Entry]:
        """Entries of one kind by key."""
        return {entry.key: entry for entry in self.entries if entry.kind == kind}


def folder_files(folder: Path) -> dict[str, bytes]:
    """Every file of a pack's folder, by its path."""
    paths = (path for path in folder.rglob("*") if path.suffix in READ and path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def version_of(files: Mapping[str, bytes]) -> str:
    """The first 8 hex digits of the hash over a pack's files."""
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda name: name.split("/")):
        if path.endswith(READ):
            digest.update(path.encode() + b"\0" + files[path] + b"\0")
    return digest.hexdigest()[:8]


def pack_read(folder: Path) -> PackFiles:
    """Read every TOML file and the fixed tables of a pack's folder; what cannot be read becomes
    a problem.
    """
    return files_read(folder_files(folder), folder.name)


def files_read(files: Mapping[str, bytes], name: str) -> PackFiles:
    """Read a pack's files; `name` stands for its id where none is written."""
    pack = PackFiles(name, version_of(files), files)
    seen: dict[tuple[str, str], Entry] = {}
    for file in sorted(files, key=lambda one: one.split("/")):
        if not file.endswith(READ):
            continue
        try:
            text = pack.texts[file] = text_of(files[file])
            for entry in _entries(pack, file, text):
                twin = seen.setdefault((entry.kind, entry.key), entry)
                if twin is entry:
                    pack.entries.append(entry)
                else:
                    message = f"stands already in {twin.file}:{twin.line}"
                    pack.problems.append(Problem(file, entry.line, message, entry.name))
        except Unreadable as error:
            pack.problems.append(Problem(file, error.line, str(error)))
    return pack


def text_of(content: bytes) -> str:
    """A file as text, without the mark that some programs put before it.

    Raises Unreadable for anything but UTF-8, with how to save it so.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable("the file is not UTF-8 text") from None
    raise Unreadable('the file is in GBK; open it and save it again as "CSV UTF-8"')


def _entries(pack: PackFiles, file: str, text: str) -> Iterator[Entry]:
    if not file.endswith(".csv"):
        yield from _tables(file, text)
        return
    kind = TABLES.get(file)
    if kind is None:
        raise Unreadable(f"{file} is no table of a pack (known: {', '.join(sorted(TABLES))})")
    rows = csv.reader(text.splitlines(), strict=True)
    pack.headings[file] = heading = _heading(rows, file)
    for position, (line, cells) in enumerate(_rows(rows)):
        if isinstance(cells, str):
            pack.problems.append(Problem(file, line, cells))
        elif len(cells) != len(heading):
            message = f"the row has {len(cells)} cells and the heading {len(heading)}"
            pack.problems.append(Problem(file, line, message))
        else:
            stripped = ((name, cell.strip()) for name, cell in zip(heading, cells, strict=True))
            body = {name: cell for name, cell in stripped if cell}
            yield Entry(kind, body.get(KEYS[kind], ""), body, file, line, position)


def _rows(rows: Any) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it ends on; one that cannot be read as what is wrong with it."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num, f"the row cannot be read: {error}"
            continue
        if cells:
            yield rows.line_num, cells


def _heading(rows: Any, file: str) -> list[str]:
    try:
        heading = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise Unreadable(f"the row cannot be read: {error}") from None
    if not any(heading):
        raise Unreadable(f"{file} has no heading line")
    twice = [name for name, count in Counter(heading).items() if count > 1]
    if twice:
        raise Unreadable(f'the heading "{twice[0]}" stands twice')
    return heading


def _tables(file: str, text: str) -> Iterator[Entry]:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _bracket, where = str(error).partition(" (at ")
        found = re.search(r"line (\d+)", where)
        last = text.count("\n") + 1
        raise Unreadable(
            f"the file cannot be read from here on: {what}", int(found[1]) if found else last
        ) from None
    position = 0
    for kind, definitions in read.items():
        if not isinstance(definitions, dict):
            message = f'"{kind}" stands alone; write it under a heading such as [{kind}.id]'
            raise Unreadable(message)
        for key, body in definitions.items():
            if not isinstance(body, dict):
                raise Unreadable(f'"{kind}.{key}" is no table', line_of(text, kind, key))
            yield Entry(kind, key, body, file, line_of(text, kind, key), position)
            position += 1


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

# SPDX-License-Identifier: MulanPSL-2.0
"""Checking a pack: every error at once, in file order, with file, line and the nearest known
word.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from linli.base.actor import SYSTEM
from linli.kernel.packs.headings import heading_problems
from linli.kernel.packs.inheritance import BrokenInheritance, resolve
from linli.kernel.packs.reading import Entry, PackFiles, Problem, line_of, pack_read, strings_of
from linli.kernel.packs.removing import removal_problems
from linli.kernel.packs.terms import ALWAYS_SOURCES, BASE, CHANGE, KERNEL_REGISTERS, ORDER
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import PackContext

Known = dict[str, dict[str, dict[str, Any]]]

_REFERENCE = re.compile(r"^([a-z]+):([a-z0-9_]+)(\.[a-z0-9_]+)*$")
LONG_AGO = dt.date(2000, 1, 1)
"""Since when a pack is in force that does not say it; such a pack is never loaded."""


@dataclass
class Checked:
    """A pack that was read and checked, with everything a load needs.

    `removed` holds the rows of the base that the pack takes away, by "kind:id".
    """

    files: PackFiles
    base: "Checked | None"
    problems: list[Problem]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    specs: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=dict)
    removed: dict[str, Entry] = field(default_factory=dict)

    @property
    def pack(self) -> Mapping[str, Any]:
        """The body of the pack's own table."""
        return self.files.of_kind("pack")[self.files.id].body

    def base_body(self, name: str) -> dict[str, Any] | None:
        """What the base says of "kind:id"; None where it says nothing."""
        kind, _colon, key = name.partition(":")
        return self.base.known.get(kind, {}).get(key) if self.base is not None else None

    def context(self, entry: Entry, place_path: str = "") -> PackContext:
        """What the owner of the entry's kind is given."""
        body = self.bodies[entry.name]
        pack = self.pack
        return PackContext(
            actor=SYSTEM,
            pack=self.files.id,
            version=self.files.version,
            place_path=place_path,
            starts_on=day_of(body.get("from")) or day_of(pack.get("from")) or LONG_AGO,
            ends_on=day_of(body.get("until")) or day_of(pack.get("until")),
            clause=str(body.get("clause", "")),
            position=entry.position,
            body=body,
            known=self.known,
        )


def day_of(value: object) -> dt.date | None:
    """A day as TOML, a CSV cell or a stored version holds it; None where it cannot be read."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def pack_check(folder: Path) -> Checked:
    """Read and check a pack and, before it, the base it stands on (the folder beside it)."""
    files = pack_read(folder)
    own_pack = files.of_kind("pack").get(files.id)
    base = None
    if own_pack is not None and own_pack.body.get("base"):
        base = pack_check(folder.parent / BASE)
    return files_check(files, base)


def files_check(files: PackFiles, base: Checked | None) -> Checked:
    """Check a pack that was read, against the base that it stands on."""
    checked = Checked(files, base, list(files.problems))
    own_pack = files.of_kind("pack").get(files.id)
    if own_pack is None:
        message = "the pack does not say what it is: [pack.id]"
        checked.problems.append(Problem("pack.toml", 1, message))
        return checked
    if own_pack.body.get("from") is None:
        checked.problems.append(Problem(own_pack.file, own_pack.line, '"from" is missing'))
    _resolve_all(checked)
    found = [
        problem
        for entry in files.entries
        if entry.name in checked.bodies
        for problem in _entry_problems(checked, entry)
    ]
    checked.problems += heading_problems(files, found)
    checked.problems += removal_problems(checked.removed, checked.known)
    checked.problems.sort(key=lambda problem: (problem.file, problem.line))
    return checked


def _resolve_all(checked: Checked) -> None:
    base_known = checked.base.known if checked.base else {}
    checked.known = {kind: dict(entries) for kind, entries in base_known.items()}
    own = {entry.name: entry for entry in checked.files.entries}
    for entry in checked.files.entries:
        if entry.is_removal:
            _remove(checked, entry)
            continue
        try:
            body = resolve(entry, own, base_known)
        except BrokenInheritance as error:
            for message in error.messages:
                checked.problems.append(Problem(entry.file, entry.line, message, entry.name))
            continue
        if entry.file.endswith(".csv"):
            body = {key: value for key, value in body.items() if key != CHANGE}
        checked.bodies[entry.name] = body
        checked.known.setdefault(entry.kind, {})[entry.key] = body


def _remove(checked: Checked, entry: Entry) -> None:
    """Take a row of the base away."""
    if checked.known.get(entry.kind, {}).pop(entry.key, None) is None:
        message = "is a row of the base that is not there: nothing to remove"
        checked.problems.append(Problem(entry.file, entry.line, message, entry.name))
        return
    checked.removed[entry.name] = entry


def _entry_problems(checked: Checked, entry: Entry) -> Iterator[Problem]:
    def at(where: str, text: str, path: tuple[str, ...] = ()) -> Problem:
        line = _line(checked.files, entry, path)
        return Problem(entry.file, line, text, f"{entry.name} {where}".strip())

    grammar = registry.grammar(entry.kind)
    if grammar is None:
        near = _nearest(entry.kind, ORDER)
        yield at("", f'"{entry.kind}" is no kind of definition that is carried here{near}')
        return
    body = checked.bodies[entry.name]
    try:
        spec = grammar.spec.model_validate(body)
    except ValidationError as error:
        for path, where, text in _readable(error, grammar.spec):
            yield at(where, text, path)
        return
    checked.specs[entry.name] = spec
    yield from (at("", text) for text in _clause_problems(checked, body))
    yield from (at(path[-1], text, path) for path, text in _reference_problems(checked, body))
    if grammar.check is not None:
        for where, text in grammar.check(checked.context(entry), entry.key, spec):
            yield at(where, text, tuple(re.findall(r"\w+", where)))


def _line(files: PackFiles, entry: Entry, path: tuple[str, ...]) -> int:
    if entry.file.endswith(".csv") or not path:
        return entry.line
    return line_of(files.texts[entry.file], entry.kind, entry.key, path)


def _clause_problems(checked: Checked, body: Mapping[str, Any]) -> Iterator[str]:
    sources = [*checked.known.get("source", {}), *ALWAYS_SOURCES]
    for path, text in strings_of(body):
        word = text.split(" ", 1)[0]
        if path and path[-1] == "clause" and word not in sources:
            yield f'the clause begins with "{word}", which is no source{_nearest(word, sources)}'


def _reference_problems(
    checked: Checked, body: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    kinds = {*ORDER, *checked.known}
    for path, text in strings_of(body):
        for part in text.split(";"):
            found = _REFERENCE.match(part)
            if found is None or found[1] not in kinds:
                continue
            kind, key = found[1], found[2]
            if registry.grammar(kind) is None:
                continue  # of an engine to come: whatever needs it is shown as waiting for it
            known = [*checked.known.get(kind, {}), *_held(kind)]
            if key not in known:
                yield path, f'"{kind}:{key}" is not there{_nearest(key, known)}'


def _held(kind: str) -> tuple[str, ...]:
    """What is there without a definition."""
    return KERNEL_REGISTERS if kind == "register" else ()


def _readable(
    error: ValidationError, spec: type[BaseModel]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each problem that the model found: the keys that lead to it, where it is, what it is."""
    for found in error.errors(include_url=False):
        path = tuple(str(part) for part in found["loc"])
        last = path[-1] if path else ""
        if found["type"] == "extra_forbidden":
            near = _nearest(last, _keys_of(spec))
            yield path, " ".join(path[:-1]), f'"{last}" is no key here{near}'
        elif found["type"] == "missing":
            yield path[:-1], " ".join(path[:-1]), f'"{last}" is missing'
        else:
            yield path, " ".join(path), found["msg"].removeprefix("Value error, ")


def _keys_of(spec: type[BaseModel]) -> set[str]:
    keys: set[str] = set()
    waiting, seen = [spec], {spec}
    while waiting:
        for name, info in waiting.pop().model_fields.items():
            keys.add(info.alias or name)
            for inner in _models_in(info.annotation):
                if inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)
    return keys


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""

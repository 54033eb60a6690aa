# SPDX-License-Identifier: MulanPSL-2.0
"""Checking a pack: every error at once, in file order, with file, line and the nearest known
word.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from linli.base.actor import SYSTEM
from linli.kernel.packs.inheritance import BrokenInheritance, resolve
from linli.kernel.packs.reading import Entry, PackFiles, Problem, line_of, pack_read, strings_of
from linli.kernel.packs.terms import ALWAYS_SOURCES, BASE, KERNEL_REGISTERS, ORDER
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import PackContext

Known = dict[str, dict[str, dict[str, Any]]]

_REFERENCE = re.compile(r"^([a-z]+):([a-z0-9_]+)(\.[a-z0-9_]+)*$")


@dataclass
class Checked:
    """A pack that was read and checked, with everything a load needs."""

    files: PackFiles
    base: "Checked | None"
    problems: list[Problem]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    specs: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=dict)

    @property
    def pack(self) -> Mapping[str, Any]:
        """The body of the pack's own table."""
        return self.files.of_kind("pack")[self.files.id].body

    def context(self, entry: Entry, place_path: str = "") -> PackContext:
        """What the owner of the entry's kind is given."""
        body = self.bodies[entry.name]
        return PackContext(
            actor=SYSTEM,
            pack=self.files.id,
            version=self.files.version,
            place_path=place_path,
            starts_on=body.get("from") or self.pack["from"],
            ends_on=body.get("until") or self.pack.get("until"),
            clause=str(body.get("clause", "")),
            position=entry.position,
            body=body,
            known=self.known,
        )


def pack_check(folder: Path) -> Checked:
    """Read and check a pack and, before it, the base it stands on (the folder beside it)."""
    files = pack_read(folder)
    own_pack = files.of_kind("pack").get(files.id)
    base = None
    if own_pack is not None and own_pack.body.get("base"):
        base = pack_check(folder.parent / BASE)
    checked = Checked(files, base, list(files.problems))
    if own_pack is None:
        checked.problems.append(
            Problem("pack.toml", 1, "the pack does not say what it is: [pack.id]")
        )
        return checked
    if own_pack.body.get("from") is None:
        checked.problems.append(Problem(own_pack.file, own_pack.line, '"from" is missing'))
        return checked
    _resolve_all(checked)
    for entry in files.entries:
        if entry.name in checked.bodies:
            checked.problems += _entry_problems(checked, entry)
    checked.problems.sort(key=lambda problem: (problem.file, problem.line))
    return checked


def _resolve_all(checked: Checked) -> None:
    base_known = checked.base.known if checked.base else {}
    checked.known = {kind: dict(entries) for kind, entries in base_known.items()}
    own = {entry.name: entry for entry in checked.files.entries}
    for entry in checked.files.entries:
        try:
            body = resolve(entry, own, base_known)
        except BrokenInheritance as error:
            checked.problems.append(Problem(entry.file, entry.line, f"{entry.name}: {error}"))
            continue
        checked.bodies[entry.name] = body
        checked.known.setdefault(entry.kind, {})[entry.key] = body


def _entry_problems(checked: Checked, entry: Entry) -> Iterator[Problem]:
    def at(message: str, path: tuple[str, ...] = ()) -> Problem:
        return Problem(
            entry.file, _line(checked.files.folder, entry, path), f"{entry.name}{message}"
        )

    grammar = registry.grammar(entry.kind)
    if grammar is None:
        near = _nearest(entry.kind, ORDER)
        yield at(f': "{entry.kind}" is no kind of definition that is carried here{near}')
        return
    body = checked.bodies[entry.name]
    try:
        spec = grammar.spec.model_validate(body)
    except ValidationError as error:
        for path, message in _readable(error, grammar.spec):
            yield at(message, path)
        return
    checked.specs[entry.name] = spec
    yield from (at(f": {message}") for message in _clause_problems(checked, body))
    yield from (at(f" {path[-1]}: {m}", path) for path, m in _reference_problems(checked, body))
    if grammar.check is not None:
        for where, message in grammar.check(checked.context(entry), entry.key, spec):
            yield at(f" {where}: {message}", tuple(re.findall(r"\w+", where)))


def _line(folder: Path, entry: Entry, path: tuple[str, ...]) -> int:
    if entry.file.endswith(".csv") or not path:
        return entry.line
    text = (folder / entry.file).read_text("utf-8-sig")
    return line_of(text, entry.kind, entry.key, path)


def _clause_problems(checked: Checked, body: Mapping[str, Any]) -> Iterator[str]:
    sources = [*checked.known.get("source", {}), *ALWAYS_SOURCES]
    for path, text in strings_of(body):
        word = text.split(" ", 1)[0]
        if path and path[-1] == "clause" and word not in sources:
            yield f'the clause begins with "{word}", which is no source{_nearest(word, sources)}'


def _reference_problems(
    checked: Checked, body: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    kinds = {*ORDER, *checked.known, "register"}
    for path, text in strings_of(body):
        for part in text.split(";"):
            found = _REFERENCE.match(part)
            if found is None or found[1] not in kinds:
                continue
            kind, key = found[1], found[2]
            if registry.grammar(kind) is None and key not in KERNEL_REGISTERS:
                continue  # of an engine to come: whatever needs it is shown as waiting for it
            known = KERNEL_REGISTERS if kind == "register" else checked.known.get(kind, {})
            if key not in known:
                yield path, f'"{kind}:{key}" is not there{_nearest(key, known)}'


def _readable(
    error: ValidationError, spec: type[BaseModel]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for found in error.errors(include_url=False):
        path = tuple(str(part) for part in found["loc"])
        last = path[-1] if path else ""
        where = "".join(f" {part}" for part in path[:-1])
        if found["type"] == "extra_forbidden":
            yield path, f'{where}: "{last}" is no key here{_nearest(last, _keys_of(spec))}'
        elif found["type"] == "missing":
            yield path[:-1], f'{where}: "{last}" is missing'
        else:
            message = found["msg"].removeprefix("Value error, ")
            yield path, f"{where} {last}: {message}"


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

# SPDX-License-Identifier: MulanPSL-2.0
"""What the platform itself sends has words: a notice without a text goes nowhere, and says so to
nobody."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import import_module

from linli.config.environment import ROOT
from linli.config.testing.source import Function, Source, calls, hold, named, sources
from linli.kernel.workflow.terms import HOUSE_TODOS

FIRST = "send"
"""The service through which every notice goes; whoever hands it a `text` sends too."""

FROM_PACKS = {"effect.target"}
"""What a pack says, which is checked with the pack."""


def _texts() -> set[str]:
    found: set[str] = set()
    for path in sorted((ROOT / "packs" / "base" / "texts").glob("*.toml")):
        found |= set(tomllib.loads(path.read_text(encoding="utf-8"))["text"])
    return found


def _senders() -> dict[str, int]:
    """Functions that send the text they are given, by name, and which of their arguments it is;
    private ones with the name of their file."""
    found = {FIRST: -1}
    handing_on = [(source, function) for source, function in _functions() if _is_given(function)]
    for _turn in range(5):
        for source, function in handing_on:
            texts = [each for call in _sending(source, function, found) for each in call]
            if any(ast.unparse(each) == "text" for each in texts):
                positional = [each.arg for each in function.args.args]
                place = positional.index("text") if "text" in positional else -1
                found[_name(source, function.name)] = place
    return found


def _functions() -> Iterator[tuple[Source, Function]]:
    return ((source, function) for source in sources() for function in source.functions())


def _is_given(function: Function) -> bool:
    return any(each.arg == "text" for each in function.args.args + function.args.kwonlyargs)


def _name(source: Source, name: str) -> str:
    return f"{named(source.path)}:{name}" if name.startswith("_") else name


def _sending(
    source: Source, node: ast.AST, senders: dict[str, int]
) -> Iterator[tuple[ast.expr, ...]]:
    """The texts of each call below a node that sends one: two where there is an "if"."""
    for name, call in calls(node):
        verb = _name(source, name.rpartition(".")[2])
        if verb in senders:
            place = senders[verb]
            by_name = [each.value for each in call.keywords if each.arg == "text"]
            for text in by_name or (call.args[place : place + 1] if place >= 0 else []):
                yield (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,)


def _sent() -> Iterator[tuple[str, str]]:
    """Each text that code sends: where, and its key; one that cannot be read as it is written."""
    senders = _senders()
    for source, function in _functions():
        own = {each.arg for each in function.args.args + function.args.kwonlyargs}
        for texts in _sending(source, function, senders):
            for text in texts:
                if not (isinstance(text, ast.Name) and text.id in own):
                    yield f"{named(source.path)}:{text.lineno}", _key(source, text)


def _key(source: Source, text: ast.expr) -> str:
    """The key that is written there, or stands in a constant of the file."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.Name):
        module = import_module(".".join(("linli", *source.inside)))
        return str(getattr(module, text.id, text.id))
    return ast.unparse(text)


def test_every_text_that_code_sends_stands_in_the_base_pack() -> None:
    sent = [(where, key) for where, key in _sent() if key not in FROM_PACKS]
    assert len({key for _where, key in sent}) > 20, "the texts are found at all"
    known = _texts()
    wrong = [f"{where} {key}" for where, key in sent if key not in known]
    hold(wrong, "packs/base/texts has the words of everything that code sends")


def test_every_todo_of_the_house_has_a_text() -> None:
    hold(sorted(set(HOUSE_TODOS) - _texts()), "packs/base/texts has the words of every to-do")

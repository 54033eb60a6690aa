# SPDX-License-Identifier: MulanPSL-2.0
"""Files and functions that one can take in at a glance."""

import ast
from pathlib import Path

import pytest

from linli.config.testing.source import Function, committed, hold, named

CODE, TEST, FUNCTION = 400, 600, 40
CODE_SUFFIXES = {".py", ".ts", ".css", ".html", ".mjs"}


def _limit(path: Path) -> int:
    return TEST if "tests" in path.parts else CODE


def _length(function: Function) -> int:
    """Lines from `def` to the end, but for the docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_files_are_short() -> None:
    code = [path for path in committed() if path.suffix in CODE_SUFFIXES]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in code}
    wrong = [f"{named(path)}: {count}" for path, count in lengths.items() if count > _limit(path)]
    hold(wrong, f"a file has at most {CODE} lines, in tests {TEST}")


def test_functions_are_short() -> None:
    wrong = [
        f"{named(path)}:{node.lineno} {node.name}: {_length(node)}"
        for path in committed()
        if path.suffix == ".py" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function) and _length(node) > FUNCTION
    ]
    hold(wrong, f"a function has at most {FUNCTION} lines and a docstring")


@pytest.mark.parametrize(("body", "length"), [("    pass", 2), ('    """Why."""\n    pass', 2)])
def test_a_docstring_does_not_count(body: str, length: int) -> None:
    function = ast.parse(f"def short():\n{body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert _length(function) == length

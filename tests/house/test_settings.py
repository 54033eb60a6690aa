# SPDX-License-Identifier: MulanPSL-2.0
"""Every variable that the house reads stands on the page of settings, and no other."""

import ast
import re
from collections.abc import Iterator

from linli.config.environment import ROOT
from linli.config.testing.source import committed, hold, named
from linli.config.variables import DEVELOPING, OPERATING, PAGE, page

NAME = re.compile(r"LINLI_[A-Z_]+")
DJANGO = {"LINLI_MANIFESTS", "LINLI_SENDERS"}
"""Django's settings of that name, which no variable sets."""


def _read() -> Iterator[tuple[str, str]]:
    """Each variable that a program names, with the file."""
    yield from ((name, "linli") for name in NAME.findall((ROOT / "linli").read_text("utf-8")))
    for path in committed():
        if path.suffix == ".py" and path.name not in {"variables.py", "test_settings.py"}:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and NAME.fullmatch(str(node.value)):
                    yield str(node.value), named(path)


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    read = dict(_read())
    described = {name for one in (*OPERATING, *DEVELOPING) for name in NAME.findall(one.name)}
    hold(
        [f"{where}: {name}" for name, where in read.items() if name not in described | DJANGO],
        "say in src/linli/config/variables.py what it is",
    )
    hold(sorted(described - set(read)), "nothing reads it")


def test_the_page_of_settings_is_the_one_that_the_code_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m linli.config.variables"

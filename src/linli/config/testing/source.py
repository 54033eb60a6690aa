# SPDX-License-Identifier: MulanPSL-2.0
"""The house as a text: what the house tests read."""

import ast
import configparser
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from linli.config.environment import ROOT

PACKAGE = ROOT / "src" / "linli"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def named(path: Path) -> str:
    """How a message names a file: from the root of the repository."""
    return str(path.relative_to(ROOT))


@dataclass(frozen=True)
class Source:
    """One Python file of the house."""

    path: Path
    tree: ast.Module

    @property
    def inside(self) -> tuple[str, ...]:
        """Folders and file below `src/linli`: ("kernel", "places", "models")."""
        return self.path.relative_to(PACKAGE).with_suffix("").parts

    @property
    def text(self) -> str:
        """The file as it stands."""
        return self.path.read_text(encoding="utf-8")

    def is_one_of(self, *names: str) -> bool:
        """Whether the file, or the package it lies in, has one of these names in its part."""
        return len(self.inside) > 2 and self.inside[2] in names

    def functions(self) -> Iterator[Function]:
        """The functions at the top of the file."""
        return (node for node in self.tree.body if isinstance(node, Function))


@cache
def sources() -> tuple[Source, ...]:
    """The Python of the house, without tests and migrations."""
    return tuple(
        Source(path, ast.parse(path.read_text(encoding="utf-8")))
        for path in committed()
        if path.suffix == ".py"
        and path.is_relative_to(PACKAGE)
        and not {"tests", "migrations"} & set(path.parts)
    )


@cache
def kernel_order() -> dict[str, int]:
    """The height of each kernel part, read from the contract that import-linter checks."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    lines = contract["importlinter:contract:kernel"]["layers"].split("\n")
    layers = [line for line in lines if line.strip()]
    parts = [[part.strip(" ()") for part in line.split("|")] for line in reversed(layers)]
    return {name: height for height, names in enumerate(parts) for name in names}


FLOORS = ("base", "kernel", "shells", "engines", "modules", "demo", "config")


def height(module: str) -> tuple[int, int]:
    """How high a dotted module lies in the house: its floor, then its place within the kernel."""
    words = module.split(".")
    floor = FLOORS.index(words[1])
    return floor, kernel_order()[words[2]] if words[1] == "kernel" else 0


def part_of(module: str) -> str:
    """The part that a dotted module belongs to: "linli.kernel.places"."""
    return ".".join(module.split(".")[:3])


def decorators(function: Function) -> list[str]:
    """The dotted names of a function's decorators, without their arguments."""
    return [
        dotted(each.func if isinstance(each, ast.Call) else each)
        for each in function.decorator_list
    ]


def dotted(node: ast.AST) -> str:
    """A name or attribute as it is written; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, by dotted name."""
    return ((dotted(each.func), each) for each in ast.walk(node) if isinstance(each, ast.Call))


def hold(wrong: list[str], rule: str) -> None:
    """Fail with the rule and every place that breaks it."""
    assert not wrong, "\n  ".join([rule, *wrong])

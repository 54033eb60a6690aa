# SPDX-License-Identifier: MulanPSL-2.0
"""What a part declares in its terms, it uses: permissions, verbs of the record, events."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from linli.config.testing.source import Source, committed, hold, named, sources

DECLARED = {"Perm", "Verb", "Event"}


def _terms() -> Iterator[tuple[Source, str, str]]:
    """Each member of the enums of each part: ("Verb", "PLACE_ADDED")."""
    for source in sources():
        if source.inside[-1] == "terms":
            for each in source.tree.body:
                if isinstance(each, ast.ClassDef) and each.name in DECLARED:
                    for line in each.body:
                        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                            yield source, each.name, line.targets[0].id


def test_what_is_declared_is_used() -> None:
    texts = {source.inside[:2]: "" for source in sources()}
    for source in sources():
        if source.inside[-1] not in {"terms", "manifest"}:
            texts[source.inside[:2]] += source.text
    wrong = [
        f"{named(source.path)}: {enum}.{member}"
        for source, enum, member in _terms()
        if not re.search(rf"\b{enum}\.{member}\b", texts[source.inside[:2]])
        and not _is_named_elsewhere(source, enum, member)
    ]
    hold(wrong, "declared, and used nowhere in its part")


def _is_named_elsewhere(source: Source, enum: str, member: str) -> bool:
    """Whether pages, packs or other parts name the term by its dotted word."""
    found = re.search(rf'class {enum}\b.*?\b{member} = "([^"]+)"', source.text, re.DOTALL)
    if found is None:
        return False
    return any(found[1] in text for path, text in _texts().items() if path != named(source.path))


@cache
def _texts() -> dict[str, str]:
    kinds = {".py", ".toml", ".html"}
    return {
        named(path): path.read_text(encoding="utf-8")
        for path in committed()
        if path.suffix in kinds
    }

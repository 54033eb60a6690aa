# SPDX-License-Identifier: MulanPSL-2.0
"""The sentences of the house that people read, and how they are put into Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from linli.config import translations
from linli.config.testing.source import calls, committed, sources

MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext", "ngettext_lazy"}
FROM_TEMPLATE = re.compile(
    r"""\bn?gettext(?:_lazy)?\(u?(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|(?<!\{)\{\w*\}(?!\})")


def sentences() -> Iterator[tuple[str, Path]]:
    """Each English sentence that is marked for translation, and a file it stands in."""
    for source in sources():
        for name, call in calls(source.tree):
            if name.rsplit(".", 1)[-1] in MARKERS:
                yield from ((text, source.path) for text in _literals(call))
    for path in committed():
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            code = templatize(path.read_text(encoding="utf-8"))
            for found in FROM_TEMPLATE.finditer(code):
                yield ast.literal_eval(found["text"]).replace("%%", "%"), path


def _literals(call: ast.Call) -> Iterator[str]:
    """The sentence of a call: its first argument, or its second where the first is a context."""
    words = [each.value for each in call.args if isinstance(each, ast.Constant)]
    texts = [word for word in words if isinstance(word, str)]
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if texts:
        yield texts[1 if name == "pgettext" and len(texts) > 1 else 0]


def chinese() -> list[tuple[Path, polib.POEntry]]:
    """Every entry of every Chinese catalog of the house."""
    files = [path for path in translations.catalogs() if "zh_Hans" in path.parts]
    return [
        (path, entry) for path in files for entry in polib.pofile(str(path)) if not entry.obsolete
    ]


def placeholders(text: str) -> list[str]:
    """What is filled in when the sentence is shown, in no order."""
    return sorted(PLACEHOLDER.findall(text))

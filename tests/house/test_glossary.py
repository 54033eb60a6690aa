# SPDX-License-Identifier: MulanPSL-2.0
"""Things are called in code what the glossary calls them."""

import re
import tomllib

import pytest
from django.apps import apps

from linli.config.environment import ROOT
from linli.config.testing.source import hold


def _glossary() -> dict[str, dict[str, str]]:
    with (ROOT / "docs" / "glossary.toml").open("rb") as file:
        words: dict[str, dict[str, str]] = tomllib.load(file)["word"]
    return words


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _is_known(name: str, words: set[str]) -> bool:
    """Whether a name is a word of the glossary, or ends in one that it narrows (`PlaceAlias`)."""
    parts = name.split("_")
    runs = {"_".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)}
    return bool(runs & words)


def test_every_table_is_named_by_a_word_of_the_glossary() -> None:
    words = set(_glossary())
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("linli.") and not _is_known(_snake(model.__name__), words)
    ]
    hold(wrong, "add the word to docs/glossary.toml, or use the one that is there")


def test_every_word_says_what_it_is_in_both_languages_and_where_from() -> None:
    wrong = [key for key, word in _glossary().items() if not {"zh", "en", "source"} <= word.keys()]
    hold(wrong, "a word has zh, en and source")


@pytest.mark.parametrize(("name", "known"), [("place_alias", True), ("thing", False)])
def test_a_name_is_known_by_one_of_its_words(name: str, known: bool) -> None:
    assert _is_known(name, {"place"}) is known

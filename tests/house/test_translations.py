# SPDX-License-Identifier: MulanPSL-2.0
"""Every sentence that people read is there in Chinese, whole."""

import pytest

from linli.config.testing.source import hold, named
from linli.config.testing.words import chinese, placeholders, sentences


def test_every_sentence_has_its_chinese() -> None:
    known = {entry.msgid for _, entry in chinese() if entry.translated()}
    missing = {text: path for text, path in sentences() if text not in known}
    hold([f"{named(path)}: {text!r}" for text, path in missing.items()], "no Chinese for")


def test_no_translation_is_fuzzy_or_empty() -> None:
    wrong = [
        f"{named(path)}: {entry.msgid!r}" for path, entry in chinese() if not entry.translated()
    ]
    hold(wrong, "unfinished")


def test_translations_fill_in_what_the_sentence_fills_in() -> None:
    wrong = [
        f"{named(path)}: {entry.msgid!r} -> {text!r}"
        for path, entry in chinese()
        for text in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if placeholders(text) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    hold(wrong, "other placeholders")


def test_a_sentence_has_one_chinese_only() -> None:
    first: dict[tuple[str | None, str], str] = {}
    wrong = []
    for path, entry in chinese():
        said = entry.msgstr or str(entry.msgstr_plural)
        if first.setdefault((entry.msgctxt, entry.msgid), said) != said:
            wrong.append(
                f"{named(path)}: {entry.msgid!r} is elsewhere {first[entry.msgctxt, entry.msgid]!r}"
            )
    hold(wrong, "all catalogs are one to Django: say it alike, or give it a context")


def test_sentences_are_found_in_templates_and_in_python() -> None:
    suffixes = {path.suffix for _, path in sentences()}
    assert suffixes >= {".py", ".html"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(count)s of 100%%", ["%%", "%(count)s"]),
        ("{name} at {}", ["{name}", "{}"]),
        ("plain", []),
    ],
)
def test_placeholders_are_found(text: str, found: list[str]) -> None:
    assert placeholders(text) == sorted(found)

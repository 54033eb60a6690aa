# SPDX-License-Identifier: MulanPSL-2.0
"""What must hold for every page, whoever looks at it on whatever device."""

import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Page

from linli.config.environment import ROOT
from linli.config.testing.source import sources
from linli.config.testing.words import chinese

CHINESE = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"(?=[A-Z]*[a-z])[A-Za-z]{3,}")
MANY_WORDS = 3
SPOKEN = {"Linli", "English", "Excel", "PostgreSQL", "SQLite"} | {
    path.name for path in (ROOT / "packs").iterdir()
}
"""Names that stay as they are on a Chinese page."""
VERSION = re.compile(r"\b[0-9a-f]{8}\b")
COMMAND = re.compile(r"\./linli(?: [a-z]+)*")
"""What somebody is told to type."""
ADDRESS = re.compile(r"https?://[\w./-]+", re.ASCII)

DATA = "a.row[href*='/messages/']"
"""What was written to somebody stays in the language it was written in."""

GALLERY = "gallery"
"""The page of components shows samples of a street that speaks Chinese."""

GATHER = """(DATA) => {
  const said = [];
  const own = document.documentElement.lang;
  const skip = 'script, noscript, style, template, code, kbd, samp, pre, textarea, ' + DATA;
  const isOther = (el) => el.closest(skip) || (el.closest('[lang]')?.lang || own) !== own;
  const where = (el) => {
    const near = el.closest('[id]');
    const name = el.className && typeof el.className === 'string' ? '.' + el.className : '';
    return (near ? '#' + near.id + ' ' : '') + el.tagName.toLowerCase() + name;
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.replace(/\\s+/g, ' ').trim();
    const el = node.parentElement;
    if (text && el && !isOther(el)) said.push([text, where(el)]);
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
    for (const el of document.querySelectorAll('[' + name + ']')) {
      const text = el.getAttribute(name).trim();
      if (text && !isOther(el)) said.push([text, where(el) + '@' + name]);
    }
  }
  return said;
}"""

WIDTHS = """() => {
  const wide = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - wide;
  if (over <= 0) return null;
  const beyond = [...document.body.querySelectorAll('*')].filter((el) => {
    const box = el.getBoundingClientRect();
    return box.right > wide + 1 && box.width > 0 && getComputedStyle(el).position !== 'fixed';
  });
  const last = beyond.at(-1);
  return `${over} px too wide: ${last ? last.tagName.toLowerCase() + '.' + last.className : '?'}`;
}"""

ENDS = """() => {
  const main = document.querySelector('main');
  if (!main) return 'no <main>';
  const ways = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  if (!main.innerText.trim()) return 'an empty <main>';
  if (!main.querySelector(ways) && !document.querySelector('header a[href], nav a[href]')) {
    return 'nowhere to go from here';
  }
  for (const none of document.querySelectorAll('.empty')) {
    if (!none.querySelector('a[href], button, p')) return 'empty, and no next step: ' +
    none.innerText;
  }
  return document.title.trim() ? null : 'no title';
}"""


DRESS = "(data) => Object.assign(document.documentElement.dataset, data)"


def faults(page: Page, language: str) -> Iterator[str]:
    """Everything that is wrong with the page as it stands in the browser."""
    yield from misfits(page)
    is_foreign = _is_english if language == "zh-hans" else _is_chinese
    for text, where in page.evaluate(GATHER, DATA):
        if is_foreign(text):
            yield f"not translated: {text[:80]!r} in {where}"


def misfits(page: Page) -> Iterator[str]:
    """What does not fit the width of the window, and where one cannot go on."""
    for problem in (page.evaluate(WIDTHS), page.evaluate(ENDS)):
        if problem:
            yield problem


def dress(page: Page, **look: str) -> None:
    """Show the page that stands there as its reader may choose: `theme="dark"`, `size="large"`."""
    page.evaluate(DRESS, look)


def _is_english(text: str) -> bool:
    """Whether words on a Chinese page are English."""
    plain = VERSION.sub("", COMMAND.sub("", ADDRESS.sub("", text)))
    words = [word for word in WORD.findall(plain) if word not in SPOKEN]
    return len(words) >= MANY_WORDS or bool(words and not CHINESE.search(text))


def _is_chinese(text: str) -> bool:
    """Whether words on an English page are Chinese words of the house, and not of its people."""
    if not CHINESE.search(text):
        return False
    return text in labels() or any(found.fullmatch(text) for found in sentences())


@cache
def labels() -> frozenset[str]:
    """The Chinese labels of the packs and of the house that have an English one beside them."""
    found: set[str] = set()
    for path in (ROOT / "packs").rglob("*.toml"):
        found |= set(_labels_in(tomllib.loads(path.read_text(encoding="utf-8"))))
    places: set[str] = set()
    for path in (ROOT / "packs").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("en") and row.get("zh")]
        names = places if path.name == "places.csv" else found
        names |= {row["zh"] for row in rows}
    for source in (each for each in sources() if each.inside[-1] != GALLERY):
        found |= set(re.findall(r'"zh": "([^"]+)",\s*"en":', source.text))
    return frozenset(text for text in found - places if CHINESE.search(text))


def _labels_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("zh"), str) and value.get("en"):
            yield value["zh"]
        for each in value.values():
            yield from _labels_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _labels_in(each)


FILLED = re.compile(r"%\\?\((?:\w+)\\?\)[sd]|%[sd]|\\\{\w*\\\}")


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """The Chinese sentences of the catalogs, with a gap where something is filled in."""
    texts: set[str] = set()
    for _path, entry in chinese():
        texts |= {entry.msgstr, *entry.msgstr_plural.values()}
    own = (text for text in texts if len(CHINESE.findall(FILLED.sub("", text))) >= 2)
    return tuple(re.compile(FILLED.sub(".+?", re.escape(text))) for text in sorted(own))

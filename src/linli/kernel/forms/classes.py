# SPDX-License-Identifier: MulanPSL-2.0
"""The class system as values: read once, kept until a newer row is loaded."""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import log

from linli.base import clock
from linli.base.text import clean_line, digits, label
from linli.kernel.forms.grammar import ClassRow
from linli.kernel.forms.models import Definition

_KEPT = 32
_LONGEST_TEXT = 20_000

NAMED = 1.3
"""How much more a word of the class's own name says."""


@dataclass(frozen=True)
class MatterClass:
    """One class of matters (类别) in force at a place; what it does not say itself its parent
    says."""

    key: str
    label: Mapping[str, str]
    part_of: str | None
    workflow: str
    urgency: str
    calendar: str
    limits: Mapping[str, str]
    words: tuple[str, ...]
    chain: tuple[str, ...]
    """Itself, then the classes above it."""
    is_open: bool = False
    """Whether it and every class above it are called open, so that open data may tell its cases."""

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return label(self.label)


@dataclass(frozen=True)
class Proposal:
    """A class that a text speaks of, with the words that decided."""

    key: str
    name: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class ClassTree:
    """All classes in force at a place on a day, in pack order."""

    classes: Mapping[str, MatterClass]
    children: Mapping[str | None, tuple[str, ...]]
    index: Mapping[str, tuple[str, ...]] = field(repr=False)
    """For each word the classes that own it."""

    def under(self, root: str) -> list[MatterClass]:
        """A class and all below it, depth first."""
        return list(self._walk(root)) if root in self.classes else []

    def _walk(self, key: str) -> Iterator[MatterClass]:
        yield self.classes[key]
        for child in self.children.get(key, ()):
            yield from self._walk(child)

    def propose(self, text: str, root: str, most: int = 5) -> list[Proposal]:
        """Classes below `root` by how strongly a text speaks of them, by the class system's own
        words.

        A long word says more than a short one, a word of few classes more than one of many, a
        word of the class's own name more than another; a word inside a longer one that was found
        counts no more.
        """
        said = digits(clean_line(text[:_LONGEST_TEXT])).casefold()
        found = sorted((word for word in self.index if word in said), key=len, reverse=True)
        scores: dict[str, float] = defaultdict(float)
        deciding: dict[str, list[str]] = defaultdict(list)
        for word in found:
            rarity = 1 + log(len(self.classes) / len(self.index[word]))
            for key in self.index[word]:
                if any(word in longer for longer in deciding[key]):
                    continue
                deciding[key].append(word)
                own = NAMED if word in self.classes[key].label["zh"] else 1
                scores[key] += own * rarity * len(word) * (1 + log(said.count(word)))
        ranked = sorted(scores, key=lambda key: (-scores[key], -len(self.classes[key].chain), key))
        return [
            Proposal(key, self.classes[key].name, round(scores[key], 2), tuple(deciding[key]))
            for key in ranked
            if key != root and root in self.classes[key].chain
        ][:most]


_trees: dict[tuple[object, ...], ClassTree] = {}
_changing = threading.Lock()


def class_tree(path: str, day: dt.date | None = None) -> ClassTree:
    """The class system in force at a place; one query while nothing new was loaded."""
    on = day or clock.today()
    key = Definition.objects.standing(("class",), path, on)
    tree = _trees.get(key)
    if tree is None:
        tree = _read(path, on)
        with _changing:
            if len(_trees) >= _KEPT:
                _trees.pop(next(iter(_trees)))
            _trees[key] = tree
    return tree


def _read(path: str, day: dt.date) -> ClassTree:
    rows = Definition.objects.in_force("class", path, day)
    specs = {row.key: ClassRow.model_validate(row.body) for row in rows}
    classes: dict[str, MatterClass] = {}
    for key in specs:
        _put(key, specs, classes)
    children: dict[str | None, list[str]] = defaultdict(list)
    index: dict[str, list[str]] = defaultdict(list)
    for key in specs:
        children[classes[key].part_of].append(key)
        for word in classes[key].words:
            index[word].append(key)
    return ClassTree(
        {key: classes[key] for key in specs},
        {key: tuple(below) for key, below in children.items()},
        {word: tuple(keys) for word, keys in index.items()},
    )


def _put(key: str, specs: Mapping[str, ClassRow], classes: dict[str, MatterClass]) -> MatterClass:
    """One class, after the class above it."""
    if key in classes:
        return classes[key]
    spec = specs[key]
    above = _put(spec.part_of, specs, classes) if spec.part_of in specs and spec.part_of else None
    words = dict.fromkeys(digits(clean_line(word)).casefold() for word in (spec.zh, *spec.words))
    classes[key] = MatterClass(
        key=key,
        label={"zh": spec.zh, "en": spec.en or spec.zh},
        part_of=spec.part_of if above else None,
        workflow=(spec.workflow or "").partition(":")[2] or (above.workflow if above else ""),
        urgency=spec.urgency,
        calendar=(spec.calendar or "").partition(":")[2] or (above.calendar if above else ""),
        limits={**(above.limits if above else {}), **spec.limits},
        words=tuple(word for word in words if len(word) > 1),
        chain=(key, *(above.chain if above else ())),
        is_open=spec.open == "true" and (above.is_open if above else spec.part_of is None),
    )
    return classes[key]

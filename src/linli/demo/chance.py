# SPDX-License-Identifier: MulanPSL-2.0
"""Chance that repeats itself: the same words always give the same run of numbers."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

_Choice = TypeVar("_Choice")


def chance_of(*words: object) -> random.Random:
    """A run of chance named by these words, the same on every machine and in every process."""
    return random.Random("/".join(map(str, words)))  # noqa: S311 - it invents a city, it guards nothing


def weighted(chance: random.Random, weights: Mapping[_Choice, float]) -> _Choice:
    """One of the keys, each as likely as its weight says."""
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def dealt(chance: random.Random, cards: Sequence[_Choice], count: int) -> list[_Choice]:
    """`count` cards, none twice before all have been dealt once."""
    hand: list[_Choice] = []
    while len(hand) < count:
        hand += chance.sample(list(cards), len(cards))
    return hand[:count]

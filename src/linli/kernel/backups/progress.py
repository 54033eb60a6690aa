# SPDX-License-Identifier: MulanPSL-2.0
"""How far a long work is, told now and then and not at every byte."""

from collections.abc import Callable
from dataclasses import dataclass

from linli.kernel.backups.terms import Step

Tell = Callable[[Step, int], None]
"""Told of a step and how many percent of it are done."""

STRIDE = 5


def quiet(step: Step, percent: int) -> None:
    """Tells nobody."""
    del step, percent


@dataclass
class Meter:
    """Counts bytes of a step and tells every few percent; `of` may be a guess."""

    step: Step
    of: int
    tell: Tell
    done: int = 0
    told: int = -STRIDE

    def count(self, size: int) -> None:
        """So many more went through."""
        self.done += size
        percent = min(100 * self.done // max(self.of, 1), 99)
        if percent >= self.told + STRIDE:
            self.told = percent
            self.tell(self.step, percent)

    def end(self) -> None:
        """All went through."""
        self.tell(self.step, 100)

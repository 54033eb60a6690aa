# SPDX-License-Identifier: MulanPSL-2.0
"""Classes of rows that age: how long each is kept, and what becomes of it then."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from linli.kernel.sockets.manifest import Label


class Manner(StrEnum):
    """What becomes of rows that were kept long enough."""

    DELETED = "deleted"
    ANONYMIZED = "anonymized"


Aged = Callable[[dt.datetime], Any]
"""The rows that had their time before a moment (wall time), as a query set of their own table."""
Take = Callable[[Any], None]
"""What is done with such rows, a batch at a time, so that they are aged no more; the caller holds
the transaction."""


@dataclass(frozen=True)
class Retention:
    """A class of rows that one job of the platform goes through each night.

    `aged` and `take` are dotted names of an `Aged` and a `Take`; without `take` rows are deleted,
    with it they are made anonymous. `moment` is the column by which they age, `days` how long they
    are kept unless a city says otherwise, `least` the fewest days that it may say, by `law`.
    """

    label: Label
    aged: str
    moment: str
    days: int
    least: int = 0
    law: Label = field(default_factory=dict)
    take: str = ""


@dataclass(frozen=True)
class RetentionGiven:
    """A class that a part declared, with the functions behind its names."""

    rule: Retention
    aged: Aged
    take: Take | None

    @property
    def manner(self) -> Manner:
        """What becomes of its rows."""
        return Manner.DELETED if self.take is None else Manner.ANONYMIZED

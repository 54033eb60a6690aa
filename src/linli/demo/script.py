# SPDX-License-Identifier: MulanPSL-2.0
"""How a case of the invented city will go, drawn when it is filed: pure."""

import datetime as dt
import random
from dataclasses import dataclass

from linli.demo.chance import weighted

MARKS = {"very_good": 46, "good": 30, "fair": 8, "": 10, "poor": 4, "very_poor": 2}
"""The marks that residents give, by how common they are; "" is silence."""
SECOND_MARKS = {"good": 5, "fair": 2, "": 6}
"""What those give who were not satisfied at first: half of them say no more."""
REASONS = ("not_solved", "came_back", "too_slow", "manner", "unclear")
RETURNS = ("not_ours", "not_here", "unclear")
REDOS = ("half_done", "no_contact", "no_proof")

LATE = 0.045
REFUSED = 0.06
FAILED = 0.05
BY_HAND = 0.4
SLOW_CONTACT = 0.04


@dataclass
class Script:
    """What the staff will do with a case, and when, as shares of its time limits.

    `dispatch` and `sign` are minutes; `accept`, `contact` and `answer` shares of the time for the
    first contact and for closing; `verify` a share of a working day; `rate` hours. `refusals` and
    `fails` say how often a unit sends it back and how often the work is found wanting; `halts_at`
    is the step at which everybody lets it lie, `halts_after` how many visits there go through
    before.
    """

    dispatch: float | None
    sign: float
    accept: float
    contact: float
    answer: float
    verify: float
    rate: float
    refusals: int = 0
    fails: int = 0
    mark: str = "good"
    second_mark: str = "good"
    halts_at: str = ""
    halts_after: int = 0


def script(chance: random.Random) -> Script:
    """How a usual case goes: most are done in time, some late, refused or found wanting."""
    is_late = chance.random() < LATE
    is_slow = is_late or chance.random() < SLOW_CONTACT
    return Script(
        dispatch=chance.uniform(1.5, 8) if chance.random() < BY_HAND else None,
        sign=chance.uniform(2, 24),
        accept=chance.uniform(0.25, 0.5),
        contact=chance.uniform(1.05, 1.6) if is_slow else chance.uniform(0.55, 0.92),
        answer=chance.uniform(1.02, 1.9) if is_late else chance.uniform(0.3, 0.66),
        verify=chance.uniform(0.06, 0.5),
        rate=chance.uniform(0.6, 40),
        refusals=int(chance.random() < REFUSED),
        fails=int(chance.random() < FAILED),
        mark=weighted(chance, MARKS),
        second_mark=weighted(chance, SECOND_MARKS),
    )


def good(chance: random.Random) -> Script:
    """How a case goes in which nothing goes wrong."""
    plain = script(chance)
    plain.contact, plain.answer = chance.uniform(0.55, 0.9), chance.uniform(0.3, 0.6)
    plain.refusals = plain.fails = 0
    plain.mark = "very_good"
    return plain


def minutes(count: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=count)

# SPDX-License-Identifier: MulanPSL-2.0
"""Events, messages and attempts in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.base.text import label
from linli.base.wire import Trouble
from linli.kernel.sockets import registry
from linli.modules.exchange.models import Attempt, Message
from linli.modules.exchange.terms import Standing

TONES = {Standing.DONE: "good", Standing.GIVEN_UP: "late", Standing.WAITING: "now"}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One call in words."""

    attempt: Attempt
    said: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in a list, with its attempts, newest first."""

    message: Message
    event: str
    standing: str
    tone: str
    attempts: tuple[AttemptLine, ...]


def events_to_choose() -> list[tuple[str, str]]:
    """Every event that partner systems may be told of, with what it is called."""
    found = registry.tellings()
    return [(event, label(tellings[0].label)) for event, tellings in found.items()]


def event_words(events: Iterable[str]) -> list[str]:
    """What events are called."""
    known = dict(events_to_choose())
    return [known.get(event, event) for event in events]


def message_lines(rows: Sequence[Message]) -> list[MessageLine]:
    """Messages for a list."""
    known = dict(events_to_choose())
    return [
        MessageLine(
            row,
            known.get(row.event, row.event),
            str(Standing(row.standing).label),
            TONES[Standing(row.standing)],
            tuple(_attempt(each) for each in row.attempts.all()),
        )
        for row in rows
    ]


def _attempt(row: Attempt) -> AttemptLine:
    trouble = str(Trouble(row.trouble).label) if row.trouble else ""
    parts = ("" if row.status is None else str(row.status), trouble)
    return AttemptLine(row, " · ".join(part for part in parts if part))

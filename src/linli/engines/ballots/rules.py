# SPDX-License-Identifier: MulanPSL-2.0
"""What a ballot is as data (definitions.md 3.9); of its methods `rate` is carried. No database."""

from typing import Any, Literal

from pydantic import Field, model_validator

from linli.base.conditions import Condition
from linli.base.spans import Span
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Key
from linli.kernel.workflow.grammar import Choices, EffectSpec, Form, OneOrMore

RATE = "rate"
Method = Literal["vote", "choose", "budget", "rate", "survey", "score"]
Channel = Literal["web", "phone", "paper", "meeting"]
RATE_NEEDS = ("open_for", "options", "bad")
NOT_OF_RATE = (
    "secret",
    "proxy",
    "notice",
    "attend",
    "agree",
    "seats",
    "money",
    "sample",
    "criteria",
    "bands",
    "judges",
)


class BallotSpec(DefinitionSpec):
    """A vote, choice, rating, survey or scorecard. `rate` (one matter, one mark, given by whoever
    filed it) is carried; the others can be written down and wait for their engine.
    """

    at: OneOrMore = Field(min_length=1)
    method: Method
    roll: str
    where: Condition | None = None
    freeze: Literal["notice", "opening"] | None = None
    one_per: Literal["person", "household", "owner", "unit"] | None = None
    notice: Span | None = None
    open_for: Span | None = None
    attend: tuple[dict[str, Any], ...] = ()
    agree: tuple[dict[str, Any], ...] = ()
    secret: bool = False
    proxy: int = 0
    seats: int | None = None
    money: int | None = None
    options: dict[Key, Bilingual] = Field(default_factory=dict)
    bad: tuple[Key, ...] = ()
    reasons: Choices | None = None
    form: Form | None = None
    sample: dict[str, Any] | None = None
    criteria: dict[Key, dict[str, Any]] | None = None
    bands: dict[Key, dict[str, Any]] | None = None
    judges: tuple[str, ...] | None = None
    mutual: bool = False
    hide_under: int | None = None
    channels: tuple[Channel, ...] = ("web", "phone", "paper")
    then: tuple[EffectSpec, ...] = ()

    @property
    def is_carried(self) -> bool:
        """Whether the engine can hold it today."""
        return self.method == RATE

    @model_validator(mode="after")
    def _whole(self) -> "BallotSpec":
        if self.method == RATE:
            self._rating()
        return self

    def _rating(self) -> None:
        """A rating has marks, some of them bad, and is given by whoever filed the matter."""
        if self.roll != "applicant":
            raise ValueError('a rating is given by the applicant: roll = "applicant"')
        missing = [name for name in RATE_NEEDS if not getattr(self, name)]
        odd = [name for name in NOT_OF_RATE if getattr(self, name)]
        if missing or odd:
            raise ValueError(f"a rating needs {', '.join(RATE_NEEDS)}; wrong: {missing + odd}")
        if len(self.options) < 2:
            raise ValueError("a rating has two marks at least")
        self._bad_are_options()

    def _bad_are_options(self) -> None:
        for mark in self.bad:
            if mark not in self.options:
                raise ValueError(f'"{mark}" is bad, and no option')
        if set(self.bad) == set(self.options):
            raise ValueError("every option is bad")

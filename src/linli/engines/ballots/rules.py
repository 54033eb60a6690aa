# SPDX-License-Identifier: MulanPSL-2.0
"""What a ballot is as data (definitions.md 3.9); of its methods `rate` is carried. No database."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from linli.base.spans import Span
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Key
from linli.kernel.workflow.grammar import Choices, Form, OneOrMore

METHODS = ("vote", "choose", "budget", "rate", "survey", "score")


def _method(method: str) -> str:
    if method not in METHODS:
        raise ValueError(f'"{method}" is no method; write one of {", ".join(METHODS)}')
    if method != "rate":
        raise ValueError(f'"{method}" is not carried yet; only "rate" is')
    return method


class BallotSpec(DefinitionSpec):
    """A rating: one matter, one mark, given by whoever filed it."""

    at: OneOrMore = Field(min_length=1)
    method: Annotated[str, AfterValidator(_method)]
    roll: Literal["applicant"]
    open_for: Span
    options: dict[Key, Bilingual] = Field(min_length=2)
    bad: tuple[Key, ...] = Field(min_length=1)
    reasons: Choices | None = None
    form: Form | None = None
    channels: tuple[Literal["web", "phone", "paper"], ...] = ("web", "phone", "paper")

    @model_validator(mode="after")
    def _bad_are_options(self) -> "BallotSpec":
        for mark in self.bad:
            if mark not in self.options:
                raise ValueError(f'"{mark}" is bad, and no option')
        if set(self.bad) == set(self.options):
            raise ValueError("every option is bad")
        return self

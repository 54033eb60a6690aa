# SPDX-License-Identifier: MulanPSL-2.0
"""The keys that every kind of definition shares (definitions.md 2.2), as strict models."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""An id inside a pack: lower-case English words joined by underscores."""


class Strict(BaseModel):
    """A value in a definition: unknown keys are errors, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Bilingual(Strict):
    """A text for people; Chinese must be there, a released pack has both."""

    zh: str = Field(min_length=1)
    en: str = ""

    def as_label(self) -> dict[str, str]:
        """The plain form that `base.text.label` reads."""
        return {"zh": self.zh, "en": self.en}


class DefinitionSpec(Strict):
    """What every `[kind.id]` table may hold; the loader has dealt with `extends` and `remove`
    before.
    """

    label: Bilingual
    clause: str = Field(min_length=1)
    help: Bilingual | None = None
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None


class RowSpec(Strict):
    """What every CSV row holds; empty cells are left out before it is read, lists are parted by
    ";".
    """

    id: Key
    clause: str = Field(min_length=1)
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None


def _split(value: object) -> object:
    return (
        [part.strip() for part in value.split(";") if part.strip()]
        if isinstance(value, str)
        else value
    )


Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A CSV cell that holds a list, its parts divided by ";" (a TOML list is taken as it is)."""

# SPDX-License-Identifier: MulanPSL-2.0
"""The kind that notify owns: text (definitions.md 2.5)."""

import string

from pydantic import Field, model_validator

from linli.kernel.notify.models import Definition
from linli.kernel.notify.terms import NAMES
from linli.kernel.sockets.grammar import Grammar, keeps
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec

LONGEST = 500


class TextSpec(DefinitionSpec):
    """What a notice says; `label` is its title, names in braces are filled in when it is sent."""

    body: Bilingual = Field()

    @model_validator(mode="after")
    def _names(self) -> "TextSpec":
        for text in (self.body.zh, self.body.en):
            if len(text) > LONGEST:
                raise ValueError(f"a notice has at most {LONGEST} characters")
            try:
                parts = list(string.Formatter().parse(text))
            except ValueError:
                raise ValueError("a brace stands alone in the body") from None
            for _, name, form, conversion in parts:
                if name is not None and (name not in NAMES or form or conversion):
                    raise ValueError(
                        f'"{{{name}}}" is no name here; write one of {", ".join(NAMES)}'
                    )
        return self


TEXT = Grammar("text", TextSpec, keeps(Definition, "text"))

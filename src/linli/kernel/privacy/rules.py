# SPDX-License-Identifier: MulanPSL-2.0
"""What a notice must say before it is kept. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.base.errors import Invalid, Message
from linli.base.text import clean
from linli.kernel.privacy import first
from linli.kernel.privacy.terms import LONGEST_CHANGES, LONGEST_TEXT, VERSION, Purpose


@dataclass(frozen=True)
class Draft:
    """A notice as it was written."""

    version: str
    text_zh: str
    text_en: str
    starts_on: dt.date
    changes_zh: str = ""
    changes_en: str = ""
    asks_again: tuple[str, ...] = ()


def draft_checked(draft: Draft, *, is_first: bool) -> Draft:
    """The draft cleaned; the first of a place has nothing to say of changes.

    Raises Invalid with everything that is wrong.
    """
    wrong: dict[str, Message] = {}
    version = draft.version.strip()
    if not VERSION.fullmatch(version) or version == first.VERSION:
        wrong["version"] = _(
            "Write a version of letters, digits and dots that is new, like 2026-12."
        )
    texts = {name: clean(getattr(draft, name)).strip() for name in _TEXTS}
    for name, (longest, is_needed) in _TEXTS.items():
        if not texts[name] and is_needed and not (is_first and name.startswith("changes")):
            wrong[name] = _("Write it in both languages.")
        if len(texts[name]) > longest:
            wrong[name] = _("At most %(most)s characters.") % {"most": longest}
    if wrong:
        raise Invalid(next(iter(wrong.values())), code="notice_incomplete", fields=wrong)
    return Draft(
        version, starts_on=draft.starts_on, asks_again=_purposes(draft.asks_again), **texts
    )


def _purposes(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in Purpose.values if name in set(names))


_TEXTS = {
    "text_zh": (LONGEST_TEXT, True),
    "text_en": (LONGEST_TEXT, True),
    "changes_zh": (LONGEST_CHANGES, True),
    "changes_en": (LONGEST_CHANGES, True),
}

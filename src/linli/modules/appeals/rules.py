# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of appeals: what is enough to be taken, and how figures are made."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.base.text import clean, digits
from linli.modules.appeals.terms import Channel, Perm

SHORTEST = 2
LONGEST = 2000
LONGEST_IMPORTED = 10_000
"""Characters of an appeal: what people type on a page, and what letters in an older system have."""

LONGEST_TITLE = 40
GUARDED_AGE = 14
"""Below this age a guardian must agree (Personal Information Protection Law, article 31)."""

MOST_PHOTOS = 9
LONGEST_SPOT = 120
WHOLE = 1000
"""Boxes on a photo are told in thousandths of it."""

MOST_BOXES = 60
LONGEST_NOTICE = 16
MOST_AN_HOUR = 20
"""How many reports one sender may send in an hour through the portal, taken or refused."""

ADDITIONS_AN_HOUR = 10
"""How often something may be added to one appeal in an hour, taken or refused."""

_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def what_cleaned(what: str, *, longest: int = LONGEST) -> str:
    """The words of an appeal without control characters and outer space; refuses too few or too
    many.

    Raises Invalid with the field `what`.
    """
    words = clean(what).strip()
    if len(words) < SHORTEST:
        message = _("Please write a sentence about what happened.")
        raise Invalid(message, code="what_missing", fields={"what": message})
    if len(words) > longest:
        message = _("This is %(length)s characters; please keep to %(most)s.") % {
            "length": len(words),
            "most": longest,
        }
        raise Invalid(message, code="what_too_long", fields={"what": message})
    return words


def longest_of(channel: str) -> int:
    """How many characters an appeal may have that came this way."""
    return LONGEST_IMPORTED if channel == Channel.IMPORT else LONGEST


def title_of(what: str) -> str:
    """A short name for a case: the first sentence of what was said, cut at a comma where it is
    long.
    """
    sentence = _SENTENCE_END.split(what.strip(), maxsplit=1)[0].strip() or what.strip()
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    clause = re.split(r"[，,、]", sentence, maxsplit=1)[0]
    if SHORTEST < len(clause) <= LONGEST_TITLE:
        return clause
    return sentence[: LONGEST_TITLE - 1] + "…"


def phone_cleaned(phone: str) -> str:
    """A phone number as plain digits, full-width digits and separators taken away; "" stays
    empty.
    """
    return re.sub(r"[\s\-‐–()（）]", "", digits(phone).strip())


def ensure_guardian_agrees(*, is_minor: bool, has_consent: bool, is_other: bool = False) -> None:
    """For a child under 14 a guardian agrees; with `is_other` the child is whom it is for."""
    if is_minor and not has_consent:
        message = (
            _("Whom this is for is under 14: a parent or guardian has to agree first.")
            if is_other
            else _("You are under 14: please ask a parent or guardian to agree first.")
        )
        raise Invalid(message, code="guardian_needed", fields={"has_guardian_consent": message})


def needs_grant(channel: str) -> bool:
    """Whether somebody must hold a right to file through this channel (everybody may use the
    portal).
    """
    return channel != Channel.PORTAL


def unseen(actor: Actor) -> Actor:
    """A confidential reporter as the history and the record name them: not at all.

    The appeal itself keeps whose it is.
    """
    return Actor(kind=actor.kind, on_behalf_of=actor.on_behalf_of, request_id=actor.request_id)


def permission_for(channel: str) -> Perm:
    """The right that a channel asks for; a grid worker reports, a clerk registers for somebody."""
    return {Channel.GRID: Perm.REPORT, Channel.IMPORT: Perm.IMPORT}.get(
        Channel(channel), Perm.REGISTER_FOR
    )


def ensure_some_photos(count: int) -> None:
    """At least one photo, at most nine."""
    if count == 0:
        message = _("Please choose at least one photo.")
        raise Invalid(message, code="no_photos", fields={"photos": message})
    ensure_few_photos(count)


def ensure_few_photos(count: int) -> None:
    """At most nine photos an appeal."""
    if count > MOST_PHOTOS:
        message = _("At most %(most)s photos, please.") % {"most": MOST_PHOTOS}
        raise Invalid(message, code="too_many_photos", fields={"photos": message})


def ensure_box(x: int, y: int, width: int, height: int) -> None:
    """Raises Invalid for a box that covers nothing, or lies outside the picture."""
    is_inside = x >= 0 and y >= 0 and x + width <= WHOLE and y + height <= WHOLE
    if width < 1 or height < 1 or not is_inside:
        message = _("A box lies inside the picture and covers something.")
        raise Invalid(message, code="box_outside", fields={"boxes": message})


@dataclass(frozen=True)
class Rate:
    """A share as two whole numbers; a share of nothing has no value."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """The share in percent, one decimal, rounded half up; None where there is nothing to
        share.
        """
        if self.denominator == 0:
            return None
        return (self.numerator * 2000 + self.denominator) // (2 * self.denominator) / 10

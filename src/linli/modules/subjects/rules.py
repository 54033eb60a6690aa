# SPDX-License-Identifier: MulanPSL-2.0
"""What a request must say. Pure."""

from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.base.text import clean
from linli.modules.subjects.terms import Fact, Kind

LONGEST = 1000


def wish_checked(kind: str, fact: str, wish: str) -> tuple[Kind, str, str]:
    """The kind, the fact and the words of a request, cleaned.

    A correction says which fact and what is right; the others may say something. Raises Invalid.
    """
    if kind not in Kind.values:
        message = _("Please choose what you ask for.")
        raise Invalid(message, code="kind_missing", fields={"kind": message})
    words = clean(wish).strip()
    if len(words) > LONGEST:
        message = _("At most %(most)s characters.") % {"most": LONGEST}
        raise Invalid(message, code="wish_long", fields={"wish": message})
    if kind != Kind.CORRECTION:
        return Kind(kind), "", words
    if fact not in Fact.values:
        message = _("Please choose what is wrong.")
        raise Invalid(message, code="fact_missing", fields={"fact": message})
    if not words:
        message = _("Please write what is right.")
        raise Invalid(message, code="wish_missing", fields={"wish": message})
    return Kind(kind), fact, words

# SPDX-License-Identifier: MulanPSL-2.0
"""Accounts as a form offers them: found by log-in or, for staff, by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.base.text import clean_line
from linli.kernel.access import selectors as access
from linli.kernel.accounts import selectors as accounts
from linli.kernel.accounts.models import Account, AccountQuerySet
from linli.kernel.units import selectors as units
from linli.kernel.workflow.selectors import names_of

MOST_FOUND = 20
LONGEST_QUESTION = 64


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account to choose: its log-in, and the name of those who work here."""

    account: Account
    name: str


def people_found(actor: Actor, question: str) -> list[Somebody]:
    """Accounts that the actor looks after, by a piece of the log-in or of a colleague's name.

    Names of people who hold no post are never looked at nor shown.
    """
    wanted = clean_line(question)[:LONGEST_QUESTION]
    if not wanted:
        return []
    rows = _with_posts(actor)
    rows = rows.filter(
        Q(username__icontains=wanted) | Q(has_post=True, person__name__contains=wanted)
    )
    return _named(list(rows.filter(is_active=True).order_by("username")[:MOST_FOUND]))


def account_chosen(actor: Actor, text: str) -> Somebody:
    """The account of that id, if the actor looks after it. Raises Invalid if there is none."""
    row = _with_posts(actor).filter(pk=int(text)).first() if text.isdecimal() else None
    if row is None:
        message = _("Choose whom you mean.")
        raise Invalid(message, code="nobody_chosen", fields={"account": message})
    return _named([row])[0]


def _with_posts(actor: Actor) -> AccountQuerySet:
    """Accounts the actor looks after, each with whether it holds a role or belongs to a unit
    there.
    """
    held = access.grants_visible(actor=actor).filter(account=OuterRef("pk")).order_by()
    member = units.units_visible(actor=actor).filter(memberships__account=OuterRef("pk")).order_by()
    rows: AccountQuerySet = accounts.accounts_visible(actor=actor)
    return rows.annotate(has_post=Q(Exists(held)) | Q(Exists(member)))


def _named(rows: Iterable[Account]) -> list[Somebody]:
    found = list(rows)
    staff = [row.pk for row in found if getattr(row, "has_post", False)]
    names = names_of(staff)
    return [Somebody(row, names.get(row.pk, row.username)) for row in found]

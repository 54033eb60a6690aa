# SPDX-License-Identifier: MulanPSL-2.0
"""Reading log-ins."""

from linli.base.actor import Actor
from linli.kernel.accounts.models import Account, AccountQuerySet
from linli.kernel.accounts.rules import username_of
from linli.kernel.accounts.terms import Perm


def account_get(account_id: int) -> Account | None:
    """The account of that id, whoever asks; for the machinery of log-in."""
    found: Account | None = Account.objects.filter(pk=account_id).first()
    return found


def account_find(username: str) -> Account | None:
    """The account of that name, however it was typed; for the machinery of log-in."""
    found: Account | None = Account.objects.filter(username=username_of(username)).first()
    return found


def accounts_visible(*, actor: Actor) -> AccountQuerySet:
    """Accounts that the actor looks after, by name."""
    found: AccountQuerySet = Account.objects.visible_to(actor, Perm.VIEW).order_by("username")
    return found


def accounts_demo() -> list[Account]:
    """The personas of the demo city; production refuses to start while there are any."""
    return list(Account.objects.filter(is_demo=True).order_by("pk"))

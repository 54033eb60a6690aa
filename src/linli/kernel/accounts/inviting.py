# SPDX-License-Identifier: MulanPSL-2.0
"""How the holder of an account gets a password that nobody else knows."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Refused
from linli.kernel.accounts import rules
from linli.kernel.accounts.models import Account, Invitation
from linli.kernel.accounts.proof import prove
from linli.kernel.accounts.services import ensure_manages, password_set, self_actor, sessions_end
from linli.kernel.accounts.terms import Verb
from linli.kernel.audit import services as audit


@transaction.atomic
def invitation_give(*, actor: Actor, account: Account) -> str:
    """A new code with which the holder sets their password; the one before works no more, nor does
    the password until now.

    Raises Forbidden, Unproven, and Conflict for a closed account.
    """
    ensure_manages(actor, account.place_path)
    prove(actor)
    if not account.is_active:
        raise Conflict(_("This account is closed."), code="account_closed")
    code = secrets.token_urlsafe(24)
    ends_at = timezone.now() + rules.INVITED_FOR
    Invitation.objects.update_or_create(
        account=account, defaults={"digest": rules.digest_of(code), "ends_at": ends_at}
    )
    account.set_unusable_password()
    account.save(update_fields=["password"])
    sessions_end(actor=actor, account=account)
    audit.record(actor, Verb.INVITATION_GIVEN, on=account, at=account.place_path)
    return code


def invitation_find(code: str) -> Invitation | None:
    """The invitation of a code, if it still serves; for the page on which it is used."""
    rows = Invitation.objects.select_related("account").filter(account__is_active=True)
    return rows.filter(digest=rules.digest_of(code), ends_at__gt=timezone.now()).first()


@transaction.atomic
def invitation_use(*, code: str, password: str) -> Account:
    """Set the password of the account that a code was given for; the code is used up.

    Raises Refused for a code that serves no more, Invalid for a password that is too weak.
    """
    invitation = invitation_find(code)
    if invitation is None or not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        message = _("This invitation serves no more. Ask for a new one where you got it.")
        raise Refused(message, code="invitation_over")
    account = invitation.account
    password_set(actor=self_actor(account), account=account, password=password)
    return account

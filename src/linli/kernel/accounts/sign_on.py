# SPDX-License-Identifier: MulanPSL-2.0
"""By whom a single sign-on means an account: bound by its holder or by who looks after it, never
guessed from a name or an e-mail address.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import crypto
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.kernel.accounts.models import SUBJECT_CONTEXT, Account, SignOn
from linli.kernel.accounts.proof import prove
from linli.kernel.accounts.selectors import sign_on_of, signed_on
from linli.kernel.accounts.services import ensure_manages, sessions_end
from linli.kernel.accounts.terms import Verb
from linli.kernel.audit import services as audit

LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, 2: a subject has at most so many characters."""


@transaction.atomic
def sign_on_bind(*, actor: Actor, account: Account, issuer: str, subject: str) -> SignOn:
    """Let an account be signed in to by whoever the provider calls `subject`.

    One's own, or as an administrator of the account's place. Raises Forbidden, Unproven, Invalid
    for what is no subject, Conflict where one of the two is bound already.
    """
    _ensure_may(actor, account)
    named = subject.strip()
    if not 0 < len(named) <= LONGEST_SUBJECT:
        message = _("Write the subject as the sign-in service tells it.")
        raise Invalid(message, code="subject_invalid", fields={"subject": message})
    held = lock(account)
    if not held.is_active:
        raise Conflict(_("This account is closed."), code="account_closed")
    if sign_on_of(held) is not None or signed_on(issuer, named) is not None:
        raise _taken()
    row = SignOn(account=held, issuer=issuer, subject=named, bound_at=timezone.now())
    row.subject_index = crypto.blind_index(named, context=SUBJECT_CONTEXT)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    audit.record(actor, Verb.SIGN_ON_BOUND, on=held, at=held.place_path)
    return row


@transaction.atomic
def sign_on_release(*, actor: Actor, account: Account) -> None:
    """Let nobody sign in to an account through the provider any more; an administrator who does it
    signs the account out.

    Raises as `sign_on_bind`, and Conflict where nothing is bound or the holder has no other way in.
    """
    _ensure_may(actor, account)
    is_own = actor.account_id == account.pk
    if is_own and not account.has_usable_password():
        message = _("This is your only way in. Ask for an invitation to set a password first.")
        raise Conflict(message, code="sign_on_only_way")
    if not SignOn.objects.filter(account=account).delete()[0]:
        raise Conflict(_("Nothing is bound here."), code="sign_on_missing")
    if not is_own:
        sessions_end(actor=actor, account=account)
    audit.record(actor, Verb.SIGN_ON_RELEASED, on=account, at=account.place_path)


def _ensure_may(actor: Actor, account: Account) -> None:
    if actor.account_id != account.pk:
        ensure_manages(actor, account.place_path)
    prove(actor)


def _taken() -> Conflict:
    message = _("This account, or this person at the sign-in service, is bound already.")
    return Conflict(message, code="sign_on_bound")

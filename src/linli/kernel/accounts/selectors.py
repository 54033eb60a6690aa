# SPDX-License-Identifier: MulanPSL-2.0
"""Reading log-ins."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.utils import timezone

from linli.base import crypto
from linli.base.actor import Actor
from linli.kernel.accounts.models import (
    SUBJECT_CONTEXT,
    Account,
    AccountQuerySet,
    Session,
    SignOn,
)
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


def sessions_of(account: Account) -> list[Session]:
    """Where an account is signed in now, the place seen last first; for the account itself."""
    rows = account.sessions.filter(expire_date__gt=timezone.now())
    return list(rows.order_by("-seen_at"))


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of an account: its passkeys, whether an app makes codes, and how many
    codes for emergencies are left.
    """

    passkeys: tuple[Authenticator, ...] = ()
    app: Authenticator | None = None
    codes_left: int = 0

    def __bool__(self) -> bool:
        return bool(self.passkeys or self.app)


def factors_of(account: Account) -> Factors:
    """The second factors of an account; for the account itself."""
    rows = list(Authenticator.objects.filter(user_id=account.pk).order_by("pk"))
    by_kind = {row.type: row for row in rows}
    codes = by_kind.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        by_kind.get(Authenticator.Type.TOTP),
        len(codes.wrap().get_unused_codes()) if codes is not None else 0,
    )


def sign_on_of(account: Account) -> SignOn | None:
    """By whom a single sign-on means an account; for the account itself and who looks after it."""
    return SignOn.objects.filter(account=account).first()


def signed_on(issuer: str, subject: str) -> Account | None:
    """The account of whom a provider calls so; for the machinery of log-in."""
    hashes = crypto.blind_indexes(subject, context=SUBJECT_CONTEXT)
    rows = SignOn.objects.filter(issuer=issuer, subject_index__in=hashes)
    found = rows.select_related("account").first()
    return found.account if found is not None else None


def accounts_visible(*, actor: Actor) -> AccountQuerySet:
    """Accounts that the actor looks after, by name."""
    found: AccountQuerySet = Account.objects.visible_to(actor, Perm.VIEW).order_by("username")
    return found


def accounts_demo() -> list[Account]:
    """The personas of the demo city; production refuses to start while there are any."""
    return list(Account.objects.filter(is_demo=True).order_by("pk"))

# SPDX-License-Identifier: MulanPSL-2.0
"""What django-allauth asks us: log-in by name and password, no sign-up, all of it on record."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.base.address import address_of
from linli.kernel.accounts import services
from linli.kernel.accounts.factors import secret_open, secret_seal
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.rules import username_of
from linli.kernel.accounts.sessions import PASSWORD_OLD
from linli.shells.identity.entering import session_begin

SUREST = ("mfa_reauthenticate:webauthn", "reauthenticate", "mfa_reauthenticate")
"""What allauth calls a passkey, a password and a code."""

FACTORS = {
    "mfa/email/totp_activated": True,
    "mfa/email/totp_deactivated": False,
    "mfa/email/webauthn_added": True,
    "mfa/email/webauthn_removed": False,
}
"""What allauth would write a letter about, and whether a second factor was added thereby."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by administrators; there is no sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account for themselves."""
        del request
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which allauth counts attempts."""
        return address_of(request)

    def is_safe_url(self, url: str) -> bool:
        """Whether an address leads back to us; one that nobody can read does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Take the name as it is kept, whatever width or case it was typed in."""
        if credentials.get("username"):
            credentials["username"] = username_of(str(credentials["username"]))
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    def login(self, request: HttpRequest, user: Account) -> None:
        """Log in, and write it down."""
        super().login(request, user)
        session_begin(request, user)

    def set_password(self, user: Account, password: str) -> None:
        """Change one's own password through the service, so that it is on record."""
        services.password_set(actor=services.self_actor(user), account=user, password=password)
        self.request.session.pop(PASSWORD_OLD, None)
        messages.success(self.request, _("The password is changed."))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody shows once more who they are, the surest way first."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(ways, key=lambda way: SUREST.index(way["id"]))

    def send_notification_mail(self, template_prefix: str, user: Account, **_more: Any) -> None:
        """Put on record what happened to a second factor; nobody here has an e-mail address."""
        is_added = FACTORS.get(template_prefix)
        if is_added is not None:
            own = services.self_actor(user)
            services.factor_record(actor=own, account=user, is_added=is_added)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing about log-in and log-out: the page that follows says it."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets lie encrypted, and an app shows whose code it makes."""

    def encrypt(self, text: str) -> str:
        """A secret as it lies in the database."""
        return secret_seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it is used."""
        return secret_open(encrypted_text)

    def _get_site_name(self) -> str:
        return str(_("Linli"))

# SPDX-License-Identifier: MulanPSL-2.0
"""What django-allauth asks us: log-in by name and password, no sign-up, all of it on record."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest  # noqa: TID251 - allauth hands us its requests

from linli.base import crypto
from linli.base.address import address_of
from linli.base.kept import rows_kept
from linli.kernel.accounts import services
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.rules import username_of

TYPED_CONTEXT = "accounts.login.name"
FIELDS = ("username", "login")
"""What the name is called: by whom we authenticate, and on the page."""


def name_typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The name that somebody tried to log in with, as a keyed hash: people type telephone numbers
    there.

    Failed attempts are counted by it, so that one name is locked and not the whole office.
    """
    given = [*(credentials or {}).items(), *request.POST.items()]
    typed = next((str(value) for name, value in given if name in FIELDS and value), "")
    return crypto.blind_index(username_of(typed), context=TYPED_CONTEXT) or None


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Whoever a session belongs to is looked up with a statement that is made once."""

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, None for one that may not log in any more."""
        found = next(iter(_account_of(user_id)), None)
        return found if found is not None and self.user_can_authenticate(found) else None


@rows_kept
def _account_of(key: int) -> QuerySet[Account]:
    found: QuerySet[Account] = Account.objects.filter(pk=key)
    return found


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
        services.session_record(actor=services.self_actor(user), account=user)

    def set_password(self, user: Account, password: str) -> None:
        """Change one's own password through the service, so that it is on record."""
        services.password_set(actor=services.self_actor(user), account=user, password=password)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing about log-in and log-out: the page that follows says it."""

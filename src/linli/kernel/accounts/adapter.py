# SPDX-License-Identifier: MulanPSL-2.0
"""Whose session this is, and by which name wrong passwords are counted."""

from collections.abc import Mapping
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet
from django.http import HttpRequest  # noqa: TID251 - allauth hands us its requests

from linli.base import crypto
from linli.base.kept import rows_kept
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.rules import username_of

BACKEND = "linli.kernel.accounts.adapter.Backend"
"""What a session is told about how its account is looked up."""

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

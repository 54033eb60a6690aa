# SPDX-License-Identifier: MulanPSL-2.0
"""Accounts for tests."""

from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from django.test import Client
from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from linli.base import clock
from linli.kernel.accounts.adapter import BACKEND
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import SECOND_FACTOR
from linli.kernel.audit.services import name_key_new


class AccountFactory(DjangoModelFactory[Account]):
    """A log-in nobody has a password for."""

    class Meta:
        model = Account

    username = Sequence(lambda number: f"account{number}")
    name_key = LazyFunction(name_key_new)
    password = "!"  # noqa: S105 - Django's mark for an unusable password
    created_at = LazyFunction(clock.now)


def log_in(client: Client, account: Account, *, by: str = SECOND_FACTOR) -> None:
    """Sign an account in as if it had just come in, with a second factor unless told otherwise."""
    client.force_login(account, backend=BACKEND)
    session = client.session
    record_authentication(SimpleNamespace(session=session), account, by)
    session.save()

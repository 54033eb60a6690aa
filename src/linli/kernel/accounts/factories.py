# SPDX-License-Identifier: MulanPSL-2.0
"""Accounts for tests."""

from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from linli.base import clock
from linli.kernel.accounts.models import Account
from linli.kernel.audit.services import name_key_new


class AccountFactory(DjangoModelFactory[Account]):
    """A log-in nobody has a password for."""

    class Meta:
        model = Account

    username = Sequence(lambda number: f"account{number}")
    name_key = LazyFunction(name_key_new)
    password = "!"  # noqa: S105 - Django's mark for an unusable password
    created_at = LazyFunction(clock.now)

# SPDX-License-Identifier: MulanPSL-2.0
"""Somebody who has signed in, with or without a permission; and the sample face."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account


@pytest.fixture
def with_sample(settings: Settings) -> None:
    """The house with a fifth face at /sample/."""
    settings.ROOT_URLCONF = "linli.shells.frame.tests.sample"


@pytest.fixture
def signed_in(client: Client, db: None) -> Callable[..., Account]:
    """Sign somebody in who holds these permissions at one place."""

    def make(*permissions: str) -> Account:
        account = AccountFactory.create()
        if permissions:
            role_define("tester", permissions)
            GrantFactory.create(account=account, role="tester")
        log_in(client, account)
        return account

    return make

# SPDX-License-Identifier: MulanPSL-2.0
"""A partner's system with a token, for tests of the API."""

import datetime as dt
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.base import clock
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory
from linli.kernel.access.terms import GrantSource
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.places.models import Place
from linli.modules.appeals.tests.town import actor_of, staff

APPEALS, CASES = "/api/v1/appeals/", "/api/v1/cases/"
BOTH = ("appeals.view", "appeals.register_for")


class Hub(Client):
    """A client that shows a token with each request."""

    def __init__(self, token: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {token}"})


def hub_at(place: Place, *scopes: str, role: str = "dispatcher") -> Hub:
    """A hub with a role at a place, and a token on it; with both scopes unless some are given."""
    account = AccountFactory.create()
    account.set_unusable_password()
    account.save()
    grant = GrantFactory.create(account=account, role=role, place=place, source=GrantSource.PARTNER)
    issued = access.token_issue(
        actor=actor_of(staff("security_administrator", place, name="方远")),
        grant=grant,
        label="热线平台",
        scopes=scopes or BOTH,
        ends_on=clock.today() + dt.timedelta(days=30),
    )
    return Hub(issued.text)


def anybody() -> Client:
    """A program without an account."""
    return Client()


def sent(client: Client, address: str, data: dict[str, Any]) -> Any:
    """Post JSON."""
    return client.post(address, json.dumps(data), content_type="application/json")


def photographed(client: Client, address: str, *photos: bytes) -> Any:
    """Post photos as the files of a form."""
    files = [SimpleUploadedFile(f"{number}.jpg", data) for number, data in enumerate(photos)]
    return client.post(address, {"photos": files})

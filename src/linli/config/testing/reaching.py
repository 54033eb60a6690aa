# SPDX-License-Identifier: MulanPSL-2.0
"""How a process that a test starts reaches the test's own database."""

from typing import Any
from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """The address of the very database that this test runs on."""
    given: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    host, port = quote(str(given["HOST"]), safe="/"), str(given["PORT"] or "")
    secret = f":{quote(str(given['PASSWORD']))}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{secret}@/{given['NAME']}?host={host}" + (
        f"&port={port}" if port else ""
    )

# SPDX-License-Identifier: MulanPSL-2.0
"""What a process needs to work on the very database of the test that starts it."""

import os
from typing import Any
from urllib.parse import quote


def environment() -> dict[str, str]:
    """The environment of such a process."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_DATABASE_URL": _database_url(),
    }


def _database_url() -> str:
    from django.db import connection

    given: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    host, port = quote(str(given["HOST"]), safe="/"), str(given["PORT"] or "")
    secret = f":{quote(str(given['PASSWORD']))}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{secret}@/{given['NAME']}?host={host}" + (
        f"&port={port}" if port else ""
    )

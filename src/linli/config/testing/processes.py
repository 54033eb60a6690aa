# SPDX-License-Identifier: MulanPSL-2.0
"""Processes beside a test: what one needs to work on its very database, and how it ends."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote


def environment() -> dict[str, str]:
    """The environment of a process that works on the database of this test."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_DATABASE_URL": _database_url(),
    }


@contextmanager
def process_beside(
    command: Sequence[str], *, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process whose words can be read; it is killed, and all below it, however the block ends.

    `Popen` as a block of its own waits for the process: a test that fails inside would never end.
    """
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


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

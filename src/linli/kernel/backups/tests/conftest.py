# SPDX-License-Identifier: MulanPSL-2.0
"""A data folder of each test's own, and papers to lose and find again."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from linli.base.actor import SYSTEM
from linli.kernel.backups.contents import Contents
from linli.kernel.backups.streams import Sealed, key_newest
from linli.kernel.files import services as files

Keep = Callable[..., str]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.LINLI_DATA = tmp_path / "data"
    settings.LINLI_DATA.mkdir()
    settings.LINLI_BACKUPS = tmp_path / "backups"


def contents_of(taken_at: dt.datetime) -> Contents:
    """What the manifest of a backup of that moment says."""
    nothing = Sealed.of(b"")
    return Contents(
        name="linli-1",
        taken_at=taken_at,
        version="1",
        vendor=connection.vendor,
        server="1",
        migrations=(),
        seal=None,
        row=None,
        database=nothing,
        listed=nothing,
        files=0,
        size=0,
        key=key_newest().id,
        salt="00",
    ).signed()


def url_of(name: str | None = None) -> str:
    """The address of the database that tests run on, or of another that lies beside it."""
    given = connection.settings_dict
    name = name or str(given["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    secret = f":{quote(str(given['PASSWORD']))}" if given["PASSWORD"] else ""
    port = f"&port={given['PORT']}" if given["PORT"] else ""
    host = quote(str(given["HOST"]), safe="/")
    return f"postgres://{given['USER']}{secret}@/{name}?host={host}{port}"


@pytest.fixture
def keep() -> Keep:
    """Keeps a paper that hangs on a matter; gives its key."""

    def keep(data: bytes = b"%PDF-1.7 paper", owner: str = "1") -> str:
        upload = io.BytesIO(data)
        stored = files.file_store(actor=SYSTEM, upload=upload, owner_kind="matter", owner_key=owner)
        return str(stored.key)

    return keep

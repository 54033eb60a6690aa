# SPDX-License-Identifier: MulanPSL-2.0
"""A disk that is full and one that lets itself only be read: what cannot be kept is not
acknowledged, the reporter is told to come again, and all goes on once there is room.

The disk is one of the test's own, in memory, which only the platform's processes see.
"""

import http.client
import io
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from linli.kernel.files.models import StoredFile
from tests.faults.house import House, Reporters, figures, reporting, standing, wait_for
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = http.client.SERVICE_UNAVAILABLE
SIZE = "size=192m"
OWN_DISK = (
    *("unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c"),
    f'mount -t tmpfs -o {SIZE} tmpfs "$LINLI_DATA" && cp "$CITY" "$LINLI_DATA/city" && exec "$@"',
    "sh",
)
"""Words before a command that give it a small disk with the city's database on it."""


@contextmanager
def on_own_disk(folder: Path) -> Iterator[House]:
    """The platform with database and files on a small disk."""
    city = folder / "city.sqlite3"
    there = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(there)) as source, closing(sqlite3.connect(city)) as copy:
        source.backup(copy)
    url = f"sqlite:///{folder}/house/city"
    with standing(folder, *OWN_DISK, CITY=str(city), LINLI_DATABASE_URL=url) as house:
        yield house


def _disk(house: House) -> Path:
    """The platform's disk, as somebody outside of it sees it."""
    assert house.process is not None
    return Path(f"/proc/{house.process.pid}/root{house.folder}/house")


def _filled(house: House) -> Callable[[], None]:
    """Fill the disk to the last byte; returns what makes room again."""
    ballast = _disk(house) / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 65536):
                pass
        except OSError:
            pass
    return ballast.unlink


def test_what_a_full_disk_does_not_take_is_not_acknowledged(
    tokens: list[str], city: City, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":  # the disk of PostgreSQL is not the platform's
        return
    with on_own_disk(tmp_path) as house:
        with reporting(house, tokens, city.point) as reporters:
            make_room = _filled(house)
            wait_for(lambda: house.get("/readyz") == AWAY)
            _nobody_is_acknowledged(reporters)
            assert house.get("/portal/") == http.client.OK
            began = time.monotonic()
            make_room()
            _answered_again(reporters, began)
        _same(house, reporters, tmp_path)
        assert house.starts == 1
    back = round(min(at for at in reporters.moments if at > began) - began, 1)
    figures("full disk", acknowledged=len(reporters.taken), lost=0, doubled=0, back_after_s=back)


def test_while_photos_cannot_be_kept_words_can(
    tokens: list[str], city: City, tmp_path: Path
) -> None:
    """The disk for files lets itself only be read; the database lies elsewhere."""
    with standing(tmp_path, *OWN_DISK, CITY="/dev/null") as house:
        with reporting(house, tokens[:1], city.point) as reporters:
            _remounted(house, "ro")
            wait_for(lambda: house.get("/readyz") == AWAY)
            began = time.monotonic()
            _answered_again(reporters, began)
            number = next(iter(reporters.taken.values()))
            assert _photo_sent(house, tokens[0], number) == AWAY
            _remounted(house, "rw")
            assert _photo_sent(house, tokens[0], number) == http.client.CREATED
        assert StoredFile.objects.count() == 1
        assert not reporters.odd


def _remounted(house: House, how: str) -> None:
    assert house.process is not None
    inside = ["nsenter", "--mount", f"--target={house.process.pid}"]
    options = ["mount", "-o", f"remount,{how},{SIZE}", f"{house.folder}/house"]
    subprocess.run([*inside, *options], check=True)


def _photo_sent(house: House, token: str, number: str) -> int:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 120, 90)).save(picture, "JPEG")
    photo = SimpleUploadedFile("drain.jpg", picture.getvalue(), "image/jpeg")
    body = encode_multipart(BOUNDARY, {"photos": photo})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MULTIPART_CONTENT}
    return house.send(f"/api/v1/appeals/{number}/photos/", body, headers)[0]


def _nobody_is_acknowledged(reporters: Reporters) -> None:
    """Until a while has passed in which all tried and nobody was answered that it was kept."""
    wait_for(lambda: time.monotonic() - max(reporters.moments) > 2)
    tries, taken = reporters.tries, len(reporters.taken)
    wait_for(lambda: reporters.tries >= tries + 2 * len(reporters.tokens))
    assert len(reporters.taken) == taken


def _answered_again(reporters: Reporters, since: float) -> None:
    enough = 2 * len(reporters.tokens)
    wait_for(lambda: sum(at > since for at in reporters.moments) >= enough)


def _same(house: House, reporters: Reporters, folder: Path) -> None:
    """What lies in the database is what was acknowledged, once each, and the database is sound."""
    for each in ("city", "city-wal"):
        shutil.copy(_disk(house) / each, folder / f"end{each.removeprefix('city')}")
    with closing(sqlite3.connect(folder / "end")) as database:
        rows = database.execute("SELECT number FROM appeals_appeal").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(number for (number,) in rows) == sorted(reporters.taken.values())
    assert not reporters.odd

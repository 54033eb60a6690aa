# SPDX-License-Identifier: MulanPSL-2.0
"""Keeps what the version that is checked out leaves behind: `python tests/releases/making.py NAME`.

A small invented city is made on SQLite and on PostgreSQL; both databases as SQL, the files and the
keys go into NAME.zip in the folder where this is said.
"""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile

from linli.config.testing import machine, postgres

APPEALS, DAYS, SEED = 24, 24, 9


def main(name: str) -> None:
    """Make the city twice, and pack what stands then."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        fill(folder, f"sqlite:///{folder}/linli.sqlite3")
        with sqlite3.connect(folder / "linli.sqlite3") as database:
            (folder / "sqlite.sql").write_text("\n".join(database.iterdump()))
        binaries = machine.POSTGRES.find() or ""
        with postgres.throw_away_cluster(binaries) as url:
            fill(folder, url)
            words = ["--no-owner", "--no-privileges", f"--file={folder}/postgresql.sql"]
            host = url.partition("?host=")[2]
            subprocess.run(
                [f"{binaries}/pg_dump", *words, f"--host={host}", "--username=linli", "linli"],
                check=True,
            )
        kept = [*folder.glob("*.sql"), folder / "keys.json", *folder.glob("files/**/*.*")]
        with ZipFile(f"{name}.zip", "w", ZIP_LZMA) as archive:
            for each in kept:
                archive.write(each, each.relative_to(folder))


def fill(folder: Path, url: str) -> None:
    """Make the city on a database, in a process of its own."""
    told = {"LINLI_DATA": str(folder), "LINLI_DATABASE_URL": url, "LINLI_MODE": "demo"}
    told["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
    subprocess.run([sys.executable, __file__], env=os.environ | told, check=True)


def live() -> None:
    """Let a hamlet live for some weeks on the database that the environment names."""
    from linli.config import ready

    ready.django()
    ready.database()
    from linli.base import clock
    from linli.demo.making import Wish, city_make
    from linli.demo.sizes import Size
    from linli.kernel.audit.sealing import seal_all

    size = Size("kept", 1, 2, 2, 3, 5, appeals=APPEALS, days=DAYS)
    until = dt.datetime(2026, 10, 14, 10, 20, tzinfo=clock.ZONE)
    made = city_make(wish=Wish("leshan", size, SEED, until), progress=lambda _text: None)
    seal_all()
    sys.stdout.write(f"{made.counts}\n")


if __name__ == "__main__":
    main(sys.argv[1]) if sys.argv[1:] else live()

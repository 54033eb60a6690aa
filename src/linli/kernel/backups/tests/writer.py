# SPDX-License-Identifier: MulanPSL-2.0
"""A process that keeps papers until it is killed: `python writer.py WRITERS`.

It says "ready" once, then the key of each paper that the database has taken; one more process seals
the record meanwhile.
"""

import io
import os
import sys
import time

import django

REST = 0.02
"""Seconds between two papers, so that others get at the disk of a small machine."""


def main(writers: int) -> None:
    """Become so many processes, each keeping one paper after the other."""
    django.setup()
    if os.fork() == 0:
        _seal()
    os.write(1, b"ready\n")
    for _number in range(writers - 1):
        if os.fork() == 0:
            break
    _write()


def _write() -> None:
    from linli.base.actor import SYSTEM
    from linli.kernel.files.services import file_store

    for number in range(1_000_000):
        data = f"%PDF-1.7 {os.getpid()} {number}".encode() * 200
        stored = file_store(
            actor=SYSTEM, upload=io.BytesIO(data), owner_kind="matter", owner_key=str(number)
        )
        os.write(1, f"{stored.key}\n".encode())
        time.sleep(REST)


def _seal() -> None:
    from linli.kernel.audit.sealing import seal_all

    while True:
        seal_all()
        time.sleep(0.2)


if __name__ == "__main__":
    main(int(sys.argv[1]))

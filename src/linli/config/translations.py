# SPDX-License-Identifier: MulanPSL-2.0
"""Turns the .po files that people write into the .mo files that Django reads."""

import os
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parents[1]


def catalogs() -> Iterator[Path]:
    """Every .po file of the house."""
    return iter(sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po")))


def compile_changed() -> None:
    """Write each .mo that is older than its .po; safe to run in several processes at once."""
    for source in catalogs():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns != source.stat().st_mtime_ns:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:

    half_done = target.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(half_done))
    moment = source.stat().st_mtime_ns
    os.utime(half_done, ns=(moment, moment))
    half_done.replace(target)


if __name__ == "__main__":
    compile_changed()

# SPDX-License-Identifier: MulanPSL-2.0
"""How far the making of the city is: a line in a file, read by the door page's own process."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


class Told(str):
    """What is said of the making in the terminal's language; so many appeals of all, if counted."""

    __slots__ = ("done", "total")
    done: int
    total: int

    def __new__(cls, text: str, done: int = 0, total: int = 0) -> "Told":
        """A line with its numbers."""
        told = super().__new__(cls, text)
        told.done, told.total = done, total
        return told


def _file() -> Path:
    return Path(settings.LINLI_DATA) / "city-progress"


def progress_say(text: str) -> None:
    """Write down how far it is; an empty text says that nothing is being made."""
    file = _file()
    if not text:
        file.unlink(missing_ok=True)
        return
    whole = file.with_suffix(".new")
    counted = text if isinstance(text, Told) else Told(text)
    whole.write_text(f"{counted.done} {counted.total}\n", "ascii")
    whole.replace(file)


@dataclass(frozen=True)
class Making:
    """A city that is being made: so many appeals of all, 0 of 0 before the first."""

    done: int
    total: int


def progress_read() -> Making | None:
    """How far the city is that is being made just now, or None."""
    try:
        done, total = _file().read_text("ascii").split()
    except FileNotFoundError:
        return None
    return Making(int(done), int(total))

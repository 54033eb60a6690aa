# SPDX-License-Identifier: MulanPSL-2.0
"""How far the making of the city is: a line in a file, read by the door page's own process."""

from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.LINLI_DATA) / "city-progress"


def progress_say(text: str) -> None:
    """Write down how far it is; an empty text says that nothing is being made."""
    file = _file()
    if not text:
        file.unlink(missing_ok=True)
        return
    whole = file.with_suffix(".new")
    whole.write_text(text, "utf-8")
    whole.replace(file)


def progress_read() -> str:
    """What is being made just now, or ""."""
    try:
        return _file().read_text("utf-8")
    except FileNotFoundError:
        return ""

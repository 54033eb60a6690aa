# SPDX-License-Identifier: MulanPSL-2.0
"""What a row or a value of a draft says now, with what the base says where the city is silent."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.base import clock
from linli.kernel.packs import drafts
from linli.kernel.packs.inheritance import BrokenInheritance, resolve
from linli.kernel.packs.joining import entries_of
from linli.kernel.packs.models import PackEdit
from linli.kernel.packs.tables import FILES, table_read

Files = Mapping[str, str]

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def row_said(files: Files, kind: str, key: str) -> dict[str, str] | None:
    """The cells of a row as they hold: the city's own, else the base's; None where there is
    none.
    """
    own = table_read(files.get(FILES[kind], ""), kind).rows.get(key)
    if own is not None:
        return own.cells
    below = drafts.base_in_force().known.get(kind, {}).get(key)
    return None if below is None else {name: str(cell) for name, cell in below.items()}


def value_said(files: Files, name: str, path: Sequence[str]) -> Any:
    """A value of a definition as it holds, after inheritance; None where it says nothing."""
    return value_at(definition_said(files, name), path)


def value_at(body: Any, path: Sequence[str]) -> Any:
    """What stands in a definition behind some keys; None where they lead nowhere."""
    for part in path:
        body = body.get(part) if isinstance(body, Mapping) else None
    return body


def definition_said(files: Files, name: str) -> Mapping[str, Any] | None:
    """A definition as it holds, after inheritance; None where there is none."""
    base = drafts.base_in_force().known
    own = entries_of(files)
    entry = own.get(name)
    if entry is not None:
        try:
            return resolve(entry, own, base)
        except BrokenInheritance:
            return entry.body
    kind, _colon, key = name.partition(":")
    return base.get(kind, {}).get(key)


def part_said(files: Files, name: str, path: Sequence[str]) -> Any:
    """What a draft says of one value, or without a path of a whole row or definition; None where
    it says nothing.
    """
    kind, _colon, key = name.partition(":")
    if kind not in FILES:
        return value_said(files, name, path)
    row = row_said(files, kind, key)
    return (row or {}).get(".".join(path)) if path else row


def row_written(kind: str, key: str) -> bool:
    """Whether a key may stand in a table of that kind."""
    if kind != "day":
        return _KEY.fullmatch(key) is not None
    try:
        return dt.date.fromisoformat(key).isoformat() == key
    except ValueError:
        return False


def said_by(last: PackEdit | None, name: str) -> str:
    """Who was first with another row, and when."""
    if last is None:
        return _("Somebody else changed this meanwhile. What you wrote is kept below.")
    at = clock.local(last.at).strftime("%H:%M")
    message = _("%(name)s changed this at %(time)s. What you wrote is kept below.")
    return message % {"name": name or _("Somebody else"), "time": at}

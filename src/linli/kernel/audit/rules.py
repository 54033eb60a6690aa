# SPDX-License-Identifier: MulanPSL-2.0
"""The hash of a row, and what may stand in its detail. Pure.

A row's hash is "1." and the SHA-256 (hex) of its canonical JSON: all columns but `seq` and
`row_hash`, with `"hash": 1`, keys sorted, no blanks, not ASCII-escaped, `at` as ISO 8601 in UTC
with microseconds. Another way of hashing will be another number; rows keep theirs.
"""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from linli.kernel.jobs.rules import without_numbers

HASH_VERSION = 1
TEXT_LENGTH = 200
REASON_LENGTH = 2000

HASHED = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "on_behalf_of",
    "verb",
    "subject_kind",
    "subject_key",
    "subject_name",
    "place_path",
    "detail",
    "request_id",
    "reason",
)
"""The columns that a row's hash covers."""


def canonical(row: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed."""
    fields = {name: row[name] for name in HASHED}
    fields["at"] = fields["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    fields["hash"] = HASH_VERSION
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash of a row given by column name."""
    return f"{HASH_VERSION}.{hashlib.sha256(canonical(row)).hexdigest()}"


def detail_clean(value: object) -> Any:
    """A detail as it may be kept: the same on both databases, without phone or ID numbers.

    Raises TypeError or ValueError for what is no plain value or is a text too long to be a code or
    name of a thing: what people write belongs into `reason` or into the row that the record points
    at.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        if len(value) > TEXT_LENGTH:
            raise ValueError("a text in a detail has at most 200 characters")
        return text_clean(value)
    if isinstance(value, Mapping):
        return {text_clean(str(key)): detail_clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [detail_clean(each) for each in items]
    if isinstance(value, dt.date):
        return value.isoformat()
    message = f"{type(value).__name__} cannot stand in a detail"
    raise TypeError(message)


def _number(value: float) -> float:
    # Beyond 2**53 the two databases would not give back the same number, and the hash would not
    # fit.
    if not math.isfinite(value):
        raise ValueError("a number in a detail is finite")
    if abs(value) > 2**53:
        raise ValueError("a number in a detail is at most 2**53")
    return value + 0


def text_clean(text: str) -> str:
    """The text without phone and ID numbers and without what PostgreSQL cannot keep."""
    kept = str(text).replace("\x00", "").encode("utf-8", "replace").decode()
    return without_numbers(kept)

# SPDX-License-Identifier: MulanPSL-2.0
"""What a log-in name may be, how long a log-in lasts, and what a device is called."""

import datetime as dt
import hashlib
import re
import unicodedata

STAFF_REST = 15
RESIDENT_REST = 30
"""Minutes after which an untouched page is signed out (GB/T 22239 8.1.4.1 b)."""

LONGEST = dt.timedelta(hours=12)
"""How long somebody stays signed in at most, whatever they do."""

FRESH = dt.timedelta(minutes=15)
"""How long a proof of who somebody is serves for grants, exports and keys."""

INVITED_FOR = dt.timedelta(days=7)
"""How long an invitation serves."""

_NAME = re.compile(r"[^\W_](?:[\w.@+-]{0,62}[^\W_])?")


def username_of(typed: str) -> str:
    """The name as it is kept: full-width letters and digits made plain, lower case, no blanks
    around.
    """
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """Whether this may be a log-in name: letters and digits, inside also .

    @ + - _, at most 64 characters.
    """
    return _NAME.fullmatch(name) is not None


def session_end(opened_at: dt.datetime, seen_at: dt.datetime, rest_minutes: int) -> dt.datetime:
    """When a log-in ends if nobody touches the page any more."""
    return min(seen_at + dt.timedelta(minutes=rest_minutes), opened_at + LONGEST)


def is_password_old(set_at: dt.datetime | None, now: dt.datetime, days: int) -> bool:
    """Whether a password is older than so many days (GB/T 22239 8.1.4.1 a); 0 is any age."""
    return days > 0 and set_at is not None and now - set_at > dt.timedelta(days=days)


def session_id_of(key: str) -> str:
    """What a session is called on a page, where its key must not stand."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def digest_of(code: str) -> str:
    """What is kept of an invitation's code."""
    return hashlib.sha256(code.encode()).hexdigest()


_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """Browser and system by name, from what the browser says of itself; empty for neither."""
    tables = (_BROWSERS, _SYSTEMS)
    names = (next((name for sign, name in table if sign in agent), "") for table in tables)
    return " · ".join(name for name in names if name)

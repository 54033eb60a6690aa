# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of the exchange: how a message is signed, how long to wait after a failure."""

import base64
import datetime as dt
import hashlib
import hmac

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins
RETRIES = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800)
)
"""How long to wait after the first, second … failure of a message; about a day in all."""

PAUSE_AFTER, PAUSE_WITHIN = 20, dt.timedelta(days=1)
"""A webhook with so many failures in a row over at least so long is paused until somebody looks."""

STEP_ASIDE = 5
"""Failures after which a message that the receiver answers with an error holds up no other."""


def secret_text(secret: bytes) -> str:
    """A secret as receivers are given it (Standard Webhooks): `whsec_` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """The key within a secret as it is given."""
    return base64.b64decode(text.removeprefix(SECRET_PREFIX))


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks)."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    digest = hmac.digest(secret_bytes(secret), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def wait_after(failures: int) -> dt.timedelta | None:
    """How long a message waits after that many failures; None when it is given up."""
    return RETRIES[failures - 1] if failures <= len(RETRIES) else None


def holds_up(*, is_unreached: bool, status: int | None, failures: int) -> bool:
    """Whether what comes later waits for a message that failed, so that the order is kept.

    It does while the receiver is not there or ill; what it refuses for itself (4xx), and what it
    has failed on again and again, steps aside.
    """
    is_ill = status is not None and (status >= 500 or status == 429)
    return is_unreached or (is_ill and failures < STEP_ASIDE)


def is_to_pause(failures: int, since: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a webhook has failed so often for so long that somebody should look."""
    return failures >= PAUSE_AFTER and since is not None and now - since >= PAUSE_WITHIN

# SPDX-License-Identifier: MulanPSL-2.0
"""Answers to what others announce."""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.notify.services import notices_erase


def person_erased(payload: Mapping[str, Any]) -> None:
    """Somebody was lawfully erased: what was written to them goes, too."""
    if payload["account_id"] is not None:
        notices_erase(actor=SYSTEM, account_id=int(payload["account_id"]))

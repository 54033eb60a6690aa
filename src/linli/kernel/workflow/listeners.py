# SPDX-License-Identifier: MulanPSL-2.0
"""Answers to what others announce."""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.workflow.services import unit_follow


def unit_followed(payload: Mapping[str, Any]) -> None:
    """A unit was merged or closed: what it had in hand finds another owner."""
    unit_follow(actor=SYSTEM, unit_id=int(payload["unit_id"]))

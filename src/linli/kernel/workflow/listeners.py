# SPDX-License-Identifier: MulanPSL-2.0
"""Answers to what others announce."""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.workflow.services import clocks_recount, place_follow, unit_follow

NEW_DAYS = {"zh": "放假或调休日有变", "en": "days off or make-up days have changed"}


def unit_followed(payload: Mapping[str, Any]) -> None:
    """A unit was merged or closed: what it had in hand finds another owner."""
    unit_follow(actor=SYSTEM, unit_id=int(payload["unit_id"]))


def calendar_followed(payload: Mapping[str, Any]) -> None:
    """A pack brought new days or hours: running time limits are counted anew, and say so."""
    if payload.get("days"):
        clocks_recount(actor=SYSTEM, path=str(payload.get("at", "")), reason=NEW_DAYS)


def place_followed(payload: Mapping[str, Any]) -> None:
    """A place has ended: what runs there goes on at the one place that follows it."""
    place_follow(actor=SYSTEM, place_id=int(payload["place_id"]))

# SPDX-License-Identifier: MulanPSL-2.0
"""What follows from the decision on an erasing."""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.people import selectors as people
from linli.modules.subjects.services import requests_empty, requests_return


def person_erased(payload: Mapping[str, Any]) -> None:
    """Somebody was lawfully erased."""
    requests_empty(actor=SYSTEM, person_id=int(payload["person_id"]))


def erasure_declined(payload: Mapping[str, Any]) -> None:
    """A second person said no."""
    erasure = people.erasures_visible(actor=SYSTEM).filter(pk=payload["erasure_id"]).first()
    if erasure is not None:
        requests_return(actor=SYSTEM, person_id=erasure.person_id)

# SPDX-License-Identifier: MulanPSL-2.0
"""What follows from a lawful deletion: nothing is agreed to any more."""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.privacy.services import consents_end


def person_erased(payload: Mapping[str, Any]) -> None:
    """Somebody was lawfully erased: their consents end."""
    consents_end(
        actor=SYSTEM, person_id=int(payload["person_id"]), account_id=payload["account_id"]
    )

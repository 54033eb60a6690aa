# SPDX-License-Identifier: MulanPSL-2.0
"""What follows from a lawful deletion; what partner systems are told of a case: its number, and
where to read more.
"""

from collections.abc import Mapping
from typing import Any

from linli.base.actor import SYSTEM
from linli.kernel.sockets.outside import Telling, Told
from linli.modules.appeals.models import Case, CaseQuerySet
from linli.modules.appeals.services import contacts_erase
from linli.modules.appeals.terms import WORKFLOW


def person_erased(payload: Mapping[str, Any]) -> None:
    """Somebody was lawfully erased: their appeals keep no name and telephone either."""
    contacts_erase(
        actor=SYSTEM, person_id=int(payload["person_id"]), account_id=payload["account_id"]
    )


def case_told(payload: Mapping[str, Any]) -> Told | None:
    """The case that an event of ours is about."""
    return _told(Case.objects.filter(pk=payload["case_id"]))


def matter_told(payload: Mapping[str, Any]) -> Told | None:
    """The case of a matter, if it is one of ours."""
    if payload.get("workflow") != WORKFLOW:
        return None
    return _told(Case.objects.filter(matter_id=payload["matter_id"]))


def _told(cases: CaseQuerySet) -> Told | None:
    number = cases.values_list("matter__number", flat=True).first()
    if number is None:
        return None
    return Told("case", number, f"/api/v1/cases/{number}")


FILED = Telling({"zh": "有人上报了诉求", "en": "An appeal is filed"}, case_told)
CHANGED = Telling(
    {"zh": "诉求有补充、催办或撤回", "en": "An appeal is added to, urged on or withdrawn"},
    case_told,
)
ANSWERED = Telling({"zh": "答复了居民", "en": "A resident is answered"}, case_told)
RATED = Telling({"zh": "居民评了价", "en": "A resident judges how it went"}, case_told)
MOVED = Telling({"zh": "办件进了下一步", "en": "A case moves on"}, matter_told)
ENDED = Telling({"zh": "办件结束了", "en": "A case ends"}, matter_told)

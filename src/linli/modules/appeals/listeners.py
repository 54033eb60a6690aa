# SPDX-License-Identifier: MulanPSL-2.0
"""What partner systems are told when something happens to a case: its number, and where to read
more.
"""

from collections.abc import Mapping
from typing import Any

from linli.kernel.sockets.outside import Telling, Told
from linli.modules.appeals.models import Case, CaseQuerySet
from linli.modules.appeals.terms import WORKFLOW


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

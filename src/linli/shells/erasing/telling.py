# SPDX-License-Identifier: MulanPSL-2.0
"""Who is told of an erasing: the other security administrators, when it is asked for; who asked,
when it was declined. Whose data it is stands on the page alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from linli.base.actor import SYSTEM
from linli.kernel.access import selectors as access
from linli.kernel.access.terms import Administrator
from linli.kernel.notify import services as notify
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Erasure
from linli.kernel.places.models import Place
from linli.kernel.workflow.selectors import names_of


def asked(payload: Mapping[str, Any]) -> None:
    """It takes a second person."""
    erasure, place = _erasure(payload)
    if place is not None:
        over = set(access.administrators_over(place, Administrator.SECURITY))
        by = erasure.asked_by_id
        _tell(erasure, place, "erasing_asked", over - {by}, by)


def declined(payload: Mapping[str, Any]) -> None:
    """The second person said no, and why."""
    erasure, place = _erasure(payload)
    if place is not None and erasure.asked_by_id is not None:
        asker, by = erasure.asked_by_id, erasure.decided_by_id
        _tell(erasure, place, "erasing_declined", [asker], by)


def _erasure(payload: Mapping[str, Any]) -> tuple[Erasure, Place | None]:
    erasure = people.erasure_get(int(payload["erasure_id"]))
    return erasure, erasure.person.place


def _tell(erasure: Erasure, place: Place, text: str, to: Iterable[int], by: int | None) -> None:
    notify.notice_send(
        actor=SYSTEM,
        text=text,
        to_account_ids=set(to),
        values={
            "person": names_of([by]).get(by or 0, ""),
            "place": {"zh": place.name, "en": place.name_en or place.name},
            "reason": erasure.decision or erasure.clause,
        },
        key=f"erasure:{erasure.pk}:{text}",
        place_path=place.path,
        link=reverse("console:erasing_page", args=[erasure.pk]),
    )

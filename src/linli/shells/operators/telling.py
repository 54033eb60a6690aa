# SPDX-License-Identifier: MulanPSL-2.0
"""Who is told of an operator session: the audit administrators, always; who may say yes, when it is
asked for; and who asked, when it is decided or over.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from linli.base.actor import SYSTEM
from linli.kernel.access import selectors as access
from linli.kernel.access.models import OperatorSession
from linli.kernel.access.terms import Administrator
from linli.kernel.notify import services as notify
from linli.kernel.notify.rules import moment_words
from linli.kernel.workflow.selectors import names_of


def asked(payload: Mapping[str, Any]) -> None:
    """Somebody asks for one."""
    session = _session(payload)
    if session is not None:
        _tell(session, "operator_asked", _over(session, Administrator.SECURITY))


def started(payload: Mapping[str, Any]) -> None:
    """It runs."""
    session = _session(payload)
    if session is not None:
        _tell(session, "operator_started", [session.account_id])


def ended(payload: Mapping[str, Any]) -> None:
    """It is over, or was never let begin."""
    session = _session(payload)
    if session is not None:
        _tell(session, "operator_ended", [session.account_id])


def _session(payload: Mapping[str, Any]) -> OperatorSession | None:
    return access.operator_session_get(int(payload["session_id"]))


def _over(session: OperatorSession, sort: Administrator) -> list[int]:
    return access.administrators_over(session.place, sort)


def _tell(session: OperatorSession, text: str, others: Iterable[int]) -> None:
    names = names_of([session.account_id])
    ends_at = session.ended_at or session.ends_at
    place = session.place
    notify.notice_send(
        actor=SYSTEM,
        text=text,
        to_account_ids={*_over(session, Administrator.AUDIT), *others},
        values={
            "person": names.get(session.account_id, session.account.get_username()),
            "place": {"zh": place.name, "en": place.name_en or place.name},
            "reason": session.reason,
            "due": moment_words(ends_at) if ends_at else "",
        },
        key=f"operator:{session.pk}:{text}",
        place_path=place.path,
        link=reverse("console:operator_list"),
    )

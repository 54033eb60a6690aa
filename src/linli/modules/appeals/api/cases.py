# SPDX-License-Identifier: MulanPSL-2.0
"""The API of cases, `/api/v1/cases/`: what changed, one case with its history, and its buttons."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from ninja.params.functions import Header

from linli.base.errors import Forbidden, Invalid
from linli.modules.appeals.api import showing
from linli.modules.appeals.api.pressing import press
from linli.modules.appeals.api.schemas import CaseDetailOut, ChangedOut, MoveIn, Refusal
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases, changes
from linli.modules.appeals.terms import Perm
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.submissions import once_for
from linli.shells.tokens.bearer import ANYBODY_KNOWN, needs_acting, needs_scope

router = Router(tags=["cases"])

LARGEST_PAGE = 200
Size = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]


@router.get(
    "/changed",
    response={200: ChangedOut, 401: Refusal, 403: Refusal, 422: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="cases_changed",
)
def changed(request: HttpRequest, since: str = "", size: Size = 100) -> ChangedOut:
    """Cases that changed after a cursor: keep `next` and ask with it again, and nothing is missed.

    Without `since` it begins with the first case there is. A change shows after five seconds.
    """
    needs_scope(request, Perm.VIEW)
    found = changes.cases_changed(actor=actor_of(request), since=since, size=size)
    return ChangedOut(
        items=[showing.case_out(request, case) for case in found.cases],
        next=found.next,
        is_more=found.is_more,
    )


@router.get(
    "/{number}",
    response={200: CaseDetailOut, 401: Refusal, 403: Refusal, 404: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="cases_get",
)
def get(request: HttpRequest, number: str) -> CaseDetailOut:
    """One case: what was said, its history, and the buttons that the reader has."""
    needs_scope(request, Perm.VIEW)
    return showing.case_detail(request, actor_of(request), _case(request, number))


@router.post(
    "/{number}/moves/{move}",
    response={
        200: CaseDetailOut,
        401: Refusal,
        403: Refusal,
        404: Refusal,
        409: Refusal,
        422: Refusal,
        429: Refusal,
    },
    auth=ANYBODY_KNOWN,
    operation_id="cases_move",
)
def move(
    request: HttpRequest,
    number: str,
    move: str,
    data: MoveIn,
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> CaseDetailOut:
    """Press a button. Sent again with the same `Idempotency-Key` it is pressed once and answered
    the same; without, the second one is a conflict (409), as the step has changed.
    """
    needs_scope(request, Perm.VIEW)
    needs_acting(request)
    actor, case = actor_of(request), _case(request, number)
    if len(idempotency_key) > 200:
        raise Invalid("Idempotency-Key", code="unreadable")
    content = f"{number}\0{move}\0{data.model_dump_json()}"
    once_for(request, idempotency_key, content, lambda: press(actor, case, move, data))
    return showing.case_detail(request, actor, _case(request, number))


def _case(request: HttpRequest, number: str) -> Case:
    found = cases.case_get(actor=actor_of(request), number=number)
    if found is None:
        raise Forbidden("", code="missing")
    return found

# SPDX-License-Identifier: MulanPSL-2.0
"""The API of cases, `/api/v1/cases/`: what changed, one case with its history, and its buttons."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from linli.base.errors import Invalid
from linli.modules.appeals.api import showing
from linli.modules.appeals.api.asked import Button, Number, Once
from linli.modules.appeals.api.pressing import press
from linli.modules.appeals.api.reaching import ensure_there
from linli.modules.appeals.api.schemas import (
    CaseDetailOut,
    ChangedOut,
    MapIn,
    MapOut,
    MoveIn,
    Refusal,
)
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import cases, changes
from linli.modules.appeals.selectors.clusters import area_of, cases_clustered
from linli.modules.appeals.selectors.narrowing import filters_narrowed
from linli.modules.appeals.selectors.queue import Filters
from linli.modules.appeals.terms import Perm
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.submissions import once_for
from linli.shells.tokens.bearer import ANYBODY_KNOWN, carries

router = Router(tags=["cases"])

LARGEST_PAGE = 200
Size = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="how many cases at most")]
Since = Annotated[str, Query(description="the `next` of the answer before; empty to begin")]


@router.get(
    "/changed",
    response={200: ChangedOut, 401: Refusal, 403: Refusal, 422: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="cases_changed",
)
@carries(Perm.VIEW)
def changed(request: HttpRequest, since: Since = "", size: Size = 100) -> ChangedOut:
    """Cases that changed after a cursor: keep `next` and ask with it again, and nothing is missed.

    Without `since` it begins with the first case there is. A change shows after five seconds.
    """
    found = changes.cases_changed(actor=actor_of(request), since=since, size=size)
    return ChangedOut(
        items=[showing.case_out(request, case) for case in found.cases],
        next=found.next,
        is_more=found.is_more,
    )


@router.get(
    "/map/",
    response={200: MapOut, 401: Refusal, 403: Refusal, 422: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="cases_map",
)
@carries(Perm.VIEW)
def drawn(request: HttpRequest, asked: Query[MapIn]) -> MapOut:
    """Where the cases of an area lie, near ones drawn together, as the map of the queue shows
    them.
    """
    actor = actor_of(request)
    plain = Filters(view=asked.view, text=asked.q.strip(), channel=asked.channel, step=asked.step)
    filters = filters_narrowed(plain, actor=actor, place=asked.place, class_key=asked.class_key)
    area = area_of(asked.west, asked.south, asked.east, asked.north, zoom=asked.zoom)
    found = cases_clustered(actor=actor, filters=filters, area=area)
    return MapOut(
        spots=[showing.spot(each) for each in found],
        total=sum(each.count for each in found),
        cell=area.cell,
    )


@router.get(
    "/{number}",
    response={200: CaseDetailOut, 401: Refusal, 403: Refusal, 404: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="cases_get",
    url_name="cases_get",
)
@carries(Perm.VIEW)
def get(request: HttpRequest, number: Number) -> CaseDetailOut:
    """One case: what was said, its history, and the buttons that the reader has."""
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
@carries(Perm.VIEW, acting=True)
def move(
    request: HttpRequest,
    number: Number,
    move: Button,
    data: MoveIn,
    idempotency_key: Once = "",
) -> CaseDetailOut:
    """Press a button. Sent again with the same `Idempotency-Key` it is pressed once and answered
    the same; without, the second one is a conflict (409), as the step has changed.
    """
    actor = actor_of(request)
    case = ensure_there(cases.case_plain(actor=actor, number=number))
    if len(idempotency_key) > 200:
        raise Invalid("Idempotency-Key", code="unreadable")
    content = f"{number}\0{move}\0{data.model_dump_json()}"
    once_for(request, idempotency_key, content, lambda: press(actor, case, move, data))
    return showing.case_detail(request, actor, _case(request, number))


def _case(request: HttpRequest, number: str) -> Case:
    return ensure_there(cases.case_get(actor=actor_of(request), number=number))

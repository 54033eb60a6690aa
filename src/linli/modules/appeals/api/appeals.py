# SPDX-License-Identifier: MulanPSL-2.0
"""The API of appeals, `/api/v1/appeals/`: for partner systems, for whoever has signed in, and
without an account.

A partner's system shows its token (`Authorization: Bearer …`); else Django's session cookie is
asked for, and a CSRF token where it writes. A refusal says {code, message, fields}.
`Idempotency-Key` makes the same report one appeal however often it is sent.
"""

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from linli.base.actor import ANONYMOUS
from linli.base.address import address_of
from linli.kernel.access import services as access
from linli.kernel.forms import selectors as class_system
from linli.kernel.places import selectors as places
from linli.modules.appeals import forms, services
from linli.modules.appeals.api import photos, showing
from linli.modules.appeals.api.asked import (
    Button,
    Code,
    Lat,
    Lon,
    Number,
    Once,
    Page,
    PageSize,
    Placed,
    State,
    Which,
)
from linli.modules.appeals.api.pressing import press
from linli.modules.appeals.api.reaching import (
    appeal_by_code,
    appeal_seen,
    ensure_there,
    source_of,
)
from linli.modules.appeals.api.schemas import (
    AppealOut,
    ClassOut,
    DetailOut,
    FiledOut,
    MoveIn,
    PageOut,
    PlaceOut,
    Refusal,
    ReportIn,
    StaffReportIn,
)
from linli.modules.appeals.selectors import cases, intake, reporter
from linli.modules.appeals.terms import ROOT_CLASS, Channel, Perm
from linli.shells.frame.middleware import actor_of
from linli.shells.tokens.bearer import ANYBODY_KNOWN, bearer_of, carries, needs_scope

router = Router(tags=["appeals"])

LARGEST_PAGE = 100
LOOKS_A_MINUTE = 60
SOURCE = "api"

router.add_router("", photos.router)


@router.get("/classes", response={200: list[ClassOut]}, auth=None, operation_id="appeals_classes")
def classes(request: HttpRequest, place: Placed = "") -> list[ClassOut]:
    """The classes in force at a place (by code), in order."""
    del request
    found = places.place_by_code(place) if place else None
    tree = class_system.class_tree(found.path if found is not None else "")
    return [
        ClassOut(key=each.key, name=each.name, part_of=each.part_of)
        for each in tree.under(ROOT_CLASS)[1:]
    ]


@router.get(
    "/places/at",
    response={200: PlaceOut, 404: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_place_at",
)
def place_at(request: HttpRequest, lon: Lon, lat: Lat) -> PlaceOut:
    """The deepest place that holds a point (WGS-84)."""
    source = source_of(request, actor_of(request))
    access.rate_hit("place_at", source, limit=LOOKS_A_MINUTE, per_seconds=60)
    found = ensure_there(places.place_at(lon, lat))
    return PlaceOut(code=found.code, name=intake.place_name_at(lon, lat))


@router.post(
    "/public/",
    response={201: FiledOut, 422: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_file_public",
)
def file_public(
    request: HttpRequest,
    data: ReportIn,
    idempotency_key: Once = "",
) -> Status[FiledOut]:
    """Report something without an account; it is followed by number and query code."""
    sender = forms.Sender(
        ANONYMOUS, address=address_of(request), key=idempotency_key, source=SOURCE
    )
    return Status(201, _filed(request, data, sender))


@router.get(
    "/public/{number}",
    response={200: DetailOut, 404: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_get_public",
)
def get_public(request: HttpRequest, number: Number, code: Code) -> DetailOut:
    """How an appeal stands, by number and query code; a wrong pair is the same as none."""
    appeal = appeal_by_code(request, number, code)
    actor = cases.acting_for(ANONYMOUS, appeal)
    return showing.detail(request, actor, appeal, code=appeal.query_code)


@router.post(
    "/",
    response={
        201: FiledOut,
        401: Refusal,
        403: Refusal,
        404: Refusal,
        422: Refusal,
        429: Refusal,
    },
    auth=ANYBODY_KNOWN,
    operation_id="appeals_file",
)
@carries(Perm.REGISTER_FOR)
def file(
    request: HttpRequest,
    data: StaffReportIn,
    idempotency_key: Once = "",
) -> Status[FiledOut]:
    """Report something as whoever has signed in, or take it in for somebody; what a partner's
    system reports came by it, whatever `channel` says.
    """
    sender = forms.Sender(
        actor_of(request),
        channel=Channel(data.channel) if bearer_of(request) is None else Channel.API,
        address=address_of(request),
        key=idempotency_key,
        source=SOURCE,
    )
    return Status(201, _filed(request, data, sender))


@router.get(
    "/",
    response={200: PageOut, 401: Refusal, 403: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="appeals_list",
)
def listed(
    request: HttpRequest,
    which: Which = "own",
    state: State = "all",
    page: Page = 1,
    size: PageSize = 20,
) -> PageOut:
    """Appeals newest first: one's own, those one took in, or all that one may see."""
    if which == "seen":
        needs_scope(request, Perm.VIEW)
    rows = reporter.appeals_listed(actor=actor_of(request), which=which, state=state)
    found = Paginator(rows, max(1, min(size, LARGEST_PAGE))).get_page(page)
    return PageOut(
        items=[
            AppealOut(**showing.plain(request, appeal, is_own=which == "own")) for appeal in found
        ],
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
    )


@router.get(
    "/{number}",
    response={200: DetailOut, 401: Refusal, 403: Refusal, 404: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="appeals_get",
)
@carries(Perm.VIEW)
def get(request: HttpRequest, number: Number) -> DetailOut:
    """One appeal: one's own, or one that one may see."""
    actor = actor_of(request)
    return showing.detail(request, actor, appeal_seen(actor, number))


@router.post(
    "/{number}/moves/{move}",
    response={
        200: DetailOut,
        401: Refusal,
        403: Refusal,
        404: Refusal,
        409: Refusal,
        422: Refusal,
        429: Refusal,
    },
    auth=ANYBODY_KNOWN,
    operation_id="appeals_move",
)
@carries(Perm.VIEW, acting=True)
def move(request: HttpRequest, number: Number, move: Button, data: MoveIn) -> DetailOut:
    """Press one of the buttons that `GET /{number}` shows: of the procedure, or to answer an
    order.
    """
    actor = actor_of(request)
    known = appeal_seen(actor, number).case.matter.number
    press(actor, ensure_there(cases.case_get(actor=actor, number=known)), move, data)
    return showing.detail(request, actor, appeal_seen(actor, number))


AS_WRITTEN = {"lon", "lat", "place", "at_home", "channel"}
"""What a report page asks for in another form."""


def _filed(request: HttpRequest, data: ReportIn, sender: forms.Sender) -> FiledOut:
    report = forms.Report(
        **data.model_dump(exclude=AS_WRITTEN),
        where=forms.HOME if data.at_home else "",
        lon="" if data.lon is None else str(data.lon),
        lat="" if data.lat is None else str(data.lat),
        places=(data.place,),
        is_for_other=bool(data.for_name or data.for_phone),
        notice="",
    )
    if sender.channel == Channel.PORTAL:
        services.sending_count(actor=sender.actor, address=sender.address)
    draft = forms.draft_of(report, sender)
    appeal = services.appeal_file(actor=sender.actor, draft=draft)
    return FiledOut(**showing.plain(request, appeal), query_code=appeal.query_code)

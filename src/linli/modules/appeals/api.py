# SPDX-License-Identifier: MulanPSL-2.0
"""The API of appeals, `/api/v1/appeals/`: for whoever has signed in, and without an account.

What needs a session asks for Django's session cookie, and for a CSRF token where it writes. A
refusal says {code, message, fields}. `Idempotency-Key` makes the same report one appeal however
often it is sent.
"""

import datetime as dt
from typing import Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Header
from ninja.responses import Status
from ninja.security import django_auth
from pydantic import Field

from linli.base.actor import ANONYMOUS, Actor
from linli.base.errors import Forbidden
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.forms import selectors as class_system
from linli.kernel.forms.services import json_schema
from linli.kernel.places import selectors as places
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.modules.appeals import forms, services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import cases, intake, reporter
from linli.modules.appeals.terms import ROOT_CLASS, Channel
from linli.shells.frame.middleware import actor_of

router = Router(tags=["appeals"])

LARGEST_PAGE = 100
LOOKS_A_MINUTE = 60
TRIES, TRIES_WITHIN = 10, 600
SOURCE = "api"


class Refusal(Schema):
    """Why something was not done: a stable word, a sentence to show, and a sentence for each
    field.
    """

    code: str
    message: str
    fields: dict[str, str] = {}


class ReportIn(Schema):
    """A report: a sentence, and a place as point, code or home."""

    what: str
    lon: float | None = Field(None, description="WGS-84 / CGCS2000")
    lat: float | None = None
    place: str = Field("", description="the code of a place")
    at_home: bool = False
    spot: str = Field("", description="where exactly, in words")
    class_key: str = Field("", description="left empty, the words decide")
    contact_name: str = ""
    contact_phone: str = ""
    for_name: str = Field("", description="whom it is for, if for somebody else")
    for_phone: str = ""
    is_confidential: bool = False
    is_minor: bool = Field(False, description="the reporter is under 14")
    has_guardian_consent: bool = False


class StaffReportIn(ReportIn):
    """The same, by whoever has signed in; staff say how it reached them."""

    channel: Literal["portal", "window", "phone", "grid"] = "portal"


class PlaceOut(Schema):
    """A place by code and name."""

    code: str
    name: str


class ClassOut(Schema):
    """A class of matters; `part_of` is the class above it."""

    key: str
    name: str
    part_of: str | None


class StandingOut(Schema):
    """How it stands: the next step, who, by when, and why late."""

    state: str
    next: str
    who: str
    due_at: dt.datetime | None
    why_late: str


class AppealOut(Schema):
    """An appeal in a list."""

    number: str
    title: str
    step: str
    state: str
    place: PlaceOut
    class_key: str
    filed_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None


class FiledOut(AppealOut):
    """An appeal just filed, with the code that opens it without an account."""

    query_code: str


class MoveOut(Schema):
    """A button that the reader has now; `form` is a JSON schema of what is filled in."""

    key: str
    label: str
    is_open: bool
    why_not: str
    reasons: dict[str, str]
    form: dict[str, Any] | None


class DetailOut(AppealOut):
    """One appeal with its standing, its answer, and what the reader may do."""

    what: str
    standing: StandingOut
    reply: str
    mark: str
    moves: list[MoveOut]


class PageOut(Schema):
    """A page of a list."""

    items: list[AppealOut]
    total: int
    page: int
    pages: int


class MoveIn(Schema):
    """Pressing a button: `expected_step` is the step that was shown."""

    expected_step: str
    values: dict[str, Any] = {}
    reason: str = ""
    note: str = ""


@router.get("/classes", response={200: list[ClassOut]}, auth=None, operation_id="appeals_classes")
def classes(request: HttpRequest, place: str = "") -> list[ClassOut]:
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
def place_at(request: HttpRequest, lon: float, lat: float) -> PlaceOut:
    """The deepest place that holds a point (WGS-84)."""
    source = str(actor_of(request).account_id or _address_of(request))
    access.rate_hit("place_at", source, limit=LOOKS_A_MINUTE, per_seconds=60)
    found = places.place_at(lon, lat)
    if found is None:
        raise Forbidden("", code="missing")
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
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> Status[FiledOut]:
    """Report something without an account; it is followed by number and query code."""
    sender = forms.Sender(
        ANONYMOUS, address=_address_of(request), key=idempotency_key, source=SOURCE
    )
    return Status(201, _filed(data, sender))


@router.get(
    "/public/{number}",
    response={200: DetailOut, 404: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_get_public",
)
def get_public(request: HttpRequest, number: str, code: str) -> DetailOut:
    """How an appeal stands, by number and query code; a wrong pair is the same as none."""
    access.rate_hit("appeals.find", _address_of(request), limit=TRIES, per_seconds=TRIES_WITHIN)
    appeal = cases.appeal_by_code(number=number, code=code)
    if appeal is None:
        raise Forbidden("", code="missing")
    return _detail(cases.acting_for(ANONYMOUS, appeal), appeal)


@router.post(
    "/",
    response={201: FiledOut, 401: Refusal, 404: Refusal, 422: Refusal, 429: Refusal},
    auth=django_auth,
    operation_id="appeals_file",
)
def file(
    request: HttpRequest,
    data: StaffReportIn,
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> Status[FiledOut]:
    """Report something as whoever has signed in, or take it in for somebody."""
    sender = forms.Sender(
        actor_of(request),
        channel=Channel(data.channel),
        address=_address_of(request),
        key=idempotency_key,
        source=SOURCE,
    )
    return Status(201, _filed(data, sender))


@router.get(
    "/",
    response={200: PageOut, 401: Refusal},
    auth=django_auth,
    operation_id="appeals_list",
)
def listed(
    request: HttpRequest,
    which: Literal["own", "taken", "seen"] = "own",
    state: Literal["open", "done", "all"] = "all",
    page: int = 1,
    size: int = 20,
) -> PageOut:
    """Appeals newest first: one's own, those one took in, or all that one may see."""
    rows = reporter.appeals_listed(actor=actor_of(request), which=which, state=state)
    found = Paginator(rows, max(1, min(size, LARGEST_PAGE))).get_page(page)
    return PageOut(
        items=[AppealOut(**_plain(appeal, is_own=which == "own")) for appeal in found],
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
    )


@router.get(
    "/{number}",
    response={200: DetailOut, 401: Refusal, 404: Refusal},
    auth=django_auth,
    operation_id="appeals_get",
)
def get(request: HttpRequest, number: str) -> DetailOut:
    """One appeal: one's own, or one that one may see."""
    actor = actor_of(request)
    return _detail(actor, _appeal(actor, number))


@router.post(
    "/{number}/moves/{move}",
    response={200: DetailOut, 401: Refusal, 404: Refusal, 409: Refusal, 422: Refusal},
    auth=django_auth,
    operation_id="appeals_move",
)
def move(request: HttpRequest, number: str, move: str, data: MoveIn) -> DetailOut:
    """Press one of the buttons that `GET /{number}` shows: of the procedure, or to answer an
    order.
    """
    actor = actor_of(request)
    case = cases.case_get(actor=actor, number=_appeal(actor, number).case.matter.number)
    if case is None:
        raise Forbidden("", code="missing")
    if move in ("sign", "accept", "refuse"):
        _answer(actor, case, move, data)
    else:
        services.case_move(
            actor=actor,
            case=case,
            move=move,
            expected_step=data.expected_step,
            values=data.values,
            reason=data.reason,
            note=data.note,
        )
    return _detail(actor, _appeal(actor, number))


def _answer(actor: Actor, case: Case, answer: str, data: MoveIn) -> None:
    order = workflow.order_open(case.matter)
    if order is None:
        raise Forbidden("", code="missing")
    if answer == "sign":
        workflow_services.order_sign(actor=actor, order=order)
    elif answer == "accept":
        workflow_services.order_accept(actor=actor, order=order)
    else:
        workflow_services.order_refuse(actor=actor, order=order, reason=data.reason, note=data.note)


def _appeal(actor: Actor, number: str) -> Appeal:
    """An appeal of the actor, or of a case that they may see; else it is not there."""
    appeal = cases.appeal_own(actor=actor, number=number)
    if appeal is None:
        appeal = reporter.appeals_listed(actor=actor, which="seen").filter(number=number).first()
    if appeal is None:
        raise Forbidden("", code="missing")
    return appeal


AS_WRITTEN = {"lon", "lat", "place", "at_home", "channel"}
"""What a report page asks for in another form."""


def _filed(data: ReportIn, sender: forms.Sender) -> FiledOut:
    report = forms.Report(
        **data.model_dump(exclude=AS_WRITTEN),
        where=forms.HOME if data.at_home else "",
        lon="" if data.lon is None else str(data.lon),
        lat="" if data.lat is None else str(data.lat),
        places=(data.place,),
        is_for_other=bool(data.for_name or data.for_phone),
        notice="",
    )
    draft = forms.draft_of(report, sender)
    appeal = services.appeal_file(actor=sender.actor, draft=draft)
    return FiledOut(**_plain(appeal), query_code=appeal.query_code)


def _plain(appeal: Appeal, *, is_own: bool = True) -> dict[str, Any]:
    matter, row = appeal.case.matter, reporter.row_of(appeal, is_own=is_own)
    return {
        "number": appeal.number,
        "title": appeal.case.title,
        "step": matter.step,
        "state": str(row.state),
        "place": PlaceOut(code=matter.place.code, name=places.name_of(matter.place)),
        "class_key": matter.class_key,
        "filed_at": appeal.filed_at,
        "due_at": row.due_at,
        "ended_at": matter.ended_at,
    }


def _detail(actor: Actor, appeal: Appeal) -> DetailOut:
    is_own = cases.is_own(actor, appeal)
    standing = reporter.standing_of(appeal, is_own=is_own)
    return DetailOut(
        **_plain(appeal, is_own=is_own),
        what=appeal.what,
        standing=StandingOut(
            state=str(standing.state),
            next=str(standing.next),
            who=standing.who,
            due_at=standing.due.due_at if standing.due is not None else None,
            why_late=standing.why_late,
        ),
        reply=appeal.reply,
        mark=appeal.mark,
        moves=[_move(each) for each in workflow.moves_open(actor, appeal.case.matter)],
    )


def _move(each: workflow.OpenMove) -> MoveOut:
    return MoveOut(
        key=each.key,
        label=each.label,
        is_open=each.is_open,
        why_not=str(each.why_not),
        reasons={key: label(words) for key, words in each.reasons.items()},
        form=json_schema(each.form) if each.form is not None else None,
    )


def _address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))

# SPDX-License-Identifier: MulanPSL-2.0
"""What goes in and out of the API of appeals and cases."""

import datetime as dt
from typing import Any, Literal

from ninja import Schema
from pydantic import Field


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


class CaseOut(Schema):
    """A case in a list: what we handle, made of one appeal or more.

    `revision` grows with every change; `end` says how it ended.
    """

    number: str
    title: str
    step: str
    revision: int
    place: PlaceOut
    class_key: str
    unit: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    end: str


class ChangedOut(Schema):
    """Cases that changed, each once, in the order of their last change.

    Ask again with `next`; while `is_more`, at once.
    """

    items: list[CaseOut]
    next: str
    is_more: bool


class CaseAppealOut(Schema):
    """What one person said about a case; who it was is not told."""

    number: str
    channel: str
    what: str
    filed_at: dt.datetime
    reply: str
    mark: str


class LineOut(Schema):
    """A line of a case's history, newest first; partner systems read units, not names."""

    at: dt.datetime
    sort: str
    title: str
    unit: str
    who: str
    said: str


class CaseDetailOut(CaseOut):
    """A case with what was said, its history and the buttons that the reader has."""

    appeals: list[CaseAppealOut]
    timeline: list[LineOut]
    moves: list[MoveOut]

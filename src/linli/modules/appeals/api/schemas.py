# SPDX-License-Identifier: MulanPSL-2.0
"""What goes in and out of the API of appeals and cases.

Every description here is shown at `/api/docs/`, with its Chinese from the catalog of this module.
"""

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from linli.modules.appeals.selectors.clusters import NEAREST
from linli.modules.appeals.selectors.queue import VIEWS
from linli.modules.appeals.terms import Channel

SAMPLE = "SQ-20260310-0001"
MORNING, EVENING = "2026-03-10T10:00:00+08:00", "2026-03-10T18:00:00+08:00"

Numbered = Annotated[str, Field(description="the number that everybody uses", examples=[SAMPLE])]
Titled = Annotated[str, Field(description="a short name", examples=["6号楼东侧的雨水井堵了"])]
Stepped = Annotated[
    str, Field(description="the step of the procedure it is at", examples=["handling"])
]
Classed = Annotated[str, Field(description="key of the class", examples=["flooding"])]
Revised = Annotated[int, Field(description="grows with every change", examples=[4])]
Due = Annotated[
    dt.datetime | None, Field(description="by when the next thing is due", examples=[EVENING])
]
Ended = Annotated[
    dt.datetime | None, Field(description="when it ended; empty while open", examples=[None])
]
Said = Annotated[
    str, Field(description="what the person said", examples=["6号楼东侧的雨水井堵了。"])
]
Replied = Annotated[str, Field(description="what the person was answered", examples=["井清好了。"])]
Marked = Annotated[str, Field(description="how the person rated it", examples=["good"])]


class Refusal(Schema):
    """Why something was not done: a stable word, a sentence to show, and a sentence for each
    field.
    """

    code: str = Field(description="a stable word for programs", examples=["what_missing"])
    message: str = Field(
        description="a sentence to show", examples=["Please write a sentence about what happened."]
    )
    fields: dict[str, str] = Field({}, description="a sentence for each field that is wrong")


class ReportIn(Schema):
    """A report: a sentence, and a place as point, code or home."""

    what: str = Field(
        description="what happened, in a sentence or more", examples=["6号楼东侧的雨水井堵了。"]
    )
    lon: float | None = Field(None, description="longitude, WGS-84 / CGCS2000", examples=[103.05])
    lat: float | None = Field(None, description="latitude", examples=[29.05])
    place: str = Field("", description="the code of a place")
    at_home: bool = Field(False, description="it is where the reporter lives")
    spot: str = Field("", description="where exactly, in words", examples=["6号楼东侧"])
    class_key: str = Field("", description="left empty, the words decide", examples=["flooding"])
    contact_name: str = Field("", description="whom to ask about it")
    contact_phone: str = Field("", description="the telephone of whom to ask")
    for_name: str = Field("", description="whom it is for, if for somebody else")
    for_phone: str = Field("", description="the telephone of whom it is for")
    is_confidential: bool = Field(
        False, description="the reporter is named to nobody who handles it"
    )
    is_minor: bool = Field(False, description="the reporter is under 14")
    has_guardian_consent: bool = Field(
        False, description="a parent or guardian has agreed; asked for under 14"
    )


class StaffReportIn(ReportIn):
    """A report by whoever has signed in; staff say how it reached them."""

    channel: Literal["portal", "window", "phone", "grid"] = Field(
        "portal", description="how it reached you; what a token sends came by API"
    )


class PlaceOut(Schema):
    """A place by code and name."""

    code: str = Field(description="the code of a place", examples=["511102001001"])
    name: str = Field(description="what the place is called", examples=["柳荫社区"])


class PhotoOut(Schema):
    """A photo or paper: `address` gives it to whoever reads this, `small` a small picture of it."""

    key: str = Field(description="key of the photo", examples=["5f0c6f1e2d3b4a59887766554433221f"])
    content_type: str = Field(description="what sort of file it is", examples=["image/jpeg"])
    size: int = Field(description="how many bytes it has", examples=[318204])
    width: int | None = Field(description="pixels across; empty for a paper", examples=[2560])
    height: int | None = Field(description="pixels down; empty for a paper", examples=[1920])
    address: str = Field(
        description="where it is fetched",
        examples=["/api/v1/appeals/photos/5f0c6f1e2d3b4a59887766554433221f"],
    )
    small: str = Field(
        description="where a small picture of it is fetched; empty for a paper",
        examples=["/api/v1/appeals/photos/5f0c6f1e2d3b4a59887766554433221f?size=small"],
    )


Pictured = Annotated[list[PhotoOut], Field(description="the photos that belong to it")]


class PhotosOut(Schema):
    """How many photos an appeal has, now that these were added."""

    number: Numbered
    count: int = Field(description="how many photos it has now", examples=[2])


class ClassOut(Schema):
    """A class of matters; `part_of` is the class above it."""

    key: Classed
    name: str = Field(description="what the class is called", examples=["积水排水"])
    part_of: str | None = Field(description="key of the class above it", examples=["city_services"])


class StandingOut(Schema):
    """How it stands: the next step, who, by when, and why late."""

    state: str = Field(description="how it stands, in a word or two", examples=["正在办"])
    next: str = Field(description="what happens next", examples=["单位办理并答复您"])
    who: str = Field(description="who does it", examples=["东江区水务局"])
    due_at: Due
    why_late: str = Field(description="why it is late or was put off", examples=[""])


class AppealOut(Schema):
    """An appeal in a list."""

    number: Numbered
    title: Titled
    step: Stepped
    state: str = Field(description="how it stands, in a word or two", examples=["正在办"])
    place: PlaceOut = Field(description="where it is")
    class_key: Classed
    filed_at: dt.datetime = Field(description="when it was said", examples=[MORNING])
    due_at: Due
    ended_at: Ended


class FiledOut(AppealOut):
    """An appeal just filed, with the code that opens it without an account."""

    query_code: str = Field(
        description="the query code: with the number it opens the appeal", examples=["7KQ2MH9X"]
    )


class MoveOut(Schema):
    """A button that the reader has now; `form` is a JSON schema of what is filled in."""

    key: str = Field(description="key of the button", examples=["answer"])
    label: str = Field(description="what the button says", examples=["办好了，答复"])
    is_open: bool = Field(description="whether it can be pressed now", examples=[True])
    why_not: str = Field(description="why it cannot be pressed", examples=[""])
    reasons: dict[str, str] = Field(
        description="reasons to choose from, where one is asked for", examples=[{}]
    )
    form: dict[str, Any] | None = Field(
        description="JSON schema of `values`; empty where nothing is filled in", examples=[None]
    )


Pressed = Annotated[list[MoveOut], Field(description="the buttons that the reader has")]


class DetailOut(AppealOut):
    """One appeal with its standing, its answer, and what the reader may do."""

    what: Said
    standing: StandingOut = Field(description="how it stands: the honest panel")
    reply: Replied
    mark: Marked
    photos: Pictured
    moves: Pressed


class PageOut(Schema):
    """A page of a list."""

    items: list[AppealOut] = Field(description="the appeals of this page")
    total: int = Field(description="how many there are on all pages", examples=[1])
    page: int = Field(description="which page this is, from 1", examples=[1])
    pages: int = Field(description="how many pages there are", examples=[1])


class MoveIn(Schema):
    """Pressing a button: `expected_step` is the step that was shown."""

    expected_step: str = Field(
        description="the step that was shown; if it has gone on, nothing is done",
        examples=["handling"],
    )
    values: dict[str, Any] = Field(
        {},
        description="what is filled in, as `form` of the button asks",
        examples=[{"outcome": "solved", "done": "清掏了雨水井", "reply": "井清好了。"}],
    )
    reason: str = Field("", description="key of the reason, where one is asked for")
    note: str = Field("", description="a few words to it")


class CaseOut(Schema):
    """A case in a list: what we handle, made of one appeal or more.

    `revision` grows with every change; `end` says how it ended.
    """

    number: Numbered
    title: Titled
    step: Stepped
    revision: Revised
    place: PlaceOut = Field(description="where it is")
    class_key: Classed
    unit: str = Field(description="the unit that has it in hand", examples=["东江区水务局"])
    opened_at: dt.datetime = Field(description="when it was opened", examples=[MORNING])
    due_at: Due
    ended_at: Ended
    end: str = Field(description="how it ended; empty while open", examples=[""])


class ChangedOut(Schema):
    """Cases that changed, each once, in the order of their last change.

    Ask again with `next`; while `is_more`, at once.
    """

    items: list[CaseOut] = Field(description="the cases that changed")
    next: str = Field(description="the cursor to send as `since` next time", examples=["1207"])
    is_more: bool = Field(description="whether there is more to fetch at once", examples=[False])


class CaseAppealOut(Schema):
    """What one person said about a case; who it was is not told."""

    number: Numbered
    channel: str = Field(description="how it reached us", examples=["portal"])
    what: Said
    filed_at: dt.datetime = Field(description="when it was said", examples=[MORNING])
    reply: Replied
    mark: Marked
    photos: Pictured


class LineOut(Schema):
    """A line of a case's history, newest first; partner systems read units, not names."""

    at: dt.datetime = Field(description="when it happened", examples=[MORNING])
    sort: str = Field(description="what sort of thing happened", examples=["moved"])
    title: str = Field(description="what happened, in words", examples=["签收"])
    unit: str = Field(description="which unit did it", examples=["东江区水务局"])
    who: str = Field(description="who did it; empty for a token", examples=[""])
    said: str = Field(description="what was said or written", examples=["说好明天上午来清"])
    photos: Pictured


class CaseDetailOut(CaseOut):
    """A case with what was said, its history and the buttons that the reader has."""

    appeals: list[CaseAppealOut] = Field(description="what people said, oldest first")
    timeline: list[LineOut] = Field(description="the history, newest first")
    moves: Pressed


class MapIn(Schema):
    """Which part of the map, and the filters of the queue."""

    west: float = Field(description="western edge, WGS-84", json_schema_extra={"example": 103.7})
    south: float = Field(description="southern edge", json_schema_extra={"example": 29.5})
    east: float = Field(description="eastern edge", json_schema_extra={"example": 103.8})
    north: float = Field(description="northern edge", json_schema_extra={"example": 29.6})
    zoom: int | None = Field(
        None,
        ge=0,
        le=NEAREST,
        description="zoom of a web map: the finer, the less is drawn together; without it 14 "
        "cells across",
    )
    view: Literal[VIEWS] = Field(  # type: ignore[valid-type]
        "all",
        description="for me to do, due today, late, supervised from above, with others, to verify, "
        "or all that are open",
    )
    q: str = Field("", max_length=80, description="words or a number to look for")
    place: str = Field("", description="the code of a place; what lies below it counts")
    class_key: str = Field("", description="key of a class; those below it count")
    channel: Literal["", *Channel.values] = Field("", description="how it reached us")  # type: ignore[valid-type]
    step: str = Field("", max_length=64, description="the step of the procedure it is at")


class SpotOut(Schema):
    """Cases close to one another, or a single one, which has its `number` and `link`."""

    lon: float = Field(description="longitude, WGS-84 / CGCS2000", examples=[103.7501])
    lat: float = Field(description="latitude", examples=[29.5502])
    count: int = Field(description="how many cases it stands for", examples=[1])
    late: int = Field(description="how many of them are late", examples=[0])
    number: str = Field(description="number of a single case, else empty", examples=[SAMPLE])
    link: str = Field(
        description="where a single case is read, else empty",
        examples=[f"/api/v1/cases/{SAMPLE}"],
    )


class MapOut(Schema):
    """The cases of an area, near ones drawn together; those without a point are not on it."""

    spots: list[SpotOut] = Field(description="most cases first")
    total: int = Field(description="how many cases lie in the area", examples=[1])
    cell: float = Field(
        description="side of a cell in degrees: what lies in one is one spot", examples=[0.0055]
    )

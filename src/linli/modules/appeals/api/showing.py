# SPDX-License-Identifier: MulanPSL-2.0
"""Appeals and cases as the API shows them; to a partner's system every phone and ID number within
a text is masked, and no person is named.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.files.models import StoredFile
from linli.kernel.forms.services import json_schema
from linli.kernel.jobs.rules import without_numbers
from linli.kernel.places import selectors as places
from linli.kernel.workflow import selectors as workflow
from linli.modules.appeals.api.schemas import (
    CaseAppealOut,
    CaseDetailOut,
    CaseOut,
    DetailOut,
    LineOut,
    MoveOut,
    PhotoOut,
    PlaceOut,
    SpotOut,
    StandingOut,
)
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import cases, reporter, saying
from linli.modules.appeals.selectors.clusters import Cluster
from linli.modules.appeals.terms import FILES_OWNER
from linli.shells.tokens.bearer import bearer_of


def words(request: HttpRequest, text: str) -> str:
    """What somebody wrote, as this reader gets it."""
    return text if bearer_of(request) is None else without_numbers(text)


def plain(request: HttpRequest, appeal: Appeal, *, is_own: bool = True) -> dict[str, Any]:
    """An appeal as a list shows it."""
    matter, row = appeal.case.matter, reporter.row_of(appeal, is_own=is_own)
    return {
        "number": appeal.number,
        "title": words(request, appeal.case.title),
        "step": matter.step,
        "state": str(row.state),
        "place": PlaceOut(code=matter.place.code, name=places.name_of(matter.place)),
        "class_key": matter.class_key,
        "filed_at": appeal.filed_at,
        "due_at": row.due_at,
        "ended_at": matter.ended_at,
    }


def photos(rows: Iterable[StoredFile], *, number: str = "", code: str = "") -> list[PhotoOut]:
    """Photos with the addresses at which this reader gets them: by number and code if given."""
    return [_photo(row, number, code) for row in rows]


def _photo(row: StoredFile, number: str, code: str) -> PhotoOut:
    name, args = "api:appeals_photo", [row.key]
    query = {}
    if code:
        name, args, query = "api:appeals_photo_public", [number, row.key], {"code": code}
    is_picture = row.width is not None
    return PhotoOut(
        key=row.key,
        content_type=row.content_type,
        size=row.size,
        width=row.width,
        height=row.height,
        address=reverse(name, args=args, query=query),
        small=reverse(name, args=args, query={**query, "size": "small"}) if is_picture else "",
    )


def detail(request: HttpRequest, actor: Actor, appeal: Appeal, *, code: str = "") -> DetailOut:
    """One appeal with how it stands; `code` is the query code for who reads by it."""
    is_own = cases.is_own(actor, appeal)
    standing = reporter.standing_of(appeal, is_own=is_own)
    return DetailOut(
        **plain(request, appeal, is_own=is_own),
        what=words(request, appeal.what),
        standing=StandingOut(
            state=str(standing.state),
            next=str(standing.next),
            who=standing.who,
            due_at=standing.due.due_at if standing.due is not None else None,
            why_late=standing.why_late,
        ),
        reply=words(request, appeal.reply),
        mark=appeal.mark,
        photos=photos(
            saying.said_photos([appeal]).get(appeal.number, ()), number=appeal.number, code=code
        ),
        moves=moves(request, actor, appeal.case),
    )


def moves(request: HttpRequest, actor: Actor, case: Case) -> list[MoveOut]:
    """The buttons that the reader has; none for a token that only reads."""
    shown = bearer_of(request)
    if shown is not None and not shown.token.is_acting:
        return []
    return [_move(each) for each in workflow.moves_open(actor, case.matter)]


def case_plain(request: HttpRequest, case: Case) -> dict[str, Any]:
    """A case as a list shows it."""
    matter = case.matter
    return {
        "number": matter.number,
        "title": words(request, case.title),
        "step": matter.step,
        "revision": matter.revision,
        "place": PlaceOut(code=matter.place.code, name=places.name_of(matter.place)),
        "class_key": matter.class_key,
        "unit": label(matter.lead_unit.label) if matter.lead_unit is not None else "",
        "opened_at": matter.opened_at,
        "due_at": matter.next_due_at,
        "ended_at": matter.ended_at,
        "end": matter.end,
    }


def case_out(request: HttpRequest, case: Case) -> CaseOut:
    """A case as a list shows it."""
    return CaseOut(**case_plain(request, case))


def case_detail(request: HttpRequest, actor: Actor, case: Case) -> CaseDetailOut:
    """One case with everything said, its history and the reader's buttons."""
    workflow.matter_read(case.matter)
    kept = saying.photos_in(case)
    return CaseDetailOut(
        **case_plain(request, case),
        appeals=[
            CaseAppealOut(
                number=appeal.number,
                channel=appeal.channel,
                what=words(request, appeal.what),
                filed_at=appeal.filed_at,
                reply=words(request, appeal.reply),
                mark=appeal.mark,
                photos=photos(kept.get((FILES_OWNER, appeal.number), ())),
            )
            for appeal in case.appeals.all()
        ],
        timeline=_timeline(request, saying.case_lines(actor=actor, case=case)),
        moves=moves(request, actor, case),
    )


def spot(each: Cluster) -> SpotOut:
    """A spot of the map; a single case has its number and where it is read."""
    link = reverse("api:cases_get", args=[each.number]) if each.number else ""
    return SpotOut(**asdict(each), link=link)


def _timeline(request: HttpRequest, lines: Iterable[saying.CaseLine]) -> list[LineOut]:
    is_partner = bearer_of(request) is not None
    return [
        LineOut(
            at=each.line.at,
            sort=each.line.sort,
            title=each.line.title,
            unit=each.line.unit,
            who="" if is_partner else each.line.who,
            said=words(request, each.line.said),
            photos=photos(each.photos),
        )
        for each in lines
        if each.line.at is not None
    ]


def _move(each: workflow.OpenMove) -> MoveOut:
    return MoveOut(
        key=each.key,
        label=each.label,
        is_open=each.is_open,
        why_not=str(each.why_not),
        reasons={key: label(said) for key, said in each.reasons.items()},
        form=json_schema(each.form) if each.form is not None else None,
    )

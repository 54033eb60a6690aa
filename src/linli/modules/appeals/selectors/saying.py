# SPDX-License-Identifier: MulanPSL-2.0
"""Who said what about a case, and its history; a confidential reporter is named nowhere."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.files import selectors as files
from linli.kernel.files.models import StoredFile
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.rules.who import units_of
from linli.kernel.workflow.selectors import Line
from linli.kernel.workflow.terms import Sort
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.terms import FILES_OWNER, WORK_FILES_OWNER

ALL, SAID, HAND_OVER = "all", "said", "hand_over"
KINDS = (ALL, SAID, HAND_OVER)
"""What a timeline may be narrowed to: everything, what somebody said, who handed it to whom."""


def reporter_words(appeal: Appeal) -> str:
    """Who reported, as staff read it: the name, unless it is to be kept secret or was not given."""
    if appeal.forgotten_at is not None:
        return _("Name no longer kept")
    if appeal.is_confidential:
        return _("Confidential reporter")
    if appeal.reporter is not None:
        return appeal.reporter.name
    return appeal.contact_name or _("Name not given")


def is_unit_concerned(actor: Actor, case: Case) -> bool:
    """Whether the actor belongs to a unit that the case is about, or that was ever given it."""
    matter = case.matter
    units = {case.about_unit_id, matter.lead_unit_id}
    units |= set(matter.orders.values_list("unit_id", flat=True))
    return not units.isdisjoint(units_of(actor))


def may_open_reporter(actor: Actor, appeal: Appeal) -> bool:
    """Whether the actor may see the telephone of whoever reported, once they say what for."""
    matter = appeal.case.matter
    if appeal.is_confidential and is_unit_concerned(actor, appeal.case):
        return False
    is_lead = matter.lead_unit_id is not None and matter.lead_unit_id in units_of(actor)
    return is_lead or bool(access.may(actor, PeoplePerm.OPEN_PERSONAL, at=matter.place))


def secret_names(appeals: Iterable[Appeal], matter: Matter) -> frozenset[str]:
    """The names that a case's history must not show: those of its confidential reporters."""
    accounts = {
        account
        for appeal in appeals
        if appeal.is_confidential
        for account in (_filer_of(appeal), matter.applicant_account_id)
        if account is not None
    }
    return frozenset(workflow.names_of(accounts).values())


def _filer_of(appeal: Appeal) -> int | None:
    """The account of whoever reported; a clerk who took it down is no secret."""
    return appeal.account_id if appeal.taken_by_id is None else None


@dataclass(frozen=True)
class CaseLine:
    """One line of a case's history with the photos that belong to it."""

    line: Line
    photos: tuple[StoredFile, ...] = ()


def case_lines(
    *, actor: Actor, case: Case, kind: str = ALL, is_public: bool | None = None
) -> list[CaseLine]:
    """The history of a case, newest first; of a confidential reporter every line says only that."""
    matter = case.matter
    lines = workflow.timeline(actor, matter, is_public=is_public)
    said = case.appeals.all()
    secret = secret_names(said, matter)
    has_secret = any(appeal.is_confidential and appeal.taken_by_id is None for appeal in said)
    photos = _work_photos(case)
    found = []
    for line in lines:
        if not _is_of(line, kind):
            continue
        is_theirs = has_secret and not line.who and line.sort in (Sort.OPENED, Sort.NOTED)
        hidden = is_theirs or line.who in secret
        shown = replace(line, who=_("Confidential reporter")) if hidden else line
        found.append(CaseLine(shown, photos.get(line.at, ()) if line.at is not None else ()))
    return found


def _is_of(line: Line, kind: str) -> bool:
    if kind == SAID:
        return bool(line.said) or bool(line.facts) or line.sort == Sort.OPENED
    if kind == HAND_OVER:
        return line.is_hand_over
    return True


def _work_photos(case: Case) -> dict[dt.datetime, tuple[StoredFile, ...]]:
    """Photos of the work by the moment of the move that they came with."""
    kept = {row.key: row for row in photos_in(case).get((WORK_FILES_OWNER, case.matter.number), ())}
    if not kept:
        return {}
    found: dict[dt.datetime, tuple[StoredFile, ...]] = {}
    for move in workflow.moves_all(case.matter):
        rows = tuple(kept[key] for key in _keys(move.values) if key in kept)
        if rows:
            found[move.at] = rows
    return found


def photos_in(case: Case) -> dict[tuple[str, str], list[StoredFile]]:
    """All photos of a case by owner and number, those of its appeals and those of the work; one
    query, the first time.
    """
    known: dict[tuple[str, str], list[StoredFile]] | None = case.__dict__.get("_photos_in")
    if known is None:
        owners = [(FILES_OWNER, appeal.number) for appeal in case.appeals.all()]
        known = files.files_of_owners([*owners, (WORK_FILES_OWNER, case.matter.number)])
        case.__dict__["_photos_in"] = known
    return known


def _keys(values: Mapping[str, object]) -> list[str]:
    return [
        str(key)
        for value in values.values()
        if isinstance(value, list)
        for key in value
        if isinstance(key, str)
    ]


def said_photos(appeals: Sequence[Appeal]) -> dict[str, list[StoredFile]]:
    """The photos that came with appeals, by number; one query."""
    return files.files_of_many(FILES_OWNER, [appeal.number for appeal in appeals])

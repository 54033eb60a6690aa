# SPDX-License-Identifier: MulanPSL-2.0
"""What waits for somebody's yes in an invented city: a list to be taken out, a person to be erased,
an operator session, a notice; and what a resident wants to know or lets be seen.
"""

import datetime as dt
from collections.abc import Callable

from django.utils.translation import override

from linli.base import clock
from linli.demo.chance import chance_of
from linli.demo.names import phone_number
from linli.demo.scene import Scene, Story
from linli.kernel.access import services as access
from linli.kernel.access.terms import OperatorKind
from linli.kernel.files import exporting
from linli.kernel.files.pictures import Box
from linli.kernel.files.terms import Personal
from linli.kernel.people import erasing
from linli.kernel.people.models import Person
from linli.kernel.privacy import first
from linli.kernel.privacy import selectors as notices
from linli.kernel.privacy import services as privacy
from linli.kernel.privacy.rules import Draft
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import saying
from linli.modules.appeals.services import showing
from linli.modules.subjects import services as subjects
from linli.modules.subjects.terms import Fact, Kind

_PASSER_BY = Box(120, 560, 110, 300)


def _list(scene: Scene) -> Story:
    """A clerk wants a list with people in it; the secretary has not looked at it yet."""
    yield scene.until - dt.timedelta(minutes=140)
    exporting.export_ask(
        actor=scene.proven("community_clerk", scene.community),
        source="appeals.cases",
        query="view=all",
        purpose=scene.words("list")["purpose"],
        personal=Personal.MASKED,
    )


def _moved(scene: Scene) -> Story:
    """Somebody moved away and wants to be forgotten: one administrator asked, another decides."""
    yield scene.back(1, 15, 20)
    known = Person.objects.below(scene.grid.path).filter(account=None, birth_on__isnull=False)
    words = scene.words("moved")
    erasing.erasure_ask(
        actor=scene.proven("security_administrator", scene.grid, turn=1),
        person=known.order_by("birth_on", "pk")[len(known) // 2],
        clause=words["clause"],
        reason=words["reason"],
        kept=words["kept"],
    )


def _repair(scene: Scene) -> Story:
    """The system administrator cannot see what a clerk sees, and asks to."""
    yield scene.until - dt.timedelta(minutes=18)
    access.operator_ask(
        actor=scene.proven("system_administrator", scene.community),
        place=scene.community,
        kind=OperatorKind.LOOK,
        reason=scene.words("repair")["reason"],
        minutes=30,
    )


def _notice(scene: Scene) -> Story:
    """A new version of the privacy notice is written, to hold from the first of next month."""
    yield scene.back(2, 10, 5)
    last = clock.local(scene.until).date().replace(day=28)
    starts_on = (last + dt.timedelta(days=4)).replace(day=1)
    words = scene.words("notice")
    privacy.notice_draft(
        actor=scene.who("security_administrator", scene.grid),
        place=scene.top,
        draft=Draft(
            version=f"{starts_on.year}.{starts_on.month}",
            starts_on=starts_on,
            changes_zh=words["changes_zh"],
            changes_en=words["changes_en"],
            text_zh=_first_and("zh-hans", words["zh"]),
            text_en=_first_and("en", words["en"]),
        ),
    )


def _first_and(language: str, more: str) -> str:
    with override(language):
        return f"{first.TEXT}\n\n{more}"


def _number(scene: Scene) -> Story:
    """A resident has another telephone now, and asks to have it put right."""
    yield scene.until - dt.timedelta(minutes=75)
    known = Person.objects.below(scene.grid.path).exclude(account=None)
    account_id = known.order_by("account__username").values_list("account_id", flat=True)[0]
    subjects.request_file(
        actor=scene.crew.actor(account_id or 0),
        kind=Kind.CORRECTION,
        fact=Fact.PHONE,
        wish=phone_number(chance_of("number", scene.grid.code)),
    )


def _picture(scene: Scene) -> Story:
    """A photo of the street is shown to everybody, with the passer-by covered; another may be."""
    yield scene.until - dt.timedelta(minutes=100)
    reported = Appeal.objects.below(scene.grid.path).exclude(account=None)
    rows = list(reported.order_by("-filed_at"))
    said = saying.said_photos(rows)
    appeal = next((each for each in rows if len(said.get(each.number, [])) > 1), None)
    if appeal is None:
        return  # nobody there has a log-in to agree with
    showing.photos_agree(
        actor=scene.crew.actor(appeal.account_id or 0),
        appeal=appeal,
        version=notices.notice_at(scene.grid.path).version,
    )
    yield scene.until - dt.timedelta(minutes=60)
    clerk, photo = scene.who("community_clerk", scene.community), said[appeal.number][0]
    release = showing.photo_cover(actor=clerk, appeal=appeal, key=photo.key, boxes=[_PASSER_BY])
    yield scene.until - dt.timedelta(minutes=57)
    showing.photo_show(actor=clerk, release=release, covered_key=release.covered_key)


STORIES: tuple[Callable[[Scene], Story], ...] = (
    _list,
    _moved,
    _repair,
    _notice,
    _number,
    _picture,
)

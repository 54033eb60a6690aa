# SPDX-License-Identifier: MulanPSL-2.0
"""Taking an appeal in: by whom, about which place, and what the person gets for it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock, ids
from linli.base.actor import Actor
from linli.base.crypto import blind_index
from linli.base.errors import Invalid
from linli.base.text import clean_line
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.files import services as files
from linli.kernel.forms import selectors as forms
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Privacy
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.privacy import selectors as privacy
from linli.kernel.units.models import Unit
from linli.kernel.workflow import services as workflow
from linli.modules.appeals import rules
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import intake
from linli.modules.appeals.services import telling
from linli.modules.appeals.terms import (
    FILES_OWNER,
    ROOT_CLASS,
    WORKFLOW,
    Channel,
    Event,
    Verb,
)

PHONE_CONTEXT = "appeals.appeal.contact_phone"


@dataclass(frozen=True)
class Draft:
    """An appeal as it was filled in, before anything was checked.

    `filed_key` is made by the sender: the same submission sent twice gives one appeal. `filed_at`
    is
    when somebody said it, where that was before it reached us (clocks run from now). `address` is
    what the abuse list knows. Whoever reports for somebody gives `for_person`, or name and phone.
    """

    what: str
    channel: str = Channel.PORTAL
    place: Place | None = None
    lon: float | None = None
    lat: float | None = None
    at_home: bool = False
    spot: str = ""
    class_key: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    reporter: Person | None = None
    for_person: Person | None = None
    for_name: str = ""
    for_phone: str = ""
    is_confidential: bool = False
    is_minor: bool = False
    has_guardian_consent: bool = False
    about_unit: Unit | None = None
    photos: tuple[Any, ...] = ()
    filed_key: str = ""
    filed_at: dt.datetime | None = None
    address: str = ""
    source: str = ""
    notice_version: str = ""


def sending_count(*, actor: Actor, address: str) -> None:
    """Count one report of somebody who needs no right for it, taken or refused.

    Call it before the transaction in which it is filed. Raises TooMany.
    """
    source = f"account:{actor.account_id}" if actor.account_id else address
    access.rate_hit("appeals.file", source, limit=rules.MOST_AN_HOUR, per_seconds=3600)


def appeal_file(*, actor: Actor, draft: Draft) -> Appeal:
    """Take an appeal and make a case of it; the same submission sent twice gives the first again.

    Whoever reported it and whoever it is for are told. Raises Invalid with fields (no sentence, no
    place, outside the area), Forbidden (a channel the actor may not use), Refused (a sender on the
    abuse list). How often somebody may send is `sending_count`'s.
    """
    if draft.filed_key:
        known = Appeal.objects.filter(filed_key=draft.filed_key).first()
        if known is not None:
            return known
    what = rules.what_cleaned(draft.what, longest=rules.longest_of(draft.channel))
    rules.ensure_few_photos(len(draft.photos))
    place = _place_of(actor, draft)
    draft = _completed(actor, draft, place)
    draft = replace(draft, what=what, class_key=_class_of(draft, what, place))
    _ensure_guardian_agrees(draft)
    _ensure_may_file(actor, draft, place)
    number = workflow.number_take(workflow=WORKFLOW, place=place)
    try:
        return _appeal_file(actor, draft, place, number)
    except IntegrityError:
        known = Appeal.objects.filter(filed_key=draft.filed_key or None).first()
        if known is None:
            raise
        return known


@transaction.atomic
def _appeal_file(actor: Actor, draft: Draft, place: Place, number: str) -> Appeal:
    """Write what was checked."""
    is_secret = draft.is_confidential and not rules.needs_grant(draft.channel)
    named = rules.unseen(actor) if is_secret else actor
    case = _case_open(named, draft, place, number, follower=_follower_of(actor, draft))
    path = case.matter.place.path
    appeal = _appeal_write(actor, draft, case)
    for photo in draft.photos:
        files.file_store(
            actor=named,
            upload=photo,
            owner_kind=FILES_OWNER,
            owner_key=appeal.number,
            place_path=path,
        )
    key = case.matter.class_key
    detail = {"channel": str(draft.channel), "class": key, "photos": len(draft.photos)}
    audit.record(named, Verb.FILED, on=("appeal", appeal.number), at=path, detail=detail)
    events.announce(Event.FILED, place_path=path, appeal_id=appeal.pk, case_id=case.pk)
    telling.appeal_received_tell(actor=named, appeal=appeal)
    return appeal


def _completed(actor: Actor, draft: Draft, place: Place) -> Draft:
    """What the platform knows besides: who reports, whom it is for, whether one is a child."""
    reporter = draft.reporter
    if reporter is None and draft.channel == Channel.PORTAL:
        reporter = people.person_for_account(actor.account_id)
    phone = rules.phone_cleaned(draft.for_phone)
    for_person = draft.for_person or intake.person_told(draft.for_name, phone, place)
    return replace(
        draft,
        reporter=reporter,
        for_person=for_person,
        for_phone=phone,
        is_minor=draft.is_minor or _is_child(reporter) or _is_child(for_person),
    )


def _is_child(person: Person | None) -> bool:
    return person is not None and person.privacy == Privacy.MINOR


def _ensure_guardian_agrees(draft: Draft) -> None:
    """For a child a guardian has agreed, be it the reporter or whom it is for."""
    rules.ensure_guardian_agrees(
        is_minor=draft.is_minor,
        has_consent=draft.has_guardian_consent,
        is_other=_is_child(draft.for_person) and not _is_child(draft.reporter),
    )


def _case_open(
    actor: Actor, draft: Draft, place: Place, number: str, *, follower: int | None
) -> Case:
    title = rules.title_of(draft.what)
    matter = workflow.matter_open(
        actor=actor,
        workflow=WORKFLOW,
        place=place,
        title=title,
        class_key=draft.class_key,
        applicant_account_id=follower,
        number=number,
        values_are_checked=True,
    )
    return Case.objects.create(
        matter=matter, title=title, lon=draft.lon, lat=draft.lat, about_unit=draft.about_unit
    )


def _ensure_may_file(actor: Actor, draft: Draft, place: Place) -> None:
    if rules.needs_grant(draft.channel):
        access.require(actor, rules.permission_for(draft.channel), at=place)
        return
    phone = rules.phone_cleaned(draft.contact_phone)
    access.abuse_check(at=place, account_id=actor.account_id, address=draft.address, phone=phone)


def _place_of(actor: Actor, draft: Draft) -> Place:
    """The place an appeal is about: the point's, the chosen one, or the reporter's home."""
    if draft.lon is not None and draft.lat is not None:
        found = places.place_at(draft.lon, draft.lat)
        if found is None:
            message = _("This point lies outside the area we look after. Please move the pin.")
            raise Invalid(message, code="point_outside", fields={"place": message})
        return found
    if draft.place is not None:
        return draft.place
    if draft.at_home:
        person = draft.for_person or draft.reporter or people.person_for_account(actor.account_id)
        home = people.home_of(person) if person is not None else None
        if home is not None:
            return home
        message = _("We do not know your home yet. Please choose the place on the map or the list.")
        raise Invalid(message, code="home_unknown", fields={"place": message})
    message = _("Please say where it is: on the map, from the list, or at home.")
    raise Invalid(message, code="place_missing", fields={"place": message})


def _class_of(draft: Draft, what: str, place: Place) -> str:
    """The class somebody chose, else the one that the class system's own words propose; "" if
    none.
    """
    if draft.class_key:
        chosen = forms.class_get(draft.class_key, place.path)
        if chosen is None:
            message = _("This class is not in use here.")
            raise Invalid(message, code="class_unknown", fields={"class": message})
        return chosen.key
    proposals = forms.class_propose(what, ROOT_CLASS, place.path)
    return proposals[0].key if proposals else ""


def _follower_of(actor: Actor, draft: Draft) -> int | None:
    """The account that follows the matter: whoever it is for, else the reporter, never a clerk."""
    for person in (draft.for_person, draft.reporter):
        if person is not None and person.account_id is not None:
            return person.account_id
    return actor.account_id if draft.channel == Channel.PORTAL else None


def _appeal_write(actor: Actor, draft: Draft, case: Case) -> Appeal:
    person = draft.reporter
    phone = rules.phone_cleaned(draft.contact_phone)
    name = clean_line(draft.contact_name)
    if draft.is_confidential and person is not None:
        name, phone, person = person.name, person.phone, None
    is_own = draft.channel == Channel.PORTAL
    return Appeal.objects.create(
        case=case,
        number=case.matter.number,
        query_code=ids.query_code(),
        channel=draft.channel,
        what=draft.what,
        place=case.matter.place,
        spot=_spot_of(draft, case.matter.place),
        account_id=actor.account_id if is_own else None,
        taken_by_id=None if is_own else actor.account_id,
        reporter=person,
        for_person=draft.for_person,
        is_confidential=draft.is_confidential,
        is_minor=draft.is_minor,
        has_guardian_consent=draft.has_guardian_consent,
        contact_name=name,
        contact_phone=phone,
        contact_phone_index=blind_index(phone, context=PHONE_CONTEXT),
        for_name=clean_line(draft.for_name),
        for_phone=draft.for_phone,
        filed_at=draft.filed_at or clock.now(),
        filed_key=draft.filed_key or None,
        source=draft.source,
        notice_version=_notice_of(draft, case.matter.place),
    )


def _notice_of(draft: Draft, place: Place) -> str:
    """The privacy notice that was shown, if there is such a version; "" where none was."""
    version = draft.notice_version
    return version if version and privacy.notice_known(version, place.path) else ""


def _spot_of(draft: Draft, standing: Place) -> str:
    """Where exactly: as it was written, else the house that was meant by "at home".

    The door of a confidential reporter is not written down.
    """
    written = clean_line(draft.spot)
    if not written and draft.at_home and draft.reporter is not None:
        home = people.home_of(draft.reporter)
        inside = (
            [each for each in places.chain(home) if each.depth > standing.depth] if home else []
        )
        is_shown = not draft.is_confidential
        written = "".join(each.name for each in inside if is_shown or each.level != Level.DWELLING)
    return written[: rules.LONGEST_SPOT]

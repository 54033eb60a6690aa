# SPDX-License-Identifier: MulanPSL-2.0
"""Publishing notices, and keeping what people agree to and take back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor, ActorKind
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Privacy
from linli.kernel.places.models import Place
from linli.kernel.privacy import rules, selectors
from linli.kernel.privacy.models import Consent, NoticeShown, PrivacyNotice
from linli.kernel.privacy.terms import GENERAL, Event, Perm, Purpose, Verb


@transaction.atomic
def notice_draft(
    *, actor: Actor, place: Place, draft: rules.Draft, notice: PrivacyNotice | None = None
) -> PrivacyNotice:
    """Write a new version for a place, or `notice`, a draft, anew.

    Raises Forbidden, Invalid with what is wrong, Conflict for a version that is there or published.
    """
    access.require(actor, Perm.PUBLISH, at=place)
    kept = _draft_locked(notice) if notice is not None else PrivacyNotice(place=place)
    is_first = not PrivacyNotice.objects.filter(place=place).exclude(published_at=None).exists()
    checked = rules.draft_checked(draft, is_first=is_first)
    for name in ("version", "text_zh", "text_en", "changes_zh", "changes_en", "starts_on"):
        setattr(kept, name, getattr(checked, name))
    kept.asks_again = list(checked.asks_again)
    kept.drafted_by_id, kept.drafted_at = actor.account_id, clock.now()
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        message = _("There is a version of this name already.")
        raise Conflict(message, code="notice_version", fields={"version": message}) from error
    audit.record(actor, Verb.NOTICE_DRAFTED, on=kept, at=place, detail={"version": kept.version})
    return kept


@transaction.atomic
def notice_drop(*, actor: Actor, notice: PrivacyNotice) -> None:
    """Throw a draft away. Raises Forbidden, and Conflict for a published one."""
    access.require(actor, Perm.PUBLISH, at=notice.place)
    kept = _draft_locked(notice)
    detail = {"version": kept.version}
    audit.record(actor, Verb.NOTICE_DROPPED, on=kept, at=kept.place, detail=detail)
    kept.delete()


@transaction.atomic
def notice_publish(*, actor: Actor, notice: PrivacyNotice) -> PrivacyNotice:
    """Publish a draft: from its first day, today at the earliest, it is in force, and it never
    changes again.

    Raises Forbidden, Unproven, Conflict for one that is published already.
    """
    access.require(actor, Perm.PUBLISH, at=notice.place)
    access.prove(actor)
    kept = _draft_locked(notice)
    now = clock.now()
    begins = dt.datetime.combine(kept.starts_on, dt.time.min, tzinfo=clock.ZONE)
    kept.published_by_id, kept.published_at = actor.account_id, now
    kept.in_force_at = max(now, begins)
    kept.save(update_fields=["published_by", "published_at", "in_force_at"])
    path = kept.place.path
    detail = {"version": kept.version, "asks_again": kept.asks_again}
    audit.record(actor, Verb.NOTICE_PUBLISHED, on=kept, at=path, detail=detail)
    events.announce(Event.NOTICE_PUBLISHED, place_path=path, notice_id=kept.pk)
    return kept


@transaction.atomic
def notice_note_shown(*, actor: Actor, account: Account) -> bool:
    """Keep which version somebody was shown who signed in, the first time each; False if it is
    known. Raises Forbidden for somebody else.
    """
    _ensure_self(actor, account.pk)
    version = selectors.notice_at(selectors.path_for(actor)).version
    _row, is_new = NoticeShown.objects.get_or_create(
        account=account, version=version, defaults={"shown_at": clock.now()}
    )
    if is_new:
        audit.record(actor, Verb.NOTICE_SHOWN, on=account, detail={"version": version})
    return is_new


@transaction.atomic
def consent_give(
    *,
    actor: Actor,
    purpose: Purpose,
    version: str,
    ward: Person | None = None,
    subject: tuple[str, str] = ("", ""),
    recorded_as: Actor | None = None,
) -> Consent:
    """Agree to one purpose after reading the notice in force; what stands already is given again
    only if a newer notice asks.

    Whoever owns a `subject` has checked that it is the actor's; `recorded_as` is how the record
    names somebody who wished to stay unnamed. Raises Forbidden for somebody unknown, for a child
    under 14 and for another's ward, Conflict if another version is in force by now.
    """
    _ensure_may_consent(actor, ward)
    _ensure_purpose(purpose, subject)
    path = selectors.path_for(actor)
    if version != selectors.notice_at(path).version:
        message = _("The privacy notice has changed meanwhile. Please read it, then agree.")
        raise Conflict(message, code="notice_changed")
    known = _standing(actor, purpose, ward, subject)
    if known is not None:
        if known.notice_version == version:
            return known
        _withdraw(known)
    given = _consent_new(actor, purpose, ward, subject)
    given.notice_version, given.within_path = version, path
    try:
        with transaction.atomic():
            given.save()
    except IntegrityError:
        if (known := _standing(actor, purpose, ward, subject)) is None:
            raise
        return known  # pressed twice at once
    detail = {"purpose": str(purpose), "version": version, "guardian": ward is not None}
    audit.record(recorded_as or actor, Verb.CONSENT_GIVEN, on=given, detail=detail)
    events.announce(Event.CONSENT_GIVEN, consent_id=given.pk, purpose=str(purpose))
    return given


@transaction.atomic
def consent_withdraw(
    *, actor: Actor, consent: Consent, recorded_as: Actor | None = None
) -> Consent:
    """Take a consent back; what was done before stays lawful (个人信息保护法 第十五条).

    Raises Forbidden for another's.
    """
    kept = lock(consent)
    _ensure_owns(actor, kept)
    if kept.withdrawn_at is None:
        _withdraw(kept)
        detail = {"purpose": kept.purpose}
        audit.record(recorded_as or actor, Verb.CONSENT_WITHDRAWN, on=kept, detail=detail)
        events.announce(Event.CONSENT_WITHDRAWN, consent_id=kept.pk, purpose=kept.purpose)
    return kept


@transaction.atomic
def consents_end(*, actor: Actor, person_id: int, account_id: int | None) -> int:
    """Withdraw everything that somebody agreed to who was lawfully erased; how many there were.

    Raises Forbidden for anybody but the machine itself.
    """
    if not actor.is_system:
        raise Forbidden(_("This is yours alone to say."), code="consent_not_yours")
    rows = selectors.consents_all(account_id=account_id, person_id=person_id)
    standing = list(rows.filter(withdrawn_at=None))
    for row in standing:
        _withdraw(row)
        detail = {"purpose": row.purpose}
        audit.record(actor, Verb.CONSENT_WITHDRAWN, on=row, detail=detail)
        events.announce(Event.CONSENT_WITHDRAWN, consent_id=row.pk, purpose=row.purpose)
    return len(standing)


def _withdraw(consent: Consent) -> None:
    consent.withdrawn_at = clock.now()
    consent.save(update_fields=["withdrawn_at"])


def _draft_locked(notice: PrivacyNotice) -> PrivacyNotice:
    kept = lock(notice)
    if kept.published_at is not None:
        message = _("A published version never changes. Write a new one.")
        raise Conflict(message, code="notice_published")
    return kept


def _consent_new(
    actor: Actor, purpose: Purpose, ward: Person | None, subject: tuple[str, str]
) -> Consent:
    return Consent(
        account_id=None if ward is not None else actor.account_id,
        person_id=ward.pk if ward is not None else actor.person_id,
        purpose=purpose,
        subject_kind=subject[0],
        subject_key=subject[1],
        given_at=clock.now(),
        is_by_guardian=ward is not None,
    )


def _standing(
    actor: Actor, purpose: Purpose, ward: Person | None, subject: tuple[str, str]
) -> Consent | None:
    rows = Consent.objects.filter(
        purpose=purpose, subject_kind=subject[0], subject_key=subject[1], withdrawn_at=None
    )
    if ward is not None:
        return rows.filter(person=ward, account=None).first()
    return rows.filter(account=actor.account_id).first()


def _ensure_may_consent(actor: Actor, ward: Person | None) -> None:
    if actor.kind is not ActorKind.ACCOUNT or actor.account_id is None:
        raise Forbidden(_("Please sign in first."), code="consent_unknown")
    if ward is not None:
        _ensure_guardian(actor, ward)
        return
    own = people.person_for_account(actor.account_id)
    if own is not None and own.privacy == Privacy.MINOR:
        message = _("You are under 14: a parent or guardian agrees for you, on their page.")
        raise Forbidden(message, code="consent_guardian")


def _ensure_purpose(purpose: Purpose, subject: tuple[str, str]) -> None:
    if (purpose in GENERAL) == bool(subject[0]):
        message = _("Say what you agree to.")
        raise Invalid(message, code="consent_purpose", fields={"purpose": message})


def _ensure_owns(actor: Actor, consent: Consent) -> None:
    if consent.account_id is not None:
        _ensure_self(actor, consent.account_id)
    elif consent.person is not None:
        _ensure_guardian(actor, consent.person)


def _ensure_self(actor: Actor, account_id: int) -> None:
    if actor.account_id != account_id:
        raise Forbidden(_("This is yours alone to say."), code="consent_not_yours")


def _ensure_guardian(actor: Actor, ward: Person) -> None:
    if actor.person_id is None or ward.guardian_id != actor.person_id:
        raise Forbidden(_("Only a guardian agrees for a child."), code="consent_guardian")

# SPDX-License-Identifier: MulanPSL-2.0
"""Reading notices and consents: which version is in force where, and what somebody agreed to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Privacy
from linli.kernel.places import selectors as places
from linli.kernel.privacy import first
from linli.kernel.privacy.models import Consent, NoticeShown, PrivacyNotice, PrivacyNoticeQuerySet
from linli.kernel.privacy.terms import GENERAL, PURPOSE_HELP, Perm, Purpose


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a notice; a lone line has no heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A version of the notice as a page shows it, in the reader's language."""

    version: str
    paragraphs: tuple[Paragraph, ...]
    changes: str
    in_force_at: dt.datetime | None


def notices_visible(*, actor: Actor) -> PrivacyNoticeQuerySet:
    """Notices of the actor's places, drafts too, newest first."""
    rows: PrivacyNoticeQuerySet = PrivacyNotice.objects.visible_to(actor, Perm.PUBLISH)
    return rows.select_related("place").order_by("-drafted_at", "-pk")


def path_for(actor: Actor) -> str:
    """The place whose notice somebody reads: their home's, else the only city's, else none."""
    person = people.person_for_account(actor.account_id)
    home = people.home_of(person) if person is not None else None
    if home is not None:
        return home.path
    tops = places.place_choices()
    return tops[0].path if len(tops) == 1 else ""


def notices_at(path: str) -> list[Shown]:
    """The versions that are or were in force at a place, newest first; the first of all is the
    house's own.
    """
    rows = _in_force(path)
    nearest = max((len(row.place.path) for row in rows), default=0)
    found = [_shown(row) for row in rows if len(row.place.path) == nearest]
    return [*found, first_shown()]


def notice_at(path: str) -> Shown:
    """The version in force at a place."""
    return notices_at(path)[0]


def notice_known(version: str, path: str) -> bool:
    """Whether somebody at a place can have been shown this version."""
    return version == first.VERSION or any(row.version == version for row in _in_force(path))


def first_shown() -> Shown:
    """The house's own notice, in force until a city publishes one."""
    return Shown(first.VERSION, paragraphs_of(str(first.TEXT)), "", None)


def notice_shown_as(notice: PrivacyNotice, language: str) -> Shown:
    """A version, perhaps a draft, in one language."""
    is_english = language.startswith("en")
    text = notice.text_en if is_english else notice.text_zh
    changes = notice.changes_en if is_english else notice.changes_zh
    return Shown(notice.version, paragraphs_of(text), changes, notice.in_force_at)


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, parted by empty lines."""
    blocks = [block.strip() for block in text.replace("\r", "").split("\n\n")]
    parts = [block.partition("\n") for block in blocks if block]
    return tuple(Paragraph(head if rest else "", rest or head) for head, _line, rest in parts)


@dataclass(frozen=True)
class Standing:
    """How a purpose stands with somebody: the consent if there is one, and whether it is asked for
    again because the notice has changed.
    """

    purpose: Purpose
    help: Message
    consent: Consent | None
    is_asked_again: bool

    @property
    def is_given(self) -> bool:
        """Whether it holds now."""
        return self.consent is not None and not self.is_asked_again


def standings(*, actor: Actor, ward: Person | None = None) -> list[Standing]:
    """How each general purpose stands with the actor, or with a child whose guardian they are."""
    rows = {row.purpose: row for row in _own(actor, ward).filter(subject_kind="")}
    notices = _in_force(path_for(actor))
    return [_standing(purpose, rows.get(purpose), notices) for purpose in GENERAL]


def consents_about_things(*, actor: Actor) -> list[Standing]:
    """What the actor agreed to about single things and has not withdrawn, newest first."""
    rows = _own(actor, None).exclude(subject_kind="").order_by("-given_at", "-pk")
    notices = _in_force(path_for(actor))
    return [_standing(Purpose(row.purpose), row, notices) for row in rows]


def is_asked_again(*, actor: Actor) -> bool:
    """Whether a newer notice asks somebody again for what they had agreed to."""
    if actor.account_id is None:
        return False
    notices = _in_force(path_for(actor))
    return any(_is_stale(row, notices) for row in _own(actor, None))


def subjects_agreed(purpose: Purpose, kind: str, keys: Sequence[str]) -> set[str]:
    """Of these things, those to which a consent holds now; whoever asks owns the things."""
    rows = Consent.objects.filter(
        purpose=purpose, subject_kind=kind, subject_key__in=keys, withdrawn_at=None
    )
    notices: dict[str, list[PrivacyNotice]] = {}
    held = set()
    for row in rows:
        at = notices.setdefault(row.within_path, _in_force(row.within_path))
        if not _is_stale(row, at):
            held.add(row.subject_key)
    return held


def consent_own(*, actor: Actor, key: str) -> Consent | None:
    """A standing consent of the actor, or of a child whose guardian they are."""
    if not key.isdecimal() or actor.account_id is None:
        return None
    wards = [ward.pk for ward in wards_of(actor)]
    whose = Q(account=actor.account_id) | Q(account=None, person__in=wards)
    return Consent.objects.filter(whose, pk=int(key[:18]), withdrawn_at=None).first()


def consents_all(*, account_id: int | None, person_id: int | None) -> QuerySet[Consent]:
    """Everything somebody ever agreed to, withdrawn or not, for the copy that they ask for."""
    rows = Consent.objects.filter(_whose(account_id, person_id))
    return rows.order_by("given_at", "pk")


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """What somebody agreed to and withdrew, and which notices they were shown."""
    found = []
    for row in consents_all(account_id=account_id, person_id=person_id):
        said = [row.subject_key, row.notice_version, f"{clock.local(row.given_at):%Y-%m-%d %H:%M}"]
        if row.withdrawn_at is not None:
            said.append(f"– {clock.local(row.withdrawn_at):%Y-%m-%d %H:%M}")
        found.append((str(Purpose(row.purpose).label), " ".join(filter(None, said))))
    for shown in NoticeShown.objects.filter(account=account_id).order_by("pk"):
        when = f"{clock.local(shown.shown_at):%Y-%m-%d %H:%M}"
        found.append((str(_("Notice shown")), f"{shown.version} {when}"))
    return found


def wards_of(actor: Actor) -> list[Person]:
    """The children under 14 for whom the actor consents."""
    if actor.person_id is None:
        return []
    rows = Person.objects.filter(guardian=actor.person_id, erased_at=None, privacy=Privacy.MINOR)
    return list(rows.order_by("pk"))


def _own(actor: Actor, ward: Person | None) -> QuerySet[Consent]:
    rows = Consent.objects.filter(withdrawn_at=None)
    if ward is not None:
        return rows.filter(person=ward, account=None)
    if actor.account_id is None:
        return rows.none()
    return rows.filter(account=actor.account_id)


def _whose(account_id: int | None, person_id: int | None) -> Q:
    found = Q(pk__in=[])
    if account_id is not None:
        found |= Q(account=account_id)
    if person_id is not None:
        found |= Q(person=person_id)
    return found


def _standing(
    purpose: Purpose, consent: Consent | None, notices: Sequence[PrivacyNotice]
) -> Standing:
    is_again = consent is not None and _is_stale(consent, notices)
    return Standing(purpose, PURPOSE_HELP[purpose], consent, is_again)


def _is_stale(consent: Consent, notices: Sequence[PrivacyNotice]) -> bool:
    """Whether a notice that came into force since it was given asks for it again."""
    return any(
        notice.in_force_at is not None
        and notice.in_force_at >= consent.given_at
        and notice.version != consent.notice_version
        and consent.purpose in notice.asks_again
        for notice in notices
    )


def _in_force(path: str) -> list[PrivacyNotice]:
    """Published versions at a place or above it that have come into force, newest first."""
    above = list(accumulate(f"{code}/" for code in path.split("/") if code))
    rows = PrivacyNotice.objects.filter(place__path__in=above, in_force_at__lte=clock.now())
    return list(rows.select_related("place").order_by("-in_force_at", "-pk"))


def _shown(notice: PrivacyNotice) -> Shown:
    return notice_shown_as(notice, get_language() or "zh-hans")

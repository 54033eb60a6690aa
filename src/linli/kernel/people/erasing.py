# SPDX-License-Identifier: MulanPSL-2.0
"""Lawful deletion: what is personal is emptied, the keys of names are destroyed, the proof stays.

The row itself stays, nobody's: households, appeals and figures that point at it remain true.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean_line
from linli.kernel.access import selectors as grants
from linli.kernel.access import services as access
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.audit.forgetting import Forgotten
from linli.kernel.audit.models import NameKey
from linli.kernel.events import services as events
from linli.kernel.people.models import Erasure, Person
from linli.kernel.people.services import ensure_somebody
from linli.kernel.people.terms import (
    ERASED_NAME,
    ErasureState,
    Event,
    Perm,
    PersonalField,
    Privacy,
    Verb,
)

EMPTIED = ("name", "birth_on", "guardian", *PersonalField.values)
LONGEST_SAID = 500
AGAIN = "backup"
"""The clause of a deletion that is done again."""


@transaction.atomic
def erasure_ask(
    *,
    actor: Actor,
    person: Person,
    clause: str,
    reason: str,
    kept: str = "",
    request: str = "",
) -> Erasure:
    """Ask that a person be erased; nothing happens before a second person has said yes.

    On whose order and why stands in `reason`, which provision in `clause` ("个人信息保护法
    第四十七条"), what stays and by which law in `kept`. Raises Forbidden, Unproven, Invalid without
    clause or reason, Conflict for somebody who is erased, asked for already, or still holds a post.
    """
    found = lock(person)
    access.require(actor, Perm.ERASE, at=found.place or EVERYWHERE)
    access.prove(actor)
    _ensure_told(clause, reason)
    _ensure_erasable(found)
    if found.erasures.filter(state=ErasureState.WAITING).exists():
        raise Conflict(_("Somebody has asked for this already."), code="erasure_asked")
    asked = Erasure.objects.create(
        person=found,
        clause=clean_line(clause),
        reason=clean_line(reason),
        kept=clean_line(kept),
        request=request,
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
    )
    path = found.place.path if found.place else ""
    detail = {"clause": asked.clause, "erasure": asked.pk}
    audit.record(actor, Verb.ERASURE_ASKED, on=found, at=path, detail=detail, reason=asked.reason)
    events.announce(Event.ERASURE_ASKED, place_path=path, erasure_id=asked.pk)
    return asked


@transaction.atomic
def erasure_approve(*, actor: Actor, erasure: Erasure) -> Person:
    """Say yes to what somebody else asked for: the person is erased now, for good.

    What is personal is emptied, the keys of their names in the record are destroyed, their log-in
    is closed; the record keeps the digests of those keys as the proof. Raises Forbidden, also for
    who asked and for the person, Unproven, and Conflict if it waits no more, or for somebody in
    office.
    """
    found, person = _waiting(actor, erasure)
    _ensure_erasable(person)
    _decide(actor, found, ErasureState.DONE, "")
    return _erase(actor, person, found.clause, found.reason)


@transaction.atomic
def erasure_decline(*, actor: Actor, erasure: Erasure, reason: str) -> Erasure:
    """Say no to it. Raises as `erasure_approve`, and Invalid without a reason."""
    found, person = _waiting(actor, erasure)
    why = clean_line(reason)
    if not why:
        message = _("Say why not; whoever asked will read it.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    _decide(actor, found, ErasureState.DECLINED, why)
    path = person.place.path if person.place else ""
    detail = {"erasure": found.pk}
    audit.record(actor, Verb.ERASURE_DECLINED, on=person, at=path, detail=detail, reason=why)
    events.announce(Event.ERASURE_DECLINED, place_path=path, erasure_id=found.pk)
    return found


def _waiting(actor: Actor, erasure: Erasure) -> tuple[Erasure, Person]:
    """The request that waits and its person, for a second person who has shown who they are."""
    person = lock(erasure.person)
    access.require(actor, Perm.ERASE, at=person.place or EVERYWHERE)
    access.prove(actor)
    found = lock(erasure)
    if found.state != ErasureState.WAITING:
        raise Conflict(_("Somebody has decided on this already."), code="erasure_decided")
    if actor.account_id in (found.asked_by_id, person.account_id):
        raise Forbidden(_("This takes a second person."), code="erasure_same_person")
    return found, person


def _decide(actor: Actor, found: Erasure, state: ErasureState, decision: str) -> None:
    found.state, found.decision = state, decision[:LONGEST_SAID]
    found.decided_by_id, found.decided_at = actor.account_id, clock.now()
    found.save(update_fields=["state", "decision", "decided_by", "decided_at"])


@transaction.atomic
def person_erase(*, actor: Actor, person: Person, clause: str, reason: str) -> Person:
    """Erase a person at once, as the machine itself; people ask by `erasure_ask`.

    Raises Forbidden for anybody else, Invalid without clause or reason, Conflict for somebody who
    is erased already or still holds a post.
    """
    if not actor.is_system:
        raise Forbidden(_("This takes a second person."), code="erasure_same_person")
    kept = lock(person)
    _ensure_told(clause, reason)
    _ensure_erasable(kept)
    return _erase(actor, kept, clause, reason)


@transaction.atomic
def key_forget(*, actor: Actor, key_id: str) -> bool:
    """Do a deletion again that a restored backup has undone, by the destroyed key of a name; False
    where nothing is to be done.

    Raises Forbidden for anybody but the machine itself.
    """
    if not actor.is_system:
        raise Forbidden(_("Keys are kept on the machine itself."), code="forbidden")
    if not NameKey.objects.filter(pk=key_id, destroyed_at=None).exists():
        return False
    person = Person.objects.filter(name_key=key_id, erased_at=None).first()
    account = Account.objects.filter(name_key=key_id).first()
    if person is not None:
        _erase(actor, lock(person), AGAIN, "")
    elif account is not None:
        accounts.account_erase(actor=actor, account=account)
    audit.name_key_destroy(actor=actor, key_id=key_id)
    audit.record(actor, Verb.KEY_FORGOTTEN, on=("audit.namekey", key_id))
    return True


def keys_forget(*, actor: Actor, forgotten: Forgotten) -> int:
    """Do all deletions of a list again, each by itself; how many there were to do."""
    return sum(key_forget(actor=actor, key_id=key_id) for key_id, _at in forgotten.keys)


def _erase(actor: Actor, kept: Person, clause: str, reason: str) -> Person:
    digests = {"person": audit.name_key_destroy(actor=actor, key_id=kept.name_key_id)}
    account = kept.account
    if account is not None:
        digests["account"] = accounts.account_erase(actor=actor, account=account)
    kept.name, kept.privacy = ERASED_NAME, Privacy.PERSONAL
    kept.birth_on = kept.guardian = None
    kept.phone = kept.phone_index = kept.address = ""
    kept.id_number = kept.id_number_index = kept.city_code = ""
    kept.erased_at = clock.now()
    kept.save()
    path = kept.place.path if kept.place else ""
    detail = {"clause": clause, "fields": EMPTIED, "digests": digests}
    audit.record(actor, Verb.PERSON_ERASED, on=kept, at=path, detail=detail, reason=reason)
    events.announce(
        Event.PERSON_ERASED,
        place_path=path,
        person_id=kept.pk,
        account_id=kept.account_id,
    )
    return kept


def _ensure_told(clause: str, reason: str) -> None:
    missing = {
        name: _("Say which provision asks for it, and on whose order.")
        for name, said in (("clause", clause), ("reason", reason))
        if len(said.strip()) < 2
    }
    missing |= {
        name: _("At most %(most)s characters.") % {"most": most}
        for name, said, most in (("clause", clause, 200), ("reason", reason, LONGEST_SAID))
        if len(said) > most
    }
    if missing:
        raise Invalid(next(iter(missing.values())), code="erase_unfounded", fields=missing)


def _ensure_erasable(person: Person) -> None:
    ensure_somebody(person)
    if person.account_id is not None and grants.grants_of(person.account_id).exists():
        raise Conflict(_("This person still holds a post; end it first."), code="person_in_office")

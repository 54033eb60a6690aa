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
from linli.kernel.access import selectors as grants
from linli.kernel.access import services as access
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.audit.forgetting import Forgotten
from linli.kernel.audit.models import NameKey
from linli.kernel.events import services as events
from linli.kernel.people.models import Person
from linli.kernel.people.services import ensure_somebody
from linli.kernel.people.terms import ERASED_NAME, Event, Perm, PersonalField, Privacy, Verb

EMPTIED = ("name", "birth_on", "guardian", *PersonalField.values)
AGAIN = "backup"
"""The clause of a deletion that is done again."""


@transaction.atomic
def person_erase(*, actor: Actor, person: Person, clause: str, reason: str) -> Person:
    """Erase a person as the law asks: on whose order and why stands in `reason`, which provision in
    `clause` ("个人信息保护法 第四十七条").

    What is personal is emptied, the keys of their names in the record are destroyed, their log-in
    is closed; the record keeps the digests of those keys as the proof. Raises Forbidden, Invalid
    without clause or reason, Conflict for somebody who is erased already or still holds a post.
    """
    kept = lock(person)
    access.require(actor, Perm.ERASE, at=kept.place or EVERYWHERE)
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
    if missing:
        raise Invalid(next(iter(missing.values())), code="erase_unfounded", fields=missing)


def _ensure_erasable(person: Person) -> None:
    ensure_somebody(person)
    if person.account_id is not None and grants.grants_of(person.account_id).exists():
        raise Conflict(_("This person still holds a post; end it first."), code="person_in_office")

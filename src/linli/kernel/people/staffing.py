# SPDX-License-Identifier: MulanPSL-2.0
"""Accounts of those who work here: a log-in and the name under which colleagues know them."""

from django.db import transaction

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.people import rules
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Verb
from linli.kernel.places.models import Place


@transaction.atomic
def staff_open(*, actor: Actor, username: str, name: str, place: Place) -> Account:
    """Open an account for a colleague, looked after from a place; of the person it keeps the name
    alone.

    Raises Forbidden, Invalid and Conflict as `account_create`.
    """
    said = rules.name_cleaned(name)
    key = audit.name_key_new()
    account = accounts.account_create(
        actor=actor, username=username, place_path=place.path, name_key=key
    )
    person = Person(name=said, account=account, name_key=key, place=place, created_at=clock.now())
    person.save(force_insert=True)
    audit.record(actor, Verb.PERSON_REGISTERED, on=person, at=place, subject_name=said)
    return account

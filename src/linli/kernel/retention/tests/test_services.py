# SPDX-License-Identifier: MulanPSL-2.0
"""Who says how long rows are kept, and within which bounds."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from linli.base.actor import Actor, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.config.testing.together import at_once, codes
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.retention import selectors
from linli.kernel.retention.models import RetentionPeriod
from linli.kernel.retention.services import period_set
from linli.kernel.retention.terms import LONGEST, Perm, Verb
from linli.kernel.retention.tests.conftest import NAME, Declare

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WHY = "按市档案要求"


@pytest.fixture
def city(declare: Declare) -> SimpleNamespace:
    """One city, with two who may set periods for all of it and one for a part."""
    declare()
    role_define("keeper", [Perm.VIEW, Perm.SET])
    tree = city_tree()
    tree.first, tree.second = keeper(tree.city), keeper(tree.city)
    tree.below = keeper(tree.district)
    return tree


def keeper(place: Place) -> Actor:
    """Somebody who sets periods at a place, come in a moment ago."""
    return proven(GrantFactory.create(role="keeper", place=place).account)


def put(actor: Actor, days: int = 60, version: int = 0, reason: str = WHY) -> None:
    """The class kept for so many days."""
    period_set(actor=actor, name=NAME, days=days, version=version, reason=reason)


def test_it_holds_and_stands_on_the_record(city: SimpleNamespace) -> None:
    put(city.first)
    kept = selectors.kept(NAME)
    assert kept is not None
    assert (kept.days, kept.version) == (60, 1)
    put(city.second, days=90, version=1)
    kept = selectors.kept(NAME)
    assert kept is not None
    assert (kept.days, kept.version) == (90, 2)
    row = AuditRecord.objects.latest("seq")
    assert (row.verb, row.subject_key, row.reason) == (Verb.PERIOD_SET, NAME, WHY)
    assert row.detail == {"days": 90, "before": 60, "version": 2}
    assert row.place_path == city.city.path


def test_not_for_a_part_nor_without_proof(city: SimpleNamespace) -> None:
    with pytest.raises(Forbidden):
        put(city.below)
    with pytest.raises(Unproven):
        put(replace(city.first, proof=Proof()))
    assert not RetentionPeriod.objects.exists()


def test_it_takes_the_right_in_every_city(city: SimpleNamespace) -> None:
    other = city_tree("529900", "云海市", lon=110.0)
    with pytest.raises(Forbidden):
        put(city.first)
    GrantFactory.create(role="keeper", place=other.city, account_id=city.first.account_id)
    account = GrantFactory.create(role="keeper", place=other.city).account
    GrantFactory.create(role="keeper", place=city.city, account=account)
    put(proven(account))
    assert AuditRecord.objects.filter(verb=Verb.PERIOD_SET).count() == 2


@pytest.mark.parametrize("days", [6, 0, -1, LONGEST + 1])
def test_never_under_the_lowest_nor_for_ever(city: SimpleNamespace, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        put(city.first, days=days)
    assert refused.value.code == "period_days"


def test_a_reason_is_wanted_and_a_class_that_there_is(city: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        put(city.first, reason="  ")
    with pytest.raises(Invalid):
        period_set(actor=city.first, name="no.class", days=60, version=0, reason=WHY)
    assert not RetentionPeriod.objects.exists()


def test_who_saw_an_older_period_looks_again(city: SimpleNamespace) -> None:
    put(city.first)
    for version in (0, 2):
        with pytest.raises(Conflict):
            put(city.second, days=90, version=version)
    assert RetentionPeriod.objects.get().days == 60


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sets_it(city: SimpleNamespace) -> None:
    found = at_once(partial(put, city.first, days=60), partial(put, city.second, days=90))
    assert codes(found) == ["done", "period_moved"]
    assert AuditRecord.objects.filter(verb=Verb.PERIOD_SET).count() == 1

# SPDX-License-Identifier: MulanPSL-2.0
"""Units and memberships: works, wrong place, wrong state, what it recorded."""

import datetime as dt
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places.factories import city_tree
from linli.kernel.units import selectors, services
from linli.kernel.units.factories import MembershipFactory, UnitFactory
from linli.kernel.units.models import Membership, Unit
from linli.kernel.units.terms import Event, Perm, Verb

pytestmark = pytest.mark.django_db

TODAY = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)
NAME = {"zh": "柳荫街道办事处", "en": "Liuyin Subdistrict Office"}


def keeper(path: str) -> Actor:
    held = Held("administrator", path, None, frozenset({Perm.EDIT, Perm.VIEW}))
    return Actor(kind=ActorKind.ACCOUNT, account_id=7, grants=(held,))


def test_many_places_have_a_unit_of_the_same_key() -> None:
    tree = city_tree()
    actor = keeper(tree.city.path)
    for place in (tree.subdistrict, tree.other_subdistrict):
        services.unit_add(
            actor=actor, key="subdistrict_office", place=place, label=NAME, phone=" 0833-1 "
        )
    unit = Unit.objects.get(place=tree.subdistrict)
    assert (unit.label, unit.phone) == (NAME, "0833-1")
    row = AuditRecord.objects.order_by("seq").first()
    assert row is not None
    assert (row.verb, row.place_path) == (Verb.UNIT_ADDED, tree.subdistrict.path)
    assert list(EventRow.objects.values_list("name", flat=True)) == [Event.UNIT_ADDED] * 2
    with pytest.raises(Conflict):
        services.unit_add(actor=actor, key="subdistrict_office", place=tree.subdistrict, label=NAME)


@pytest.mark.parametrize("who", ["nobody", "sibling"])
def test_nobody_opens_a_unit_outside_their_own_places(who: str) -> None:
    tree = city_tree()
    actor = ANONYMOUS if who == "nobody" else keeper(tree.other_subdistrict.path)
    with pytest.raises(Forbidden):
        services.unit_add(actor=actor, key="police", place=tree.subdistrict, label=NAME)
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "Police 1"}, "key"),
        ({"label": {"zh": " "}}, "label"),
        ({"label": {"zh": "长" * 201}}, "label"),
    ],
)
def test_a_unit_without_a_proper_key_or_name_is_refused(change: dict[str, Any], field: str) -> None:
    tree = city_tree()
    given = {"key": "police", "label": NAME, **change}
    with pytest.raises(Invalid) as refused:
        services.unit_add(actor=SYSTEM, place=tree.city, **given)
    assert list(refused.value.fields) == [field]


def test_renaming_keeps_members_and_is_recorded_once() -> None:
    membership = MembershipFactory.create()
    unit = membership.unit
    services.unit_rename(actor=keeper(unit.place.path), unit=unit, label={"zh": "新居委会"})
    assert list(selectors.members_on(Unit.objects.get())) == [membership]
    row = AuditRecord.objects.get(verb=Verb.UNIT_RENAMED)
    assert row.detail["name"] == "新居委会"
    services.unit_rename(actor=SYSTEM, unit=unit, label={"zh": "新居委会"})
    assert AuditRecord.objects.filter(verb=Verb.UNIT_RENAMED).count() == 1
    assert EventRow.objects.filter(name=Event.UNIT_RENAMED).count() == 1
    with pytest.raises(Forbidden):
        services.unit_rename(actor=ANONYMOUS, unit=unit, label={"zh": "坏"})


def test_particulars_are_changed_but_no_unit_comes_to_stand_below_itself() -> None:
    tree = city_tree()
    above = UnitFactory.create(place=tree.city)
    below = UnitFactory.create(place=tree.district, parent=above)
    services.unit_change(actor=SYSTEM, unit=below, kind="office", phone="110", parent=above)
    assert AuditRecord.objects.get(verb=Verb.UNIT_CHANGED).detail == {"changed": ["kind", "phone"]}
    with pytest.raises(Invalid):
        services.unit_change(actor=SYSTEM, unit=above, kind="", phone="", parent=below)


def test_a_unit_merged_into_another_is_answered_for_by_it() -> None:
    tree = city_tree()
    old = UnitFactory.create(key="urban_management", place=tree.district)
    new = UnitFactory.create(key="law_enforcement", place=tree.district)
    member = MembershipFactory.create(unit=old)
    with clock.at(TODAY):
        last = clock.today()
        services.unit_end(
            actor=keeper(tree.city.path), unit=old, on=last, into=new, reason="机构改革"
        )
        assert selectors.unit_for("urban_management", tree.grid, last) == old
        assert selectors.unit_for("urban_management", tree.grid, last + dt.timedelta(days=1)) == new
        assert selectors.unit_now(Unit.objects.get(pk=old.pk), last + dt.timedelta(days=1)) == new
    member.refresh_from_db()
    assert member.ends_on == last
    told = EventRow.objects.get(name=Event.UNIT_ENDED)
    assert told.payload == {"unit_id": old.pk, "successor_id": new.pk}
    assert AuditRecord.objects.get(verb=Verb.UNIT_ENDED).detail["memberships"] == 1
    with pytest.raises(Conflict):
        services.unit_end(actor=SYSTEM, unit=old, on=last)
    with pytest.raises(Conflict):
        services.membership_add(
            actor=SYSTEM,
            account=AccountFactory.create(),
            unit=Unit.objects.get(pk=old.pk),
            starts_on=last + dt.timedelta(days=1),
        )
    with pytest.raises(Invalid):
        services.unit_end(actor=SYSTEM, unit=new, on=last, into=new)


def test_the_unit_for_a_place_is_its_own_or_the_nearest_above() -> None:
    tree = city_tree()
    city = UnitFactory.create(key="police", place=tree.city)
    own = UnitFactory.create(key="police", place=tree.subdistrict)
    future = UnitFactory.create(key="police", place=tree.community, starts_on=dt.date(2999, 1, 1))
    UnitFactory.create(key="housing", place=tree.other_subdistrict)
    assert selectors.unit_for("police", tree.grid) == own
    assert selectors.unit_for("police", tree.grid, dt.date(2999, 1, 1)) == future
    assert selectors.unit_for("police", tree.other_subdistrict) == city
    assert selectors.unit_for("housing", tree.grid) is None
    assert list(selectors.units_choosable(tree.grid)) == [own, city]


def test_units_are_seen_at_ones_own_places_only() -> None:
    tree = city_tree()
    mine = UnitFactory.create(place=tree.community)
    UnitFactory.create(place=tree.other_community)
    assert list(selectors.units_visible(actor=keeper(tree.community.path))) == [mine]
    assert list(selectors.units_visible(actor=ANONYMOUS)) == []
    assert selectors.units_below(tree.city.path).count() == 2


def test_somebody_joins_a_unit_and_leaves_it() -> None:
    unit = UnitFactory.create()
    account = AccountFactory.create()
    actor = keeper(unit.place.path)
    with clock.at(TODAY):
        membership = services.membership_add(actor=actor, account=account, unit=unit)
        again = services.membership_add(actor=actor, account=account, unit=unit)
        assert again == membership
        assert selectors.member_ids([unit.pk]) == [account.pk]
        assert selectors.units_of(account.pk) == [unit]
        services.membership_end(actor=actor, membership=membership, reason="调离")
        assert selectors.member_ids([unit.pk]) == []
        with pytest.raises(Conflict):
            services.membership_end(actor=actor, membership=membership)
    verbs = list(AuditRecord.objects.order_by("seq").values_list("verb", "reason"))
    assert verbs == [(Verb.MEMBERSHIP_ADDED, ""), (Verb.MEMBERSHIP_ENDED, "调离")]
    events = list(EventRow.objects.order_by("pk").values_list("name", flat=True))
    assert events == [Event.MEMBERSHIP_ADDED, Event.MEMBERSHIP_ENDED]


def test_a_stand_in_leaves_with_whom_they_stand_in_for() -> None:
    unit = UnitFactory.create()
    member = MembershipFactory.create(unit=unit)
    with clock.at(TODAY):
        stand_in = services.membership_add(
            actor=SYSTEM, account=AccountFactory.create(), unit=unit, stand_in_for=member
        )
        services.membership_end(actor=SYSTEM, membership=member, on=clock.today())
    stand_in.refresh_from_db()
    assert stand_in.ends_on == dt.date(2026, 3, 10)


def test_who_stands_in_is_another_member_of_the_same_unit() -> None:
    member = MembershipFactory.create()
    with pytest.raises(Invalid):
        services.membership_add(
            actor=SYSTEM,
            account=AccountFactory.create(),
            unit=UnitFactory.create(),
            stand_in_for=member,
        )
    with pytest.raises(Invalid):
        services.membership_add(
            actor=SYSTEM,
            account=AccountFactory.create(),
            unit=member.unit,
            starts_on=dt.date(2026, 2, 2),
            ends_on=dt.date(2026, 2, 1),
        )
    with pytest.raises(Forbidden):
        services.membership_add(actor=ANONYMOUS, account=AccountFactory.create(), unit=member.unit)
    assert Membership.objects.count() == 1

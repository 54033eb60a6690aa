# SPDX-License-Identifier: MulanPSL-2.0
"""Registering, correcting, opening and finding people."""

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, ActorKind, Held, Proof
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access import services as access
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.people import selectors, services
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Perm, Privacy, Verb
from linli.kernel.places.factories import city_tree

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
ID_NUMBER = "11010519491231002X"
ADDRESS = "南华里小区6号楼2单元301"
ALL = frozenset(Perm)


@pytest.fixture
def city() -> SimpleNamespace:
    """A small city."""
    return city_tree()


def worker(path: str, permissions: frozenset[Perm] = ALL, person_id: int | None = None) -> Actor:
    """A community worker with these permissions at a place."""
    account = AccountFactory.create()
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        person_id=person_id,
        label="王小明",
        name_key_id=account.name_key_id,
        grants=(Held("clerk", path, None, permissions),),
        proof=Proof(timezone.now(), has_second_factor=True),
    )


def register(city: SimpleNamespace, **facts: Any) -> Person:
    """Somebody with everything known."""
    known = {"name": "陈桂兰", "phone": PHONE, "id_number": ID_NUMBER, "address": ADDRESS}
    return services.person_register(actor=SYSTEM, place=city.grid, **{**known, **facts})


class TestRegister:
    def test_a_person_is_registered_and_read_back(self, city: SimpleNamespace) -> None:
        person = services.person_register(
            actor=worker(city.community.path),
            name="陈桂兰",
            place=city.grid,
            phone="１３８ 0013 8000",
            id_number=ID_NUMBER.lower(),
            address=ADDRESS,
        )
        person = Person.objects.get(pk=person.pk)
        assert (person.phone, person.id_number, person.address) == (PHONE, ID_NUMBER, ADDRESS)
        assert person.birth_on == dt.date(1949, 12, 31)
        assert person.privacy == Privacy.PERSONAL
        assert person.city_code == city.city.code

    def test_it_is_on_record_without_a_personal_value(self, city: SimpleNamespace) -> None:
        person = register(city)
        row = AuditRecord.objects.get()
        assert (row.verb, row.subject_key) == (Verb.PERSON_REGISTERED, str(person.pk))
        assert row.place_path == city.grid.path
        assert row.detail == {}
        assert audit.subject_name_of(row) == "陈桂兰"
        event = Event.objects.get()
        assert event.name == "people.person_registered"
        assert event.payload == {"person_id": person.pk}

    def test_a_worker_of_another_place_may_not(self, city: SimpleNamespace) -> None:
        for path in (city.other_community.path, city.grid.path + "x/"):
            with pytest.raises(Forbidden):
                services.person_register(actor=worker(path), name="陈", place=city.grid)
        with pytest.raises(Forbidden):
            services.person_register(
                actor=worker(city.city.path, frozenset({Perm.VIEW})), name="陈", place=city.grid
            )
        assert not Person.objects.exists()

    @pytest.mark.parametrize(
        ("field", "typed"), [("name", ""), ("phone", "123"), ("id_number", ID_NUMBER[:-1] + "1")]
    )
    def test_what_cannot_be_right_is_refused_and_nothing_is_written(
        self, city: SimpleNamespace, field: str, typed: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            register(city, **{field: typed})
        assert list(refused.value.fields) == [field]
        assert not Person.objects.exists()
        assert not AuditRecord.objects.exists()

    def test_an_id_number_is_one_person_in_a_city_and_unknown_to_the_next(
        self, city: SimpleNamespace
    ) -> None:
        register(city)
        with pytest.raises(Conflict):
            register(city, name="另一个人")
        assert Person.objects.count() == 1
        other = city_tree("379900", "滨海市", lon=117.0)
        services.person_register(actor=SYSTEM, name="陈桂兰", place=other.grid, id_number=ID_NUMBER)
        assert Person.objects.count() == 2
        with pytest.raises(Conflict):
            services.person_update(
                actor=SYSTEM, person=Person.objects.order_by("pk")[1], place=city.grid
            )

    def test_a_child_has_a_guardian_who_is_grown_up(self, city: SimpleNamespace) -> None:
        mother = register(city)
        born = clock.today() - dt.timedelta(days=3650)
        child = services.person_register(
            actor=SYSTEM, name="小宝", place=city.grid, birth_on=born, guardian=mother
        )
        assert child.privacy == Privacy.MINOR
        assert child.guardian == mother
        with pytest.raises(Invalid):
            services.person_register(actor=SYSTEM, name="小贝", guardian=child)
        with pytest.raises(Invalid):
            services.person_update(actor=SYSTEM, person=mother, guardian=mother)

    @hypothesis_settings(
        max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
    def test_any_name_is_refused_or_comes_back_as_it_was_kept(
        self, city: SimpleNamespace, typed: str
    ) -> None:
        try:
            person = services.person_register(actor=SYSTEM, name=typed, place=city.grid)
        except Invalid:
            return
        assert Person.objects.get(pk=person.pk).name == person.name
        found = selectors.people_named(actor=worker(city.city.path), beginning=person.name)
        assert person in found


class TestUpdate:
    def test_a_fact_is_corrected_and_the_record_says_which(self, city: SimpleNamespace) -> None:
        person = register(city)
        services.person_update(
            actor=worker(city.community.path), person=person, phone="13900139000", reason="换号"
        )
        person.refresh_from_db()
        assert person.phone == "13900139000"
        assert person.id_number == ID_NUMBER
        row = AuditRecord.objects.order_by("-seq")[0]
        assert (row.verb, row.detail, row.reason) == (
            Verb.PERSON_UPDATED,
            {"fields": ["phone"]},
            "换号",
        )
        found = selectors.person_find(actor=worker(city.city.path), phone="139-0013-9000")
        assert list(found) == [person]

    def test_nobody_moves_a_person_out_of_their_own_reach(self, city: SimpleNamespace) -> None:
        person = register(city)
        mine = worker(city.community.path)
        with pytest.raises(Forbidden):
            services.person_update(actor=mine, person=person, place=city.other_community)
        with pytest.raises(Forbidden):
            services.person_update(
                actor=worker(city.other_community.path), person=person, name="别人"
            )
        person.refresh_from_db()
        assert (person.place, person.name) == (city.grid, "陈桂兰")

    def test_a_fact_that_a_person_does_not_have_is_a_mistake(self, city: SimpleNamespace) -> None:
        with pytest.raises(TypeError, match="a person has no account"):
            services.person_update(actor=SYSTEM, person=register(city), account=None)


class TestOpening:
    def test_a_field_is_opened_for_a_purpose_and_the_person_sees_it(
        self, city: SimpleNamespace
    ) -> None:
        person = register(city)
        value = services.personal_open(
            actor=worker(city.community.path), person=person, field="phone", purpose="回访核实"
        )
        assert value == PHONE
        row = AuditRecord.objects.order_by("-seq")[0]
        assert row.verb == Verb.PERSONAL_OPENED
        assert row.detail == {"field": "phone", "privacy": "personal"}
        assert PHONE not in str(row.__dict__)
        (opening,) = selectors.openings_of(
            actor=Actor(kind=ActorKind.ACCOUNT, person_id=person.pk), person=person
        )
        assert (opening.by, opening.field, opening.purpose) == ("王小明", "phone", "回访核实")

    @pytest.mark.parametrize(
        ("field", "purpose"), [("phone", ""), ("phone", "1"), ("name_key", "回访"), ("pk", "回访")]
    )
    def test_without_purpose_or_for_another_field_nothing_is_opened(
        self, city: SimpleNamespace, field: str, purpose: str
    ) -> None:
        person = register(city)
        with pytest.raises(Invalid):
            services.personal_open(actor=SYSTEM, person=person, field=field, purpose=purpose)
        assert not AuditRecord.objects.filter(verb=Verb.PERSONAL_OPENED).exists()

    def test_only_who_may_at_the_persons_place_opens(self, city: SimpleNamespace) -> None:
        person = register(city)
        for actor in (
            worker(city.other_community.path),
            worker(city.city.path, frozenset({Perm.VIEW, Perm.REGISTER})),
            Actor(kind=ActorKind.ANONYMOUS),
        ):
            with pytest.raises(Forbidden):
                services.personal_open(
                    actor=actor, person=person, field="phone", purpose="回访核实"
                )
        assert not AuditRecord.objects.filter(verb=Verb.PERSONAL_OPENED).exists()

    def test_who_opens_a_field_by_duty_leaves_the_same_trace(self, city: SimpleNamespace) -> None:
        person = register(city)
        handler = worker(city.other_community.path, frozenset())
        opened = services.personal_open_by_duty(
            actor=handler, person=person, field="phone", purpose="约上门时间"
        )
        assert opened == PHONE
        with pytest.raises(Invalid):
            services.personal_open_by_duty(actor=handler, person=person, field="phone", purpose="")
        own = Actor(kind=ActorKind.ACCOUNT, person_id=person.pk)
        (opening,) = selectors.openings_of(actor=own, person=person)
        assert opening.purpose == "约上门时间"

    def test_strangers_do_not_see_who_opened_what(self, city: SimpleNamespace) -> None:
        person = register(city)
        services.personal_open(actor=SYSTEM, person=person, field="phone", purpose="回访核实")
        guardian = PersonFactory.create()
        child = PersonFactory.create(guardian=guardian)
        services.personal_open(actor=SYSTEM, person=child, field="phone", purpose="回访核实")
        stranger = Actor(kind=ActorKind.ACCOUNT, person_id=guardian.pk)
        assert selectors.openings_of(actor=stranger, person=person) == []
        assert len(selectors.openings_of(actor=stranger, person=child)) == 1
        nobody = Actor(kind=ActorKind.ANONYMOUS)
        assert selectors.openings_of(actor=nobody, person=person) == []
        clerk = worker(city.community.path, frozenset({Perm.VIEW}))
        assert len(selectors.openings_of(actor=clerk, person=person)) == 1


class TestFinding:
    def test_people_are_found_by_number_and_name_at_ones_own_places_only(
        self, city: SimpleNamespace
    ) -> None:
        person = register(city)
        here, there = worker(city.community.path), worker(city.other_community.path)
        for asked in ({"phone": "１３８-0013-8000"}, {"id_number": ID_NUMBER.lower()}):
            assert list(selectors.person_find(actor=here, **asked)) == [person]
            assert list(selectors.person_find(actor=there, **asked)) == []
        assert list(selectors.people_named(actor=here, beginning="陈桂")) == [person]
        assert list(selectors.people_named(actor=there, beginning="陈桂")) == []
        assert list(selectors.people_named(actor=here, beginning=" ")) == []
        assert list(selectors.person_find(actor=here)) == []
        with pytest.raises(Invalid):
            selectors.person_find(actor=here, phone="1380013")

    def test_everybody_sees_themselves_and_their_ward(self, city: SimpleNamespace) -> None:
        person = register(city)
        child = PersonFactory.create(guardian=person)
        own = Actor(kind=ActorKind.ACCOUNT, person_id=person.pk)
        assert selectors.person_get(actor=own, person_id=person.pk) == person
        assert selectors.person_get(actor=own, person_id=child.pk) == child
        assert selectors.person_get(actor=own, person_id=PersonFactory.create().pk) is None
        anonymous = Actor(kind=ActorKind.ANONYMOUS)
        assert selectors.person_get(actor=anonymous, person_id=person.pk) is None
        assert selectors.own_details(actor=own)["phone"] == PHONE
        assert selectors.own_details(actor=anonymous) == {}

    def test_what_lists_show_is_masked(self, city: SimpleNamespace) -> None:
        shown = selectors.masked(Person.objects.get(pk=register(city).pk))
        assert shown.phone == "138****8000"
        assert ADDRESS not in str(shown)
        assert ID_NUMBER not in str(shown)


class TestAccounts:
    def test_an_account_acts_under_the_name_of_its_person(self, city: SimpleNamespace) -> None:
        person, account = register(city), AccountFactory.create()
        services.person_link_account(
            actor=worker(city.community.path), person=person, account=account
        )
        assert selectors.person_for_account(account.pk) == person
        actor = access.actor_for(account)
        assert (actor.person_id, actor.label) == (person.pk, "陈桂兰")
        row = AuditRecord.objects.order_by("-seq")[0]
        assert (row.verb, row.detail) == (Verb.ACCOUNT_LINKED, {"account_id": account.pk})

    def test_linking_twice_changes_nothing_and_to_another_is_refused(
        self, city: SimpleNamespace
    ) -> None:
        person, account = register(city), AccountFactory.create()
        for _time in range(2):
            services.person_link_account(actor=SYSTEM, person=person, account=account)
        assert AuditRecord.objects.filter(verb=Verb.ACCOUNT_LINKED).count() == 1
        with pytest.raises(Conflict):
            services.person_link_account(
                actor=SYSTEM, person=person, account=AccountFactory.create()
            )
        with pytest.raises(Conflict):
            services.person_link_account(
                actor=SYSTEM, person=PersonFactory.create(), account=account
            )
        with pytest.raises(Forbidden):
            services.person_link_account(
                actor=worker(city.other_community.path), person=person, account=account
            )

    def test_an_account_without_a_person_acts_as_itself(self) -> None:
        account = AccountFactory.create()
        assert selectors.person_for_account(account.pk) is None
        assert selectors.person_for_account(None) is None
        assert access.actor_for(account).person_id is None


def test_no_table_and_no_log_line_holds_a_personal_value(
    city: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    person = register(city)
    services.person_update(actor=SYSTEM, person=person, address=ADDRESS + "室", reason=f"是{PHONE}")
    services.personal_open(actor=SYSTEM, person=person, field="phone", purpose=f"打{PHONE}")
    selectors.person_find(actor=SYSTEM, phone=PHONE).first()
    dumped = io.StringIO()
    call_command("dumpdata", "people", "accounts", "audit", "events", "--all", stdout=dumped)
    rows = dumped.getvalue() + _raw_rows() + caplog.text
    assert person.city_code in rows
    for value in (PHONE, ID_NUMBER, ADDRESS, ADDRESS.encode("unicode_escape").decode()):
        assert value not in rows


def _raw_rows() -> str:
    """Every row of every table as the database itself holds it."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(str(cursor.fetchall()))
    return "\n".join(found)

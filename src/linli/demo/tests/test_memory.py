# SPDX-License-Identifier: MulanPSL-2.0
"""Tables in memory answer as a database would, or refuse by name."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q

from linli.base import clock
from linli.demo.memory.holding import Frozen, Held, Memory, tables_held
from linli.demo.memory.sharing import work_share
from linli.demo.memory.tables import Numbers
from linli.kernel.events.models import Delivery, Event
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter, Series

pytestmark = pytest.mark.django_db

DAY = dt.date(2031, 10, 14)
"""No day of the hamlet that other tests may have made."""
NOON = dt.datetime(2026, 10, 14, 12, 0, tzinfo=clock.ZONE)
HELD = (
    Held(Matter),
    Held(Series, earlier=Q()),
    Held(Event),
    Held(Delivery, waits=("next_try_at", "done_at")),
)


class Broken(Exception):
    """What a test throws to undo something."""


def event(name: str, path: str = "", at: dt.datetime = NOON) -> Event:
    """An event like those that services announce."""
    return Event.objects.create(name=name, place_path=path, payload={"place_id": 1}, at=at)


@contextmanager
def undone() -> Iterator[None]:
    """Undo what a block does, as a service that fails does."""
    try:
        with transaction.atomic():
            yield
            raise Broken
    except Broken:
        return


@pytest.fixture
def memory() -> Iterator[Memory]:
    """A block in which events and numbers are held."""
    Series.objects.create(prefix="ZZ", on=DAY, last=4)
    with transaction.atomic(), tables_held(HELD) as held:
        yield held


def test_what_was_written_in_memory_stands_in_the_database_afterwards() -> None:
    with tables_held(HELD):
        kept = event("a", "1/")
        Delivery.objects.bulk_create([Delivery(event=kept, handler="h", next_try_at=NOON)])
        assert not connection.queries_log or "events_event" not in str(connection.queries_log[-1])
    row = Delivery.objects.select_related("event").get(handler="h")

    assert (row.event, row.event.name, row.event.at) == (kept, "a", NOON)
    assert row.event.payload == {"place_id": 1}
    assert event("b").pk > kept.pk


def test_earlier_rows_are_seen_and_their_changes_kept() -> None:
    Series.objects.create(prefix="ZZ", on=DAY, last=4)
    with tables_held(HELD):
        assert Series.objects.filter(prefix="ZZ", on=DAY).update(last=F("last") + 1) == 1
        Series.objects.create(prefix="ZZ", on=DAY + dt.timedelta(days=1), last=1)
    rows = Series.objects.filter(prefix="ZZ").order_by("on")
    assert list(rows.values_list("last", flat=True)) == [5, 1]


def test_a_row_read_twice_is_two_copies(memory: Memory) -> None:
    del memory
    first, second = Series.objects.get(prefix="ZZ"), Series.objects.get(prefix="ZZ")
    first.last = 9

    assert second.last == 4
    first.save(update_fields=["last"])
    assert Series.objects.get(pk=first.pk).last == 9


def test_a_moment_comes_back_in_utc_as_from_a_database(memory: Memory) -> None:
    del memory
    made = event("a")

    assert made.at.tzinfo is clock.ZONE
    assert Event.objects.get(pk=made.pk).at.isoformat() == "2026-10-14T04:00:00+00:00"


def test_questions_are_answered_with_lookups_order_and_slices(memory: Memory) -> None:
    del memory
    made = [event(name, path) for name, path in (("a", "1/"), ("b", "1/2/"), ("c", "3/"))]
    rows = Event.objects.all()

    assert [one.name for one in rows.filter(place_path__under="1/").order_by("-pk")] == ["b", "a"]
    assert list(rows.exclude(name="b").values_list("name", flat=True)) == ["a", "c"]
    assert rows.filter(Q(name="a") | Q(place_path="3/")).count() == 2
    assert [one.pk for one in rows.order_by("pk")[:2]] == [one.pk for one in made[:2]]
    assert rows.filter(pk__in=[made[2].pk]).exists()
    assert rows.filter(name="z").first() is None
    with pytest.raises(Event.DoesNotExist):
        rows.get(name="z")
    with pytest.raises(Event.MultipleObjectsReturned):
        rows.get(place_path__startswith="1/")


def test_rows_that_wait_come_in_the_order_of_their_time(memory: Memory) -> None:
    del memory
    kept = event("a")
    later, sooner = (
        Delivery.objects.create(event=kept, handler=name, next_try_at=NOON + dt.timedelta(hours=n))
        for name, n in (("later", 2), ("sooner", 1))
    )
    waiting = Delivery.objects.filter(
        done_at__isnull=True, next_try_at__lte=NOON + dt.timedelta(hours=3)
    ).order_by("next_try_at")

    assert list(waiting.values_list("pk", "event__name")) == [(sooner.pk, "a"), (later.pk, "a")]
    waiting.filter(pk=sooner.pk).update(done_at=F("next_try_at"))
    assert [one.handler for one in waiting.all()] == ["later"]
    assert Delivery.objects.get(pk=sooner.pk).done_at == NOON + dt.timedelta(hours=1)


def test_a_transaction_that_fails_undoes_rows_in_memory(memory: Memory) -> None:
    del memory
    kept = event("kept")
    with undone():
        event("lost")
        Series.objects.filter(prefix="ZZ").update(last=7)
        Delivery.objects.create(event=kept, handler="h", next_try_at=NOON)
        with transaction.atomic():
            event("lost too")

    assert [one.name for one in Event.objects.all()] == ["kept"]
    assert Series.objects.get(prefix="ZZ").last == 4
    assert not Delivery.objects.filter(event=kept).exists()


def test_deleted_rows_come_back_with_the_transaction(memory: Memory) -> None:
    del memory
    row = Delivery.objects.create(event=event("a"), handler="h", next_try_at=NOON)
    with undone():
        assert Delivery.objects.filter(handler="h").delete()[0] == 1
        assert not Delivery.objects.filter(event_id=row.event_id).exists()
    assert Delivery.objects.get(event_id=row.event_id).pk == row.pk


def test_a_block_that_fails_writes_nothing() -> None:
    with suppress(Broken), tables_held(HELD):
        event("lost")
        raise Broken
    assert not Event.objects.filter(name="lost").exists()


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda: Event.objects.filter(name__icontains="a"), "events.Event: name__icontains"),
        (lambda: Event.objects.filter(deliveries__handler="h"), "looks the other way"),
        (lambda: Event.objects.filter(pk=F("seq")), "a comparison with"),
        (lambda: Event.objects.aggregate(Count("pk")), "events.Event: aggregate"),
        (lambda: Event.objects.annotate(n=Count("pk")), "events.Event: annotate"),
        (lambda: Event.objects.all() | Event.objects.all(), "events.Event: __or__"),
        (lambda: Event.objects.order_by("?"), "order by"),
        (lambda: Series.objects.update(last=F("last") * 2), "as a value of a row"),
        (lambda: Series.objects.all().delete(), "deleting a row loaded before"),
        (lambda: Event.objects.all().delete(), "others point to it"),
        (lambda: Event.objects.raw("SELECT 1"), "events.Event: raw"),
        (lambda: list(Unit.objects.filter(matters_led__number="1")), "goes past what is held"),
    ],
)
def test_what_memory_cannot_do_is_refused_by_name(memory: Memory, ask: object, named: str) -> None:
    del memory
    assert callable(ask)
    with pytest.raises(NotImplementedError, match=named):
        ask()


def test_rows_of_other_tables_are_not_written_past_the_block() -> None:
    with pytest.raises(NotImplementedError, match="goes past what is held"), tables_held(HELD):
        Place.objects.all().update(name="")


def test_what_must_be_unique_is_unique_in_memory() -> None:
    with tables_held((Held(Place),)):
        for code in ("1", "2"):
            Place.objects.create(code=code, path=f"{code}/", level="city", updated_at=NOON)
        with pytest.raises(IntegrityError):
            Place.objects.create(code="1", path="x/", level="city", updated_at=NOON)
        assert Place.objects.count() == 2


def test_a_frozen_table_is_asked_once_and_never_written() -> None:
    tree = city_tree("999100", "样例市", lon=103.0, lat=29.0)
    place = Place.objects.below(tree.city.path).filter(level="grid").order_by("pk")[0]
    Unit.objects.create(key="office", place=place, label={"zh": "处"}, starts_on=DAY)
    with tables_held((), (Frozen(Place, Q()), Frozen(Unit, Q()))) as held:
        known = held.answers[Unit].known
        for days in (0, 1, 20):
            rows = Unit.objects.below(tree.city.path).on(DAY + dt.timedelta(days=days))
            assert [one.place.path for one in rows.order_by("key")] == [place.path]
        assert len(known) == 1
        before = Unit.objects.below(tree.city.path).on(DAY - dt.timedelta(days=1))
        assert not before.exists()
        assert len(known) == 2
        assert Place.objects.get(pk=place.pk) is Place.objects.get(pk=place.pk)
        with pytest.raises(NotImplementedError):
            Unit.objects.all().update(phone="1")


def test_nothing_of_the_block_stays_behind() -> None:
    plain = type(Event.objects.all())
    with tables_held(HELD):
        assert type(Event.objects.all()) is not plain
    assert type(Event.objects.all()) is plain
    assert "save" not in vars(Event)
    assert "savepoint" not in vars(connection)


def test_keys_of_several_processes_read_like_time() -> None:
    first, second = (Numbers(NOON, room=8, part=part, parts=2) for part in (0, 1))
    with clock.at(NOON + dt.timedelta(minutes=1)):
        early = [first.next(1, 1), second.next(1, 1)]
    with clock.at(NOON + dt.timedelta(minutes=2)):
        late = [first.next(early[0] + 1, 1), second.next(early[1] + 1, 1)]

    assert len({*early, *late}) == 4
    assert max(early) < min(late)


def test_what_other_processes_make_comes_back() -> None:
    with clock.at(NOON), tables_held(HELD) as held:
        Series.objects.create(prefix="ZZ", on=DAY)

        def work(part: int) -> None:
            Series.objects.filter(prefix="ZZ").update(last=part + 5)
            for hour in range(3):
                with clock.at(NOON + dt.timedelta(hours=hour)):
                    event(f"{hour}.{part}", "zz/", at=clock.now())

        work_share(held, 3, work, apart=(Series,))
    rows = Event.objects.filter(place_path="zz/").order_by("pk")

    assert [one.name[0] for one in rows] == list("000111222")
    assert sorted(one.name for one in rows) == [
        f"{n}.{part}" for n in range(3) for part in range(3)
    ]
    assert Series.objects.get(prefix="ZZ").last == 5


def test_a_part_that_fails_fails_the_whole(capfd: pytest.CaptureFixture[str]) -> None:
    def work(part: int) -> None:
        if part:
            raise Broken("on purpose")

    with pytest.raises(RuntimeError), clock.at(NOON), tables_held(HELD) as held:
        work_share(held, 2, work, apart=())
    assert "on purpose" in capfd.readouterr().err


def test_a_part_never_changes_the_rows_of_another(capfd: pytest.CaptureFixture[str]) -> None:
    def work(part: int) -> None:
        Series.objects.filter(prefix="ZZ").update(last=part)

    Series.objects.create(prefix="ZZ", on=DAY)
    with pytest.raises(RuntimeError), clock.at(NOON), tables_held(HELD) as held:
        work_share(held, 2, work, apart=())
    assert "rows of another process were changed" in capfd.readouterr().err

# SPDX-License-Identifier: MulanPSL-2.0
"""In a very large city the weeks are lived in one part and told again in the others."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.db.models import Count

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.demo.making import city_make
from linli.demo.memory.aside import indices_aside
from linli.demo.sizes import SIZES, Size
from linli.demo.terms import username_of
from linli.demo.tests.conftest import UNTIL, wish
from linli.demo.tests.everything import Everything
from linli.kernel.access import services as access
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.notify.models import Notice
from linli.kernel.packs.selectors import pack_folder
from linli.kernel.packs.services import pack_load
from linli.kernel.places import selectors as places
from linli.kernel.workflow.models import Matter, Move, Series, Timer
from linli.kernel.workflow.terms import Perm
from linli.modules.appeals.models import Appeal, Case

pytestmark = pytest.mark.django_db

TWICE = Size("twice", 2, 1, 2, 3, 5, appeals=88, days=24, parts=2, times=2)
FIRST, SECOND = "120116901", "120116902"
OURS = "/1201169"
"""How the places of this city begin: another one may stand beside it."""


@pytest.fixture
def told() -> Iterator[None]:
    """A city of two parts, in each of which the weeks of the first are told twice."""
    pack_load(actor=SYSTEM, folder=pack_folder("binhai"))
    with clock.at(UNTIL):
        city_make(wish=replace(wish("binhai", size=TWICE), in_memory=True), progress=print)
        yield


def _of(code: str) -> list[tuple[object, ...]]:
    """What is known of the cases of a subdistrict, but for where exactly and by whom."""
    rows = Matter.objects.filter(place__path__contains=f"/{code}/", case__isnull=False)
    steps = rows.annotate(moves_made=Count("moves", distinct=True))
    return sorted(steps.values_list("title", "class_key", "step", "opened_at", "end", "moves_made"))


def test_the_sizes_come_out_even() -> None:
    for size in SIZES.values():
        assert size.lived * size.tellings == size.appeals
        assert size.subdistricts % size.parts == 0


def test_every_part_lives_the_same_weeks(told: None) -> None:
    assert Appeal.objects.filter(place__path__contains=OURS).count() == TWICE.appeals
    assert Case.objects.filter(matter__place__path__contains=OURS).count() == TWICE.appeals
    assert _of(FIRST) == _of(SECOND)
    assert len(_of(FIRST)) == TWICE.appeals // 2


def test_every_row_names_rows_that_are_there(told: None) -> None:
    tables = Everything().tables()
    assert all(row["is_whole"] for row in tables["audit.AuditRecord"])
    with transaction.atomic():
        connection.check_constraints()
    assert audit.verify().first_broken is None
    keys = set(Timer.objects.values_list("key", flat=True))
    clocks = Timer.objects.filter(clock__isnull=False).values_list("key", "clock_id")
    assert clocks
    assert all(key.startswith(f"c{pk}:") for key, pk in clocks)
    assert len(keys) == Timer.objects.count()


def test_what_happens_in_a_part_is_done_by_its_own_people(told: None) -> None:
    clerk = Account.objects.get(username=username_of("community_clerk02", "binhai"))
    mine = Matter.objects.visible_to(access.actor_for(clerk), Perm.VIEW_MATTER)
    assert mine.count() == TWICE.appeals // 2
    assert all(f"/{SECOND}/" in path for path in mine.values_list("place__path", flat=True))
    by_place: dict[str, set[int]] = defaultdict(set)
    moves = Move.objects.filter(account__place_path__contains="/1201169")
    for path, account_path, account in moves.values_list(
        "matter__place__path", "account__place_path", "account"
    ):
        part = FIRST if FIRST in path else SECOND
        assert part in account_path
        by_place[part].add(account)
    assert min(len(by_place[FIRST]), len(by_place[SECOND])) > 3


def test_numbers_of_a_day_are_given_once_and_messages_name_their_own(told: None) -> None:
    numbers = Counter(Matter.objects.values_list("number", flat=True))
    assert max(numbers.values()) == 1
    for series in Series.objects.filter(prefix="SQ"):
        serials = [n for n in numbers if n.startswith(f"SQ-{series.on:%Y%m%d}-")]
        assert max(int(n.rpartition("-")[2]) for n in serials) <= series.last
    for notice in Notice.objects.filter(link__startswith="/go/matter/").iterator():
        number = notice.link.removeprefix("/go/matter/").rstrip("/")
        assert number in numbers
        assert "SQ-" not in notice.body or number in notice.body
    assert len(set(Appeal.objects.values_list("query_code", flat=True))) == Appeal.objects.count()


def test_a_place_of_the_second_part_lies_there(told: None) -> None:
    cases = Case.objects.filter(matter__place__path__contains=f"/{SECOND}/", lon__isnull=False)
    rows = list(cases.select_related("matter__place")[:40])
    found = [places.place_at(case.lon or 0, case.lat or 0) for case in rows]
    near = [place for place in found if place is not None and f"/{SECOND}/" in place.path]
    assert len(near) > len(rows) * 0.9


def test_numbers_go_on_where_another_city_stopped() -> None:
    pack_load(actor=SYSTEM, folder=pack_folder("binhai"))
    pack_load(actor=SYSTEM, folder=pack_folder("liaoyuan"))
    few = replace(TWICE, appeals=22, parts=1, times=1)
    with clock.at(UNTIL):
        city_make(wish=replace(wish("liaoyuan", size=few), in_memory=True), progress=print)
        city_make(wish=replace(wish("binhai", size=TWICE), in_memory=True), progress=print)
    numbers = list(Matter.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)
    for series in Series.objects.filter(prefix="SQ"):
        of_day = [n for n in numbers if n.startswith(f"SQ-{series.on:%Y%m%d}-")]
        assert max(int(n.rpartition("-")[2]) for n in of_day) <= series.last


def test_indices_put_aside_are_back_afterwards() -> None:
    table = Move._meta.db_table

    def there() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, table))

    before = there()
    with indices_aside(connection, [table]):
        is_aside = connection.vendor == "postgresql"
        assert (len(there()) < len(before)) is is_aside
    assert there() == before

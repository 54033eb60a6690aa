# SPDX-License-Identifier: MulanPSL-2.0
"""建制调整 from its file alone: proposed, voted on, reviewed, approved, carried out on its day.

ORG-04: a community is split; totals before are the sum after, and the old report reproduces.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from shapely.geometry import box, mapping

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Forbidden, Invalid
from linli.kernel.access import services as access
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events import services as events
from linli.kernel.packs.services import pack_load
from linli.kernel.people import households
from linli.kernel.people import services as people
from linli.kernel.people.models import Household, Person
from linli.kernel.places import restructuring, selectors
from linli.kernel.places import services as places
from linli.kernel.places.asof import NOW, THEN, as_of, roll_up
from linli.kernel.places.factories import PlaceFactory, square
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import Piece
from linli.kernel.places.terms import Verb
from linli.kernel.places.topology import Flaw, topology_below, topology_check
from linli.kernel.places.typology import place_classify
from linli.kernel.units.factories import UnitFactory
from linli.kernel.workflow import services
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open, member, small_city
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import moves_open, order_open
from linli.kernel.workflow.tests.procedures import press

PACKS = Path(__file__).parents[2] / "packs"
EFFECTIVE = dt.datetime(2026, 6, 1, 9, 0, tzinfo=clock.ZONE)
PAPER = ["0" * 32]
Row = tuple[int, dt.date, int]

SIZES = {
    "parts": [
        {"called": "东苑社区", "households": 2, "people": 3},
        {"called": "西苑社区", "households": 1, "people": 1},
    ],
    "fits": False,
    "grounds": "两片隔着主干路，居民办事不便",
    "assets": "用房归东苑，西苑另行解决",
}
VOTE = {
    "held_on": "2026-03-20",
    "entitled": 60,
    "present": 51,
    "in_favor": 47,
    "minutes": PAPER,
}
DECISION = "区政函〔2026〕18号"
APPROVED = {"number": DECISION, "effective_on": "2026-06-01", "paper": PAPER}
SHOWN = {"shown_from": "2026-05-06", "shown_to": "2026-05-15"}
CHANGED = {
    "changed_on": "2026-06-01",
    "totals": ["households", "grids", "open_matters", "old_codes"],
}


@pytest.fixture
def city(db: None) -> Iterator[SimpleNamespace]:
    """The small city with the base pack, three households in two grids, and everybody named."""
    with clock.at(FRIDAY):
        pack_load(actor=SYSTEM, folder=PACKS / "base")
        found = small_city()
        label = {"zh": "民政局", "en": "Civil affairs"}
        found.civil = UnitFactory.create(key="civil_affairs", place=found.district, label=label)
        found.civil_handler = member(found.civil, "handler")
        found.street_clerk = member(found.street, "subdistrict_clerk", place=found.subdistrict)
        found.keeper = member(found.center, "system_administrator", place=found.district)
        settle(found.grid, ("王芳", "李强"))
        settle(found.grid, ("赵敏",))
        settle(found.other_grid, ("周涛",))
        yield found


def settle(grid: Place, names: tuple[str, ...]) -> None:
    """A household in a dwelling of a building of its own in a grid."""
    number = Place.objects.filter(parent=grid).count() + 1
    building = PlaceFactory.create(code=f"{grid.code}-b{number}", level="building", parent=grid)
    dwelling = PlaceFactory.create(code=f"{building.code}-1", level="dwelling", parent=building)
    home = households.household_register(actor=SYSTEM, dwelling=dwelling)
    for name in names:
        person = people.person_register(actor=SYSTEM, name=name, place=grid)
        households.member_add(actor=SYSTEM, household=home, person=person)


def proposed(city: SimpleNamespace) -> Matter:
    """The subdistrict's proposal to split the first community."""
    values = {
        "way": "split",
        "why": "户数多，隔着主干路",
        "places": [{"place": city.community.code}],
        "review_unit": str(city.civil.pk),
        "map": PAPER,
    }
    return services.matter_open(
        actor=actor_of(city.street_clerk),
        workflow="restructuring",
        place=city.subdistrict,
        title="柳荫社区拆分",
        values=values,
    )


def approved(city: SimpleNamespace) -> Matter:
    """The same, all the way to the desk that carries it out."""
    matter = proposed(city)
    press(city.street_clerk, matter, "consult", values=SIZES)
    press(city.street_clerk, matter, "agreed", values=VOTE)
    press(city.street_leader, matter, "agree", values={"opinion": "同意上报"})
    order = order_open(Matter.objects.get(pk=matter.pk))
    assert order is not None
    services.order_accept(actor=actor_of(city.civil_handler), order=order)
    press(city.civil_handler, matter, "submit", values={"opinion": "符合程序"})
    press(city.district_leader, matter, "approve", values=APPROVED)
    press(city.street_clerk, matter, "undisputed", values=SHOWN)
    return Matter.objects.get(pk=matter.pk)


def carried_out(city: SimpleNamespace) -> list[Place]:
    """The split itself, by the administrator of the district, on the effective day."""
    code = city.subdistrict.code
    pieces = [
        Piece(f"{code}801", "东苑社区", (city.grid.code,)),
        Piece(f"{code}802", "西苑社区", (city.other_grid.code,)),
    ]
    return restructuring.place_split(
        actor=actor_of(city.keeper),
        place=Place.objects.get(pk=city.community.pk),
        pieces=pieces,
        on=EFFECTIVE.date(),
        reason=DECISION,
    )


def counted(day: dt.date) -> dict[str, list[Row]]:
    """What is counted at places, as a report of that day counts it."""
    matters = Matter.objects.filter(workflow="appeal").values_list("place_id", flat=True)
    places_ = Place.objects.filter(level__in=["grid", "building", "dwelling"])
    given = {
        "households": Household.objects.values_list("dwelling_id", flat=True),
        "people": Person.objects.exclude(place=None).values_list("place_id", flat=True),
        "matters": matters,
        "places": places_.on(day).values_list("pk", flat=True),
    }
    return {name: [(pk, day, 1) for pk in found if pk is not None] for name, found in given.items()}


def summed(rows: dict[str, list[Row]], tree: str) -> dict[str, dict[str, int]]:
    return {name: roll_up(each, level="community", tree=tree) for name, each in rows.items()}


def test_the_procedure_runs_to_its_end_from_its_file(city: SimpleNamespace) -> None:
    matter = approved(city)
    assert matter.step == "carrying_out"
    with clock.at(EFFECTIVE):
        carried_out(city)
        assert press(city.keeper, matter, "finish", values=CHANGED).end == "done"
    values = Matter.objects.get(pk=matter.pk).values
    assert (values["in_favor"], values["number"]) == (47, DECISION)


def test_nobody_goes_round_the_vote_or_the_approval(city: SimpleNamespace) -> None:
    matter = proposed(city)
    press(city.street_clerk, matter, "consult", values=SIZES)
    with pytest.raises(Invalid) as refused:
        press(city.street_clerk, matter, "agreed", values={**VOTE, "minutes": []})
    assert "minutes" in refused.value.fields
    press(city.street_clerk, matter, "rejected", values={**VOTE, "in_favor": 12})
    assert Matter.objects.get(pk=matter.pk).step == "proposing"
    assert [each.key for each in moves_open(actor_of(city.keeper), matter)] == []
    press(city.street_clerk, matter, "consult", values=SIZES)
    press(city.street_clerk, matter, "agreed", values=VOTE)
    with pytest.raises(Forbidden):
        press(city.street_clerk, matter, "agree", values={"opinion": "同意"})


def test_totals_before_are_the_sum_after_and_the_old_report_reproduces(
    city: SimpleNamespace,
) -> None:
    appeal_open(city)
    appeal_open(city, place=city.other_grid)
    may = dt.date(2026, 5, 31)
    with clock.at(FRIDAY + dt.timedelta(days=60)):
        then = counted(may)
        reported = summed(then, THEN)
    old = city.community.path
    assert {name: found[old] for name, found in reported.items()} == {
        "households": 3,
        "people": 4,
        "matters": 2,
        "places": 8,
    }
    with clock.at(EFFECTIVE):
        east, west = carried_out(city)
        events.deliver_all()
        assert summed(then, THEN) == reported
        now = summed(then, NOW)
        for name, found in reported.items():
            assert sum(now[name].values()) == sum(found.values())
            assert old not in now[name]
            assert now[name][east.path] + now[name][west.path] == found[old]
        assert (now["households"][east.path], now["households"][west.path]) == (2, 1)
        assert (now["people"][east.path], now["people"][west.path]) == (3, 1)
        june = summed(counted(EFFECTIVE.date()), THEN)
        assert june == now


def test_nothing_is_left_behind_and_the_old_code_is_still_known(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    with clock.at(EFFECTIVE):
        east, west = carried_out(city)
        places.place_update_boundary(actor=SYSTEM, place=east, boundary=half(103.0))
        places.place_update_boundary(actor=SYSTEM, place=west, boundary=half(103.1))
        gone = selectors.place_by_code(city.community.code)
        assert gone is not None
        assert gone.ends_on == dt.date(2026, 5, 31)
        assert not Place.objects.on(clock.today()).filter(path__under=city.community.path).exists()
        assert Matter.objects.get(pk=matter.pk).place.path.startswith(east.path)
        assert topology_check(east.path) == []
        assert topology_check(west.path) == []
    grid = Place.objects.get(pk=city.grid.pk)
    assert as_of(grid, dt.date(2026, 5, 31)).path == f"{city.community.path}{grid.code}/"
    assert as_of(grid, EFFECTIVE.date()).path == grid.path
    record = AuditRecord.objects.get(verb=Verb.PLACE_SPLIT)
    assert (record.actor_id, record.reason) == (city.keeper.pk, DECISION)


def test_whoever_keeps_a_moved_place_reads_its_record_of_before(city: SimpleNamespace) -> None:
    """And whoever keeps the place it moved to reads from the move on."""
    keeper = member(city.committee, "leader", place=city.community)
    street = member(city.other_street, "leader", place=city.other_subdistrict)
    places.place_change(actor=SYSTEM, place=city.grid, name="第一网格甲")
    old = AuditRecord.objects.filter(verb=Verb.PLACE_CHANGED)
    with clock.at(EFFECTIVE):
        restructuring.place_move(
            actor=actor_of(city.keeper),
            place=Place.objects.get(pk=city.community.pk),
            parent=city.other_subdistrict,
            on=EFFECTIVE.date(),
        )
        places.place_change(actor=SYSTEM, place=fresh(city.grid), name="第一网格乙")
        reader, other = access.actor_then(actor_of(keeper)), access.actor_then(actor_of(street))
        assert old.visible_to(reader, "audit.view_record").count() == 2
        assert old.visible_to(other, "audit.view_record").count() == 1
        assert old.visible_to(actor_of(city.street_leader), "audit.view_record").count() == 1
        assert reader.reach("audit.view_record") == (fresh(city.community).path,)


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def half(lon: float) -> dict[str, object]:
    """The ground of one grid of the small city."""
    return square(lon, 29.0, 0.1)


def test_gaps_and_overlaps_are_listed_until_the_boundaries_are_clear(city: SimpleNamespace) -> None:
    """ORG-28: two subdistricts claim the same ground, and a strip belongs to neither."""
    west, east = city.subdistrict, city.other_subdistrict
    district, keeper = Place.objects.get(pk=city.district.pk), actor_of(city.keeper)

    def drawn(place: Place, start: float, end: float) -> None:
        ground = mapping(box(start, 29.0, end, 29.8))
        places.place_update_boundary(actor=keeper, place=place, boundary=ground)

    drawn(district, 103.0, 103.8)
    drawn(west, 103.0, 103.44)
    drawn(east, 103.4, 103.7)
    found = {(one.flaw, one.code, one.other) for one in topology_below(district)}
    assert found == {(Flaw.OVERLAP, west.code, east.code), (Flaw.GAP, district.code, "")}
    drawn(west, 103.0, 103.4)
    (gap,) = topology_below(district)
    assert (gap.flaw, gap.share) == (Flaw.GAP, 0.125)
    drawn(east, 103.4, 103.8)
    assert topology_below(district) == []


def test_figures_of_a_kind_of_community_count_only_those_so_tagged(city: SimpleNamespace) -> None:
    """ORG-02: communities are classed by the plan's kinds and tags, from a day on."""
    with clock.at(EFFECTIVE):
        pack_load(actor=SYSTEM, folder=PACKS / "leshan")
        leshan = selectors.place_by_code("511100")
        assert leshan is not None
        district = place_below(leshan, "511102", "district")
        town = place_below(district, "511102001", "subdistrict")
        first, second = (place_below(town, f"51110200100{n}", "community") for n in (1, 2))
        keeper = actor_of(member(city.center, "system_administrator", place=leshan))
        place_classify(actor=keeper, place=first, kind="urban", tags=["relocation"])
        with pytest.raises(Invalid):
            place_classify(actor=keeper, place=second, kind="urban", tags=["moon_base"])
        with pytest.raises(Forbidden):
            place_classify(actor=actor_of(city.keeper), place=second, kind="urban")
        tagged = selectors.subtree(leshan.path, "community", tag="relocation")
        assert list(tagged) == [first]
        assert selectors.subtree_count(leshan.path, "community") == 2
    with clock.at(EFFECTIVE + dt.timedelta(days=30)):
        place_classify(actor=keeper, place=first, kind="urban", tags=["converted"])
        assert selectors.subtree_count(leshan.path, "community", tag="relocation") == 0
        assert as_of(first, EFFECTIVE.date()).tags == ("relocation",)


def place_below(parent: Place, code: str, level: str) -> Place:
    """The place of that code, added if the pack has not brought it."""
    known = selectors.place_by_code(code)
    return known or places.place_add(
        actor=SYSTEM, code=code, name=f"地方{code}", level=level, parent=parent
    )

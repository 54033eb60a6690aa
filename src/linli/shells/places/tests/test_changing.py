# SPDX-License-Identifier: MulanPSL-2.0
"""Changing a place in the console: form, what it would do, done; and what is refused."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from shapely.geometry import box, mapping

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.access.factories import GrantFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people import households
from linli.kernel.places import restructuring
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.terms import Verb
from linli.kernel.workflow.factories import FRIDAY, appeal_open, definition_keep
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

TODAY = FRIDAY.date()
DAY = {"on": TODAY.isoformat(), "reason": "区政函〔2026〕18号"}
YES = {"confirmed": "yes"}
COMMUNITY = {
    "label": {"zh": "社区", "en": "Community"},
    "clause": "practice",
    "kinds": {"urban": {"zh": "城市社区", "en": "Urban"}, "village": {"zh": "村", "en": "Village"}},
    "tags": {"relocation": {"zh": "易地搬迁", "en": "Resettled"}},
}


def change(client: Client, place: Place, way: str, **sent: Any) -> Any:
    return client.post(f"/console/places/{place.code}/change/{way}/", {**DAY, **sent})


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def split_of(towns: SimpleNamespace, **goes: str) -> dict[str, str]:
    """The community in two, each grid to one of them unless told otherwise."""
    here = towns.here
    code = here.subdistrict.code
    return {
        "pieces": "2",
        "name_1": "东苑社区",
        "code_1": f"{code}801",
        "name_2": "西苑社区",
        "code_2": f"{code}802",
        f"goes_{here.grid.code}": "1",
        f"goes_{here.other_grid.code}": "2",
        **goes,
    }


def test_a_rename_is_shown_before_it_is_done(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    place = towns.here.community
    shown = change(client, place, "rename", name="新华社区")
    assert "Nothing is changed yet" in text_of(shown)
    assert "新华社区" in text_of(shown)
    assert fresh(place).name == "柳荫社区"
    done = change(client, place, "rename", name="新华社区", **YES)
    assert done.status_code == 302
    assert fresh(place).name == "新华社区"
    record = AuditRecord.objects.get(verb=Verb.PLACE_RENAMED)
    assert (record.actor_id, record.reason) == (towns.here.admin.pk, DAY["reason"])
    page = text_of(client.get(done["Location"]))
    assert "Renamed from 柳荫社区 to 新华社区" in page


def test_the_page_of_a_day_gone_by_shows_the_tree_of_then(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    enter(client, here.admin)
    with clock.at(FRIDAY + dt.timedelta(days=10)):
        today = clock.today()
        restructuring.place_rename(actor=SYSTEM, place=here.community, name="新华社区", on=today)
        restructuring.place_move(
            actor=SYSTEM, place=here.community, parent=here.other_subdistrict, on=today
        )
        restructuring.place_recode(
            actor=SYSTEM, place=fresh(here.community), code="519902002009", on=today
        )
        address = f"/console/places/{here.subdistrict.code}/"
        then = text_of(client.get(address, {"on": TODAY.isoformat()}))
        assert "柳荫社区 519902001001" in then
        assert "新华社区" not in then
        assert "柳荫社区" not in text_of(client.get(address))
        other = f"/console/places/{here.other_subdistrict.code}/"
        assert "新华社区" in text_of(client.get(other))
        assert "柳荫社区" not in text_of(client.get(other, {"on": TODAY.isoformat()}))
        moved = client.get("/console/places/519902001001/")
        assert moved["Location"] == "/console/places/519902002009/"
        story = text_of(client.get(moved["Location"]))
        assert "Moved from 柳荫街道 to 桃源街道" in story
        assert "Code changed from 519902001001 to 519902002009" in story


def test_a_split_is_counted_before_it_is_done_and_the_totals_agree(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    dwelling = PlaceFactory.create(code=f"{here.grid.code}-d1", level="dwelling", parent=here.grid)
    households.household_register(actor=SYSTEM, dwelling=dwelling)
    appeal_open(here)
    enter(client, here.admin)
    shown = change(client, here.community, "split", **split_of(towns))
    table = shown.context["table"]
    assert table.is_even
    assert shown.context["is_whole"]
    assert [row.name for row in table.after] == ["东苑社区", "西苑社区"]
    assert "The totals before and after are the same" in text_of(shown)
    assert [row.name for row in table.left] == ["柳荫社区"]
    assert "stays what nobody can place by itself" in text_of(shown)
    assert fresh(here.community).ends_on is None
    assert not Place.objects.filter(name="东苑社区").exists()
    assert not AuditRecord.objects.filter(verb=Verb.PLACE_SPLIT).exists()
    done = change(client, here.community, "split", **split_of(towns), **YES)
    assert done.status_code == 302
    assert fresh(here.grid).parent == Place.objects.get(name="东苑社区")
    assert fresh(here.other_grid).parent == Place.objects.get(name="西苑社区")
    ended = text_of(client.get(f"/console/places/{here.community.code}/"))
    assert "Split into" in ended
    assert "东苑社区 · 西苑社区" in ended


def test_a_split_that_leaves_something_nowhere_is_refused(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    building = PlaceFactory.create(code=f"{here.grid.code}-b1", level="building", parent=here.grid)
    enter(client, here.admin)
    sent = split_of(towns)
    del sent[f"goes_{here.other_grid.code}"]
    page = change(client, here.community, "split", **sent)
    assert page.status_code == 422
    assert here.other_grid.code in text_of(page)
    assert 'value="东苑社区"' in page.content.decode()
    grids = {"pieces": "2", "name_1": "一", "code_1": f"{here.community.code}-g8"}
    grids |= {"name_2": "二", "code_2": f"{here.community.code}-g9"}
    page = change(client, here.grid, "split", **grids)
    assert (page.status_code, building.code in text_of(page)) == (422, True)
    assert fresh(here.community).ends_on is None
    unnamed = change(client, here.community, "split", **split_of(towns, name_2=""))
    assert "needs a code and a name" in text_of(unnamed)


def test_a_move_shows_both_sides_and_takes_everything_along(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    enter(client, here.admin)
    form = client.get(f"/console/places/{here.community.code}/change/move/")
    assert "桃源街道" in text_of(form)
    shown = change(client, here.community, "move", parent=here.other_subdistrict.code)
    table = shown.context["table"]
    assert table.is_even
    assert [row.name for row in table.before] == ["柳荫街道", "桃源街道"]
    change(client, here.community, "move", parent=here.other_subdistrict.code, **YES)
    assert fresh(here.grid).path.startswith(here.other_subdistrict.path)


def test_a_merge_ends_the_place_and_says_what_stays_behind(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    enter(client, here.admin)
    shown = change(client, here.community, "merge", into=here.other_community.code)
    assert shown.context["table"].is_even
    assert [name for _code, name, _held in shown.context["left"]] == ["柳荫社区"]
    assert "around the ground of both" in text_of(shown)
    Place.objects.filter(pk=here.other_community.pk).update(boundary=None)
    shown = change(client, here.community, "merge", into=here.other_community.code)
    assert "the boundary of 河畔社区 is not known" in text_of(shown)
    done = change(client, here.community, "merge", into=here.other_community.code, **YES)
    assert done["Location"].endswith(f"/{here.other_community.code}/")
    assert fresh(here.community).ends_on == TODAY - dt.timedelta(days=1)
    assert fresh(here.grid).parent == here.other_community
    assert "Came out of" in text_of(client.get(done["Location"]))


@pytest.mark.parametrize("way", ["move", "merge"])
def test_what_cannot_be_is_refused_on_the_form(
    client: Client, towns: SimpleNamespace, way: str
) -> None:
    here, there = towns.here, towns.there
    field = "parent" if way == "move" else "into"
    enter(client, here.admin)
    for place in (there.subdistrict, here.grid, here.community):
        page = change(client, here.community, way, **{field: place.code}, **YES)
        assert page.status_code in (409, 422), place
        assert "alert" in page.content.decode()
    assert change(client, here.community, way, **YES).status_code == 422
    assert fresh(here.community).parent == here.subdistrict
    assert fresh(here.community).ends_on is None


def test_a_target_in_another_city_is_refused_even_to_who_keeps_both(
    client: Client, towns: SimpleNamespace
) -> None:
    here, there = towns.here, towns.there
    both = staff("system_administrator", here.city, name="程两地")
    GrantFactory.create(account=both, role="system_administrator", place=there.city)
    enter(client, both)
    page = change(client, here.community, "move", parent=there.subdistrict.code, **YES)
    assert page.status_code == 422
    assert "within its city" in text_of(page)
    page = change(client, here.community, "merge", into=there.community.code, **YES)
    assert "within its city" in text_of(page)


def test_days_out_of_order_are_refused(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    place = towns.here.community
    change(client, place, "rename", name="新华社区", **YES)
    early = (TODAY - dt.timedelta(days=3)).isoformat()
    page = change(client, place, "rename", name="老新华社区", on=early, **YES)
    assert page.status_code == 422
    assert f"There is a change of {TODAY.isoformat()} already" in text_of(page)
    late = (TODAY + dt.timedelta(days=3)).isoformat()
    assert change(client, place, "rename", name="后新华", on=late, **YES).status_code == 422
    assert change(client, place, "rename", name="某", on="gestern", **YES).status_code == 422
    assert fresh(place).name == "新华社区"


def test_only_who_keeps_places_there_may(client: Client, towns: SimpleNamespace) -> None:
    place = towns.here.community
    enter(client, towns.here.clerk)
    page = client.get(f"/console/places/{place.code}/")
    assert not links_of(page, f"/{place.code}/change/")
    assert client.get(f"/console/places/{place.code}/change/rename/").status_code in (403, 404)
    assert change(client, place, "rename", name="新", **YES).status_code in (403, 404)
    enter(client, towns.there.admin)
    assert change(client, place, "rename", name="新", **YES).status_code == 404
    enter(client, towns.here.admin)
    assert client.get(f"/console/places/{place.code}/change/erase/").status_code == 404
    assert fresh(place).name == "柳荫社区"


def test_kind_and_tags_are_set_by_form_and_lists_filter_by_them(
    client: Client, towns: SimpleNamespace
) -> None:
    here = towns.here
    definition_keep("level", "community", COMMUNITY)
    enter(client, here.admin)
    form = text_of(client.get(f"/console/places/{here.community.code}/change/classify/"))
    assert "Village" in form
    assert "Resettled" in form
    shown = change(client, here.community, "classify", kind="village", tags=["relocation"])
    assert "Village, Resettled" in text_of(shown)
    change(client, here.community, "classify", kind="village", tags=["relocation"], **YES)
    place = fresh(here.community)
    assert (place.kind, place.tags) == ("village", ["relocation"])
    address = f"/console/places/{here.city.code}/below/community/"
    assert links_of(client.get(address), "kind=village")
    for only in ({"kind": "village"}, {"tag": "relocation"}):
        page = client.get(address, only)
        assert [one.code for one, _classed in page.context["rows"]] == [place.code]
    assert client.get(address, {"tag": "relocation", "kind": "urban"}).context["rows"] == []
    page = change(client, here.community, "classify", kind="castle", **YES)
    assert page.status_code == 422
    assert fresh(here.community).kind == "village"


def test_a_new_code_is_refused_where_it_is_taken(client: Client, towns: SimpleNamespace) -> None:
    here = towns.here
    enter(client, here.admin)
    taken = change(client, here.community, "recode", code=here.other_community.code, **YES)
    assert taken.status_code == 409
    done = change(client, here.community, "recode", code="519902001077", **YES)
    assert done["Location"] == "/console/places/519902001077/"
    assert PlaceAlias.objects.get().code == here.community.code
    assert fresh(here.grid).path.startswith(fresh(here.community).path)


@pytest.mark.parametrize(("language", "fits"), [("zh-hans", "都对得上"), ("en", "no gap")])
def test_the_boundaries_below_are_checked_on_the_page(
    client: Client, towns: SimpleNamespace, language: str, fits: str
) -> None:
    here = towns.here
    enter(client, here.admin, language)
    for grid, west in ((here.grid, 103.0), (here.other_grid, 103.1)):
        Place.objects.filter(pk=grid.pk).update(boundary=ground(west))
    assert fits in text_of(client.get(f"/console/places/{here.community.code}/"))
    Place.objects.filter(pk=here.other_grid.pk).update(boundary=ground(103.05))
    text = text_of(client.get(f"/console/places/{here.community.code}/"))
    assert fits not in text
    assert ("重叠50.0%" if language == "zh-hans" else "overlaps 第二网格 by 50.0%") in text


def ground(west: float) -> dict[str, Any]:
    """Half of the first community, from a meridian on."""
    return mapping(box(west, 29.0, west + 0.1, 29.2))

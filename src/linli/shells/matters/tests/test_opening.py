# SPDX-License-Identifier: MulanPSL-2.0
"""Beginning a matter in the browser: which procedures, where, and with what."""

from types import SimpleNamespace
from typing import Any

from linli.kernel.files.models import StoredFile
from linli.kernel.workflow.models import Matter
from linli.shells.matters.tests.conftest import SeenBy
from linli.shells.matters.tests.procedures import photo, window_items
from linli.shells.places.tests.towns import links_of, text_of

NEW = "/console/matters/new/"
HAZARD = f"{NEW}stairs/"


def given(city: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """The form as the dispatcher fills it in: subdistrict, then community, then grid."""
    places = {"own.place_1": city.community.code, "own.place_2": city.grid.code}
    filled = {"own.title": "台阶松动", "own.class": "flooding", "step": "第三级"}
    return {**places, **filled, **more}


def test_who_may_begin_it_finds_it(city: SimpleNamespace, seen_by: SeenBy) -> None:
    assert links_of(seen_by(city.dispatcher).get(NEW), HAZARD)
    page = seen_by(city.handler).get(NEW)
    assert not links_of(page, HAZARD)
    assert "No procedure that you could begin" in text_of(page)
    assert seen_by(city.handler).get(HAZARD).status_code == 404
    assert "appeal" not in {each.key for each in page.context["ready"]}


def test_what_waits_for_an_engine_is_named_and_cannot_be_clicked(
    city: SimpleNamespace, seen_by: SeenBy
) -> None:
    page = seen_by(city.clerk).get(NEW)
    assert "Residents decide" in text_of(page)
    assert "it waits for: votes and ballots" in text_of(page)
    assert not links_of(page, "stairs_vote")
    assert seen_by(city.clerk).get(f"{NEW}stairs_vote/").status_code == 404


def test_it_begins_where_it_was_said(city: SimpleNamespace, seen_by: SeenBy) -> None:
    client = seen_by(city.dispatcher)
    page = client.get(HAZARD)
    assert "Which stair" in text_of(page)
    assert city.community in page.context["selects"][0].choices
    answer = client.post(HAZARD, given(city))
    matter = Matter.objects.get(workflow="stairs")
    assert answer["Location"] == f"/console/matters/{matter.number}/"
    assert (matter.place, matter.class_key, matter.title) == (city.grid, "flooding", "台阶松动")
    assert matter.values == {"step": "第三级"}


def test_what_is_missing_is_said_and_nothing_is_lost(
    city: SimpleNamespace, seen_by: SeenBy
) -> None:
    client = seen_by(city.dispatcher)
    wide = client.post(HAZARD, {"own.title": "台阶松动", "step": "第三级"})
    assert wide.status_code == 422
    assert "Please choose a more exact place." in text_of(wide)
    empty = client.post(HAZARD, given(city, step=""))
    assert empty.status_code == 422
    assert "Please write: Which stair." in text_of(empty)
    assert "台阶松动" in empty.content.decode()
    assert empty.context["place"] == city.grid
    assert not Matter.objects.exists()


def test_a_class_of_elsewhere_is_refused(city: SimpleNamespace, seen_by: SeenBy) -> None:
    answer = seen_by(city.dispatcher).post(HAZARD, given(city, **{"own.class": "no_such"}))
    assert answer.status_code == 422
    assert "There is no such class here." in text_of(answer)


def test_a_place_of_others_is_not_taken(city: SimpleNamespace, seen_by: SeenBy) -> None:
    foreign = {"own.place_1": city.other_subdistrict.code, "own.place_2": ""}
    assert seen_by(city.dispatcher).post(HAZARD, given(city, **foreign)).status_code == 422
    assert not Matter.objects.exists()


def test_tables_and_photos_go_along(city: SimpleNamespace, seen_by: SeenBy) -> None:
    rows = {"seen.0.what": "裂缝", "seen.0.many": "2", "seen.1.what": "积水", "seen.2.what": ""}
    filled = given(city, picture=photo(), phone="13800132046", **rows)
    seen_by(city.dispatcher).post(HAZARD, filled)
    matter = Matter.objects.get(workflow="stairs")
    assert matter.values["seen"] == [{"what": "裂缝", "many": 2}, {"what": "积水"}]
    assert StoredFile.objects.get().owner_key == matter.number
    page = seen_by(city.dispatcher).get(f"/console/matters/{matter.number}/")
    assert "What 裂缝 · How many 2" in text_of(page)
    assert "kept sealed" in text_of(page)
    assert "13800132046" not in page.content.decode()
    assert links_of(page, f"/files/{StoredFile.objects.get().key}/")


def test_the_lists_of_places_go_down_without_script(city: SimpleNamespace, seen_by: SeenBy) -> None:
    client = seen_by(city.dispatcher)
    shown = client.post(HAZARD, given(city, **{"own.show": "places"}))
    assert shown.status_code == 200
    assert [select.chosen for select in shown.context["selects"]][:2] == [
        city.community.code,
        city.grid.code,
    ]
    headers = {"HX-Request": "true", "HX-Target": "place-list"}
    asked = {"own.place_1": city.community.code}
    part = client.get(HAZARD, asked, headers=headers).content.decode()
    assert city.grid.code in part
    assert "<html" not in part


def test_an_item_of_the_one_window_is_chosen_and_sets_the_limit(
    city: SimpleNamespace, seen_by: SeenBy
) -> None:
    window_items()
    client, address = seen_by(city.clerk), f"{NEW}stairs_item/"
    assert "Stair permit" in text_of(client.get(address))
    filled = {"own.place_1": city.grid.code}
    missing = client.post(address, filled)
    assert missing.status_code == 422
    assert "Please choose the item." in text_of(missing)
    client.post(address, {**filled, "own.service": "stair_permit"})
    matter = Matter.objects.get(workflow="stairs_item")
    assert matter.service_key == "stair_permit"
    assert matter.clocks.filter(name="promise").exists()
    assert "Stair permit" in text_of(client.get(f"/console/matters/{matter.number}/"))

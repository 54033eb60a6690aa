# SPDX-License-Identifier: MulanPSL-2.0
"""The pages of grids: read, pressed, and closed to everybody else."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base import clock
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.models import Place
from linli.modules.grids import services
from linli.modules.grids.models import CallUp, GridPlan
from linli.modules.grids.selectors import plans
from linli.modules.grids.terms import PlanState
from linli.modules.grids.tests.town import SIZE, Town, actor_of, build, staff


def _client(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    log_in(client, account)
    client.get("/look/", {"language": language, "next": "/portal/"})
    return client


@pytest.fixture
def clerk(town: Town) -> Account:
    """A clerk of the community with eight buildings."""
    build(town)
    return staff("community_clerk", town.community)


@pytest.fixture
def dispatcher(town: Town) -> Account:
    """Somebody of the subdistrict."""
    return staff("dispatcher", town.subdistrict, "何倩")


@pytest.fixture
def worker(town: Town) -> Account:
    """A grid worker of the first grid."""
    return staff("grid_worker", town.grids[0], "周立")


def _page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def _post(client: Client, page: str, /, *args: object, **sent: object) -> str:
    response = client.post(reverse(page, args=args), sent, follow=True)
    return response.content.decode()


def test_sizes_say_in_words_and_numbers_what_is_too_large_or_too_small(
    town: Town, clerk: Account, dispatcher: Account
) -> None:
    del clerk
    page = _page(_client(dispatcher), "console:grid_sizes", level="grid")
    assert "望海第一网格" in page
    assert "360户" in page.replace(" ", "")
    assert "少120户" in page.replace(" ", "")
    narrowed = _page(_client(dispatcher), "console:grid_sizes", level="grid", fit="under")
    assert "望海第一网格" not in narrowed
    assert "望海第二网格" in narrowed
    english = _page(_client(dispatcher, "en"), "console:grid_sizes", level="grid")
    assert "120 households too few" in english


def test_filters_by_kind_and_tag_stand_in_the_address(
    town: Town, clerk: Account, dispatcher: Account
) -> None:
    del clerk
    Place.objects.filter(pk=town.other.pk).update(kind="village", tags=["weak_economy"])
    for query in ({"kind": "village"}, {"tag": "weak_economy"}):
        page = _page(_client(dispatcher), "console:grid_sizes", **query)
        assert "灯塔社区" in page
        assert f'/console/grids/sizes/{town.community.code}/"' not in page


def test_a_place_shows_its_rule_with_clause_its_rows_and_who_looks_after_it(
    town: Town, clerk: Account, worker: Account
) -> None:
    del worker
    grid = _page(_client(clerk), "console:grid_size", town.grids[0].code)
    assert "望海1号楼" in grid
    assert "滨海" in grid
    assert "240" in grid
    assert "周立" in grid
    empty = _page(_client(clerk), "console:grid_size", town.grids[1].code)
    assert "还没有人管这个网格" in empty
    community = _page(_client(clerk), "console:grid_size", town.community.code)
    assert "网格之间没有空白，也没有重叠" in community
    assert "划分网格" in community


def test_who_may_not_see_people_sees_the_sums_alone(town: Town, clerk: Account) -> None:
    del clerk
    leader = staff("leader", town.subdistrict)
    page = _page(_client(leader), "console:grid_size", town.grids[0].code)
    assert "360" in page
    assert "望海1号楼" not in page


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("console:grid_sizes", "arbiter"),
        ("console:grid_plans", "grid_worker"),
        ("console:call_up_new", "community_clerk"),
    ],
)
def test_pages_are_closed_to_who_has_no_use_for_them(town: Town, name: str, role: str) -> None:
    place = {"arbiter": town.top, "grid_worker": town.grids[0]}.get(role, town.community)
    assert _client(staff(role, place)).get(reverse(name)).status_code == 404


def test_pages_of_another_place_are_not_there(town: Town, clerk: Account) -> None:
    plan = services.plan_draft(actor=actor_of(clerk), community=town.community)
    stranger = _client(staff("community_clerk", town.other))
    for name, args in (
        ("console:grid_size", [town.community.code]),
        ("console:grid_size", ["nowhere"]),
        ("console:grid_plan", [plan.pk]),
        ("console:grid_plan_sum", [plan.pk]),
        ("console:call_up", [1]),
        ("field:call_up", [1]),
    ):
        assert stranger.get(reverse(name, args=args)).status_code == 404
    refused = stranger.post(reverse("console:grid_plan_new"), {"community": town.community.code})
    assert refused.status_code == 404
    gone = _client(clerk).post(reverse("console:grid_plan_do", args=[plan.pk, "burn"]))
    assert gone.status_code == 404


def test_a_plan_is_drawn_up_proposed_and_approved_page_by_page(
    town: Town, clerk: Account, dispatcher: Account
) -> None:
    client = _client(clerk)
    assert "还没有方案" in _page(client, "console:grid_plans")
    _post(client, "console:grid_plan_new", community=town.community.code)
    plan = GridPlan.objects.get()
    _post(client, "console:grid_plan_do", plan.pk, "add", name="望海中网格")
    grid = plan.grids.get(name="望海中网格")
    ids = [building.pk for building in town.buildings[3:6]]
    page = _post(client, "console:grid_plan_do", plan.pk, "put", building=ids, grid=grid.pk)
    assert "180户" in page.replace(" ", "")
    page = _post(
        client,
        "console:grid_plan_do",
        plan.pk,
        "propose",
        starts_on="2026-03-10",
        reason="第一网格户数太多",
        draws_boundaries="yes",
    )
    assert "等上级审批" in page
    decider = _client(dispatcher)
    assert "望海社区" in _page(decider, "console:home")
    assert "批准" in _page(decider, "console:grid_plan", plan.pk)
    done = _post(decider, "console:grid_plan_do", plan.pk, "approve")
    assert "前后对照" in done
    assert Place.objects.get(pk=town.buildings[4].pk).parent == Place.objects.get(code=grid.code)


def test_every_other_button_of_a_plan_does_what_it_says(
    town: Town, clerk: Account, dispatcher: Account
) -> None:
    client = _client(clerk)
    plan = services.plan_draft(actor=actor_of(clerk), community=town.community)

    def press(what: str, **sent: object) -> str:
        return _post(client, "console:grid_plan_do", plan.pk, what, **sent)

    press("suggest", target="100")
    assert plan.grids.count() == 5
    added = plan.grids.filter(place=None).first()
    assert added is not None
    press("rename", grid=added.pk, name="望海小网格")
    assert plan.grids.filter(name="望海小网格").exists()
    press("drop", grid=added.pk)
    assert plan.grids.count() == 4
    press("put", building=[town.buildings[0].pk], grid="none")
    press("suggest", target="")
    assert plans.plan_view(plan).is_whole
    build(town, (0, 1))
    assert "之后楼栋有增减" in press("add")
    press("refresh")
    assert plans.plan_view(plan).is_whole
    empty = plan.grids.filter(buildings=None).first()
    assert empty is not None
    press("drop", grid=empty.pk)
    press("propose", starts_on="2026-03-20", reason="新楼交付")
    note = _post(
        _client(dispatcher), "console:grid_plan_do", plan.pk, "send-back", note="名字再想想"
    )
    assert "等上级审批" not in note
    assert "名字再想想" in _page(client, "console:grid_plan", plan.pk)
    press("withdraw", note="先放一放")
    plan.refresh_from_db()
    assert plan.state == PlanState.WITHDRAWN


@pytest.mark.parametrize(
    ("what", "sent", "said"),
    [
        ("put", {"grid": "none"}, "请选本社区的楼栋"),
        ("put", {"grid": "x", "building": ["1"]}, "请选网格"),
        ("suggest", {"target": "很多"}, "请填数字"),
        ("suggest", {"target": "0"}, "1到5000"),
        ("propose", {"starts_on": "", "reason": "x"}, "从哪天起"),
        ("propose", {"starts_on": "2020-01-01", "reason": "x"}, "今天起"),
        ("propose", {"starts_on": "2026-03-10", "reason": ""}, "为什么这样划"),
        ("rename", {"grid": "", "name": "x"}, "请选网格"),
    ],
)
def test_what_a_form_lacks_is_said_on_the_page(
    town: Town, clerk: Account, what: str, sent: dict[str, object], said: str
) -> None:
    plan = services.plan_draft(actor=actor_of(clerk), community=town.community)
    response = _client(clerk).post(reverse("console:grid_plan_do", args=[plan.pk, what]), sent)
    assert response.status_code == 422
    assert said in response.content.decode().replace(" ", "")


def test_numbers_are_counted_while_buildings_are_ticked(town: Town, clerk: Account) -> None:
    plan = services.plan_draft(actor=actor_of(clerk), community=town.community)
    grid = plan.grids.get(place=town.grids[1])
    query = f"building={town.buildings[0].pk}&building={town.buildings[1].pk}&grid={grid.pk}"
    address = reverse("console:grid_plan_sum", args=[plan.pk])
    page = _client(clerk, "en").get(f"{address}?{query}").content.decode()
    assert "2 buildings: 120 households, 120 residents" in page
    assert "240 households" in page
    assert "Fits" in page
    none = _client(clerk, "en").get(f"{address}?building=99999999&grid=none").content.decode()
    assert "0 buildings" in none


def _call(dispatcher: Account, town: Town, place: Place | None = None) -> CallUp:
    return services.call_up_raise(
        actor=actor_of(dispatcher),
        place=place or town.subdistrict,
        reason="暴雨红色预警",
        roles=["grid_worker", "community_clerk"],
        hours=2,
        ends_at=clock.now() + dt.timedelta(days=1),
    )


def test_people_are_called_up_after_a_second_look(
    town: Town, dispatcher: Account, worker: Account
) -> None:
    del worker
    client = _client(dispatcher)
    form = _page(client, "console:call_up_new")
    assert "网格员" in form
    sent = {
        "reason": "暴雨红色预警",
        "roles": ["grid_worker"],
        "hours": "2",
        "ends_at": "2026-03-11T10:00",
    }
    look = _post(client, "console:call_up_new", **sent)
    assert "1人" in look.replace(" ", "")
    assert not CallUp.objects.exists()
    page = _post(client, "console:call_up_new", **sent, confirmed="yes")
    assert "周立" in page
    assert CallUp.objects.get().place == town.subdistrict
    again = _page(client, "console:call_up_new")
    assert "先把它结束" in again


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hours": "多"}, "请填小时数"),
        ({"hours": "900"}, "1到72"),
        ({"ends_at": ""}, "最晚什么时候结束"),
        ({"roles": []}, "请选召集谁"),
        ({"reason": ""}, "说明原因"),
    ],
)
def test_a_call_up_that_lacks_something_keeps_what_was_typed(
    town: Town, dispatcher: Account, worker: Account, change: dict[str, object], said: str
) -> None:
    del worker
    sent: dict[str, object] = {
        "reason": "暴雨红色预警",
        "what": "查看低洼处",
        "roles": ["grid_worker"],
        "hours": "2",
        "ends_at": "2026-03-11T10:00",
        "confirmed": "yes",
        **change,
    }
    response = _client(dispatcher).post(reverse("console:call_up_new"), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page.replace(" ", "")
    assert "查看低洼处" in page


def test_a_grid_worker_sees_the_call_up_first_answers_and_checks_in(
    town: Town, dispatcher: Account, worker: Account
) -> None:
    call_up = _call(dispatcher, town)
    client = _client(worker)
    today = _page(client, "field:home")
    assert "暴雨红色预警" in today
    _post(client, "field:call_up_answer", call_up.pk, answer="coming")
    lon, lat = 117.0 + SIZE / 4, 39.0 + SIZE / 2
    elsewhere = client.post(
        reverse("field:call_up_check_in", args=[call_up.pk]),
        {"where": "map", "lon": "90", "lat": "30"},
    )
    assert elsewhere.status_code == 422
    page = _post(
        client, "field:call_up_check_in", call_up.pk, where="map", lon=str(lon), lat=str(lat)
    )
    assert "已经签到" in page
    part = call_up.called.get(account=worker)
    assert (part.came_to, part.has_position) == (town.grids[0], True)


def test_who_has_no_position_checks_in_by_the_list_and_who_cannot_come_says_why(
    town: Town, dispatcher: Account, worker: Account, clerk: Account
) -> None:
    call_up = _call(dispatcher, town)
    for bad in ("nan", "", "900"):
        refused = _client(worker).post(
            reverse("field:call_up_check_in", args=[call_up.pk]),
            {"where": "map", "lon": bad, "lat": "39.0"},
        )
        assert refused.status_code == 422
    _post(
        _client(worker),
        "field:call_up_check_in",
        call_up.pk,
        where="list",
        place=town.community.code,
    )
    assert call_up.called.get(account=worker).came_to == town.community
    called = _client(clerk)
    assert "暴雨红色预警" in _page(called, "console:home")
    empty = called.post(reverse("field:call_up_answer", args=[call_up.pk]), {"answer": "no"})
    assert empty.status_code == 422
    _post(called, "field:call_up_answer", call_up.pk, answer="not_coming", why_not="在外地")
    assert call_up.called.get(account=clerk).why_not == "在外地"


def test_each_figure_of_a_call_up_opens_exactly_its_people(
    town: Town, dispatcher: Account, worker: Account, clerk: Account
) -> None:
    call_up = _call(dispatcher, town)
    services.call_up_answer(
        actor=actor_of(worker), called=call_up.called.get(account=worker), is_coming=True
    )
    client = _client(dispatcher)
    answered = _page(client, "console:call_up", call_up.pk, set="answered")
    assert "周立" in answered
    assert "林晓雯" not in answered
    silent = _page(client, "console:call_up", call_up.pk, set="silent")
    assert "林晓雯" in silent
    assert "周立" not in silent
    assert "50%" in _page(client, "console:call_ups").replace(" ", "")
    odd = _page(client, "console:call_up", call_up.pk, set="nothing")
    assert "周立" in odd
    del clerk


def test_the_dispatcher_gives_places_signs_off_and_stands_down(
    town: Town, dispatcher: Account, worker: Account
) -> None:
    call_up, client = _call(dispatcher, town), _client(dispatcher)
    part = call_up.called.get(account=worker)

    def press(what: str, **sent: object) -> str:
        return _post(client, "console:call_up_do", call_up.pk, what, **sent)

    assert "还没有签到" in press("sign-off", called=part.pk)
    services.call_up_check_in(actor=actor_of(worker), called=part, place=town.community)
    press("assign", called=part.pk, place=town.grids[1].code)
    assert "望海第二网格" in _page(_client(worker), "field:call_up", call_up.pk)
    press("assign", called=part.pk, place="")
    part.refresh_from_db()
    assert part.assigned is None
    press("sign-off", called=part.pk)
    assert "结束" in press("stand-down", note="雨停了")
    call_up.refresh_from_db()
    assert not call_up.is_live
    assert "雨停了" in _page(_client(worker), "field:call_up", call_up.pk)
    assert client.post(reverse("console:call_up_do", args=[call_up.pk, "burn"])).status_code == 404


def test_a_leader_sees_on_the_cockpit_who_came(
    town: Town, dispatcher: Account, worker: Account
) -> None:
    del worker
    leader = staff("leader", town.subdistrict)
    client = _client(leader)
    assert "暴雨红色预警" not in _page(client, "cockpit:home")
    call_up = _call(dispatcher, town)
    page = _page(client, "cockpit:home")
    assert "暴雨红色预警" in page
    assert f"/console/grids/call-ups/{call_up.pk}/?set=silent" in page
    assert "结束召集" not in _page(client, "console:call_up", call_up.pk)


def test_a_list_asks_no_more_however_many_grids_it_has(
    town: Town, clerk: Account, dispatcher: Account
) -> None:
    del clerk
    client = _client(dispatcher)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _page(client, "console:grid_sizes", level="grid")
        return len(queries)

    asked()
    before = asked()
    for number in range(3, 20):
        PlaceFactory.create(
            code=f"{town.community.code}-g{number:02d}", level="grid", parent=town.community
        )
    assert asked() == before <= 26

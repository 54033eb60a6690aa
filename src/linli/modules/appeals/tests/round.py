# SPDX-License-Identifier: MulanPSL-2.0
"""Cases at every stage of their way, for tests of figures and pages."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from linli.base import clock
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.selectors import order_open
from linli.modules.appeals import services
from linli.modules.appeals.models import Case
from linli.modules.appeals.tests.town import actor_of, resident, staff

WHAT = "6号楼东侧的雨水井堵了，一下雨积水就没过脚踝。"
CONTACT = {"how": "phone", "reached": "yes", "note": "说好明天上午来"}
RESULT = {"outcome": "solved", "done": "清掏了雨水井", "reply": "已经疏通，请您看看。"}
MONDAY = dt.datetime(2026, 3, 9, 9, 0, tzinfo=clock.ZONE)
"""An ordinary Monday morning."""
MORNING = MONDAY + dt.timedelta(hours=2)
"""Two hours later, when the figures are read."""


def crew_of(city: SimpleNamespace) -> SimpleNamespace:
    """The people of the round at the small city."""
    return SimpleNamespace(
        city=city,
        dispatcher=staff("dispatcher", city.subdistrict, name="何倩"),
        stranger=staff("dispatcher", city.other_subdistrict, name="马超"),
        clerk=staff("community_clerk", city.community, name="林晓雯"),
        handler=staff("handler", city.district, city.water, name="郑国栋"),
        leader=staff("leader", city.district, name="苏敏"),
        arbiter=staff("arbiter", city.district, name="方正"),
        resident=resident(city.grid),
    )


def filed(crew: SimpleNamespace, **given: Any) -> Case:
    """Something the resident reported, at the first grid unless told where."""
    draft = {
        "what": WHAT,
        "place": crew.city.grid,
        "class_key": "flooding",
        "reporter": crew.resident,
        "spot": "6号楼东侧",
    }
    actor = actor_of(crew.resident.account)
    return services.appeal_file(actor=actor, draft=services.Draft(**(draft | given))).case


def fresh(case: Case) -> Case:
    """The case as it stands in the database."""
    return Case.objects.get(pk=case.pk)


def moved(crew: SimpleNamespace, case: Case, who: str, move: str, **values: Any) -> Case:
    """A button pressed by somebody of the crew."""
    now = fresh(case)
    services.case_move(
        actor=actor_of(getattr(crew, who)),
        case=now,
        move=move,
        expected_step=now.matter.step,
        values=values,
    )
    return fresh(case)


def accepted(crew: SimpleNamespace, **given: Any) -> Case:
    """A case that the water bureau has in hand."""
    case = moved(crew, filed(crew, **given), "dispatcher", "dispatch")
    order = order_open(case.matter)
    assert order is not None
    workflow.order_accept(actor=actor_of(crew.handler), order=order)
    return fresh(case)


def answered(crew: SimpleNamespace, **given: Any) -> Case:
    """A case that was answered and waits to be verified."""
    case = accepted(crew, **given)
    moved(crew, case, "handler", "contacted", **CONTACT)
    return moved(crew, case, "handler", "answer", **RESULT)


def rated(crew: SimpleNamespace, mark: str = "good", **given: Any) -> Case:
    """A case that went the whole round."""
    case = moved(crew, answered(crew, **given), "dispatcher", "pass", how="on_site")
    reasons = ("not_solved",) if mark in ("poor", "very_poor") else ()
    own = actor_of(crew.resident.account)
    services.appeal_rate(actor=own, appeal=case.appeals.get(), mark=mark, reasons=reasons)
    return fresh(case)


def month_of(crew: SimpleNamespace) -> None:
    """Cases of every sort over some weeks before MONDAY: done in time and late, good and bad,
    open, late.
    """
    tree = crew.city
    for days, place, make, given in (
        (12, tree.grid, rated, {}),
        (11, tree.grid, rated, {"mark": "poor"}),
        (10, tree.other_grid, rated, {"mark": "very_good"}),
        (9, tree.other_community, rated, {}),
        (7, tree.grid, filed, {}),
        (6, tree.grid, accepted, {}),
        (5, tree.other_grid, answered, {}),
    ):
        with clock.at(MONDAY - dt.timedelta(days=days)):
            make(crew, place=place, what=f"{days}天前，井又堵了", **given)
    with clock.at(MONDAY):
        accepted(crew, what="今天早上井堵了")
        filed(crew, what="今天楼道灯不亮", class_key="street_lights", place=tree.other_grid)


def month_make(city: SimpleNamespace) -> SimpleNamespace:
    """The crew with their superiors (`by_role`), after the weeks of `month_of`."""
    with clock.at(MONDAY - dt.timedelta(days=20)):
        crew = crew_of(city)
    month_of(crew)
    with clock.at(MORNING):
        crew.by_role = {
            "leader of the district": crew.leader,
            "dispatcher": crew.dispatcher,
            "dispatcher elsewhere": crew.stranger,
            "secretary": staff("community_secretary", city.community, name="宋书记"),
            "grid leader": staff("grid_leader", city.grid, name="齐网格长"),
            "administrator": staff("system_administrator", city.district, name="管理员"),
            "head of the water bureau": staff("leader", city.district, city.water, name="钱局长"),
        }
    return crew

# SPDX-License-Identifier: MulanPSL-2.0
"""What anybody may read of cases where a city has opened it, and of the classes they fall into.

A row says what sort of thing it was, in which community, on which days, and whether it was in time:
never what was said, by whom, or where exactly. Cases of classes that speak of a person's life
(relief, health, wages, quarrels), of confidential reporters and of children never appear, nor do
those without a class.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from linli.base import clock
from linli.kernel.forms import selectors as forms
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.sockets.outside import Column, OpenSet
from linli.kernel.workflow.models import Clock
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors.slices import CLOSING, CONTACT
from linli.modules.appeals.terms import ROOT_CLASS

PRIVATE_CLASSES = frozenset(
    {
        "civil_affairs",
        "health_care",
        "labor_security",
        "neighbor_disputes",
        "public_order",
        "fraud",
        "window_item",
    }
)
"""With all below them."""

COARSE = (Level.COMMUNITY, Level.SUBDISTRICT, Level.DISTRICT, Level.CITY)
"""The finest level that is told comes first."""


def case_rows(paths: Sequence[str], after: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """Cases at or below these places, by number."""
    public = {key for path in paths for key in _public_classes(path)}
    said = Appeal.objects.filter(Q(is_confidential=True) | Q(is_minor=True), case=OuterRef("pk"))
    rows = (
        Case.objects.below(*paths)
        .filter(~Exists(said), matter__number__gt=after, matter__class_key__in=public)
        .select_related("matter__place")
        .defer("matter__place__boundary")
        .order_by("matter__number")[:limit]
    )
    found = list(rows)
    clocks = _clocks([case.matter_id for case in found])
    homes = _coarse([case.matter.place for case in found])
    return [_row(case, homes[case.matter.place.path], clocks) for case in found]


def _public_classes(path: str) -> list[str]:
    tree = forms.class_tree(path)
    return [each.key for each in tree.under(ROOT_CLASS) if not PRIVATE_CLASSES & set(each.chain)]


def _row(case: Case, home: Place | None, clocks: Mapping[tuple[int, str], Clock]) -> dict[str, Any]:
    matter = case.matter
    class_found = forms.class_get(matter.class_key, matter.place.path)
    names = class_found.label if class_found is not None else {}
    return {
        "number": matter.number,
        "class": matter.class_key,
        "class_name": names.get("zh", ""),
        "community": home.code if home is not None else "",
        "community_name": home.name if home is not None else "",
        "opened": _day(matter.opened_at),
        "step": matter.step,
        "closed": _day(matter.ended_at),
        "response_in_time": _in_time(clocks.get((matter.pk, CONTACT))),
        "resolution_in_time": _in_time(clocks.get((matter.pk, CLOSING))),
    }


def _day(moment: dt.datetime | None) -> str | None:
    return None if moment is None else clock.local(moment).date().isoformat()


def _in_time(limit: Clock | None) -> bool | None:
    """Whether a limit was kept; None while it runs, or where there is none."""
    if limit is None:
        return None
    if limit.stopped_at is not None:
        return limit.stopped_at <= limit.due_at
    return False if limit.paused_at is None and limit.due_at < clock.now() else None


def _clocks(matters: Sequence[int]) -> dict[tuple[int, str], Clock]:
    rows = Clock.objects.filter(matter__in=matters, name__in=(CONTACT, CLOSING)).defer("derivation")
    return {(row.matter_id, row.name): row for row in rows}


def _coarse(found: Sequence[Place]) -> dict[str, Place | None]:
    """For each place by path its community, or what there is above: never finer."""
    known = places.places_by_codes({code for place in found for code in place.codes})
    homes = {}
    for place in found:
        by_level = {known[code].level: known[code] for code in place.codes if code in known}
        homes[place.path] = next((by_level[level] for level in COARSE if level in by_level), None)
    return homes


def class_rows(paths: Sequence[str], after: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """The classes of appeals in force at the first of these places, by key."""
    tree = forms.class_tree(paths[0] if paths else "")
    found = sorted(tree.under(ROOT_CLASS), key=lambda each: each.key)
    return [
        {
            "key": each.key,
            "part_of": each.part_of,
            "name": each.label.get("zh", ""),
            "name_en": each.label.get("en", ""),
        }
        for each in found
        if each.key > after
    ][:limit]


CASES = OpenSet(
    label={"zh": "办件", "en": "Cases"},
    description={
        "zh": "每个办件的类别、社区、起止日期和是否按时；"
        "不含说了什么、是谁、具体在哪里。"
        "涉及个人生活的类别、保密的和未成年人的不在其中。",
        "en": "Class, community, days and punctuality of each case; "
        "not what was said, by whom or where exactly. "
        "Classes about somebody's life, confidential cases and those of children are not in it.",
    },
    columns=(
        Column("number", "text", {"zh": "编号", "en": "Number"}),
        Column("class", "text", {"zh": "类别代码", "en": "Class"}),
        Column("class_name", "text", {"zh": "类别", "en": "Name of the class, in Chinese"}),
        Column("community", "text", {"zh": "社区代码", "en": "Code of the community"}),
        Column("community_name", "text", {"zh": "社区", "en": "Name of the community"}),
        Column("opened", "date", {"zh": "受理日期", "en": "Day it was taken in"}),
        Column("step", "text", {"zh": "现在的环节", "en": "Step it stands at"}),
        Column("closed", "date", {"zh": "办结日期", "en": "Day it ended"}),
        Column("response_in_time", "boolean", {"zh": "是否按时联系", "en": "Spoken with in time"}),
        Column("resolution_in_time", "boolean", {"zh": "是否按时办结", "en": "Answered in time"}),
    ),
    rows=case_rows,
)

CLASSES = OpenSet(
    label={"zh": "诉求类别", "en": "Classes of appeals"},
    description={
        "zh": "诉求按什么分类，上下级各是什么。",
        "en": "Into which classes appeals fall, and which lies below which.",
    },
    columns=(
        Column("key", "text", {"zh": "代码", "en": "Key"}),
        Column("part_of", "text", {"zh": "上级代码", "en": "Key of the class above"}),
        Column("name", "text", {"zh": "名称", "en": "Name, in Chinese"}),
        Column("name_en", "text", {"zh": "英文名称", "en": "Name, in English"}),
    ),
    rows=class_rows,
    needs_opening=False,
)

# SPDX-License-Identifier: MulanPSL-2.0
"""What anybody may read of cases where a city has opened it, and of the classes they fall into.

A row says what sort of thing it was, in which community of its day, on which days, and whether it
was in time: never what was said, by whom, or where exactly. Only cases of classes appear that the
city's packs call open (`MatterClass.is_open`), never those of confidential reporters and of
children, nor those without a class.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from linli.base import clock
from linli.kernel.forms import selectors as forms
from linli.kernel.places import asof
from linli.kernel.places.terms import Level
from linli.kernel.places.trees import tree_held
from linli.kernel.sockets.outside import Column, OpenSet
from linli.kernel.workflow.models import Clock
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors.slices import CLOSING, CONTACT
from linli.modules.appeals.terms import ROOT_CLASS

COARSE = (Level.COMMUNITY, Level.SUBDISTRICT, Level.DISTRICT, Level.CITY)
"""The finest level that is told comes first."""


@tree_held()
def case_rows(paths: Sequence[str], after: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """Cases that lay at or below these places on the day they came, by number."""
    said = Appeal.objects.filter(Q(is_confidential=True) | Q(is_minor=True), case=OuterRef("pk"))
    rows = (
        Case.objects.filter(_open_at(paths), ~Exists(said), matter__number__gt=after)
        .select_related("matter__place")
        .defer("matter__place__boundary")
        .order_by("matter__number")[:limit]
    )
    found = list(rows)
    clocks = _clocks([case.matter_id for case in found])
    homes = asof.told_then([_at(case) for case in found], COARSE)
    return [_row(case, homes[_at(case)], clocks) for case in found]


def _open_at(paths: Sequence[str]) -> Q:
    """The cases at these places of classes that are open there; where a place below has classes of
    its own, those alone say so.
    """
    found = Q(pk__in=[])
    for path in paths:
        below = forms.places_of_classes(path)
        lay_here = asof.below_each_day(path, moment="matter__opened_at", column="matter__place")
        for at in [path, *below]:
            keys = [each.key for each in forms.class_tree(at).under(ROOT_CLASS) if each.is_open]
            inner = Q(pk__in=[])
            for other in below:
                if other != at and other.startswith(at):
                    inner |= Q(matter__place__path__under=other)
            here = lay_here
            if at != path:
                here &= Q(matter__place__path__under=at)
            found |= here & ~inner & Q(matter__class_key__in=keys)
    return found


def _at(case: Case) -> asof.At:
    """Where and when a case came."""
    return case.matter.place.path, clock.local(case.matter.opened_at).date()


def _row(
    case: Case, home: asof.Standing | None, clocks: Mapping[tuple[int, str], Clock]
) -> dict[str, Any]:
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
        "zh": "每个办件的类别、受理时所在的社区、起止日期和是否按时；"
        "不含说了什么、是谁、具体在哪里。"
        "只含本市定为公开的类别；保密的和未成年人的不在其中。",
        "en": "Class, community at the time, days and punctuality of each case; "
        "not what was said, by whom or where exactly. Only classes that the city calls open; "
        "confidential cases and those of children are not in it.",
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

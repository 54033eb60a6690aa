# SPDX-License-Identifier: MulanPSL-2.0
"""Who is responsible here for this: the duty list and the class system in force at a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Message
from linli.base.spans import Span
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.classes import ClassTree, MatterClass
from linli.kernel.places.models import Place
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Definition as UnitDefinition
from linli.kernel.units.models import Unit
from linli.kernel.units.terms import Perm as UnitPerm
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.selectors import Duty
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import Chosen, place_chosen
from linli.shells.places.words import LevelWords
from linli.shells.procedures.lists import LISTS
from linli.shells.procedures.reading import bodies, clauses_said, in_force


@dataclass(frozen=True, slots=True)
class Served:
    """A unit that the duty list names: what it is called, the office that serves this place, and
    whether the reader may open its page.
    """

    key: str
    name: str
    unit: Unit | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of the duty list in words."""

    duty: Duty
    class_name: str
    kind: str
    sort: Message
    lead: Served
    support: tuple[Served, ...]
    clause: str


@console.page("procedures/duties/", name="duty_list", needs=Perm.VIEW)
@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """Who leads what at a place; with `class`, the answer for one class; with `unit`, its rows."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    tree = forms.class_tree(path)
    wanted = tree.classes.get(request.GET.get("class", ""))
    unit_key = request.GET.get("unit", "")
    duties = workflow.duties_in_force(path)
    actor = actor_of(request)
    led = [duty for duty in duties if not unit_key or unit_key == duty.lead]
    rows = _rows(actor, at, tree, led)
    return render(
        request,
        "procedures/console/duties.html",
        at=at,
        rows=rows,
        wanted=wanted,
        wanted_key=wanted.key if wanted else "",
        answers=_answers(actor, at.place, tree, wanted) if at and wanted else [],
        options=[(one.key, "　" * (len(one.chain) - 1) + one.name) for one in _ordered(tree)],
        unit_key=unit_key,
        tab="duties",
    )


def _answers(actor: Actor, place: Place, tree: ClassTree, wanted: MatterClass) -> list[DutyRow]:
    """The rows that answer for a class at a place, the most fitting first."""
    found = workflow.duties_for(wanted.chain, place)
    chosen = Chosen(place, (), (), ())
    return _rows(actor, chosen, tree, found)


def _rows(
    actor: Actor, at: Chosen | None, tree: ClassTree, duties: Sequence[Duty]
) -> list[DutyRow]:
    path = at.place.path if at else EVERYWHERE
    keys = {key for duty in duties for key in (duty.lead, *duty.support)}
    served = units_serving(actor, keys, at.place if at else None)
    clauses = clauses_said((duty.clause for duty in duties), path)
    words = LevelWords.at(path)
    return [
        DutyRow(
            duty,
            tree.classes[duty.class_key].name if duty.class_key in tree.classes else duty.class_key,
            _kind_name(words, duty.where_kind),
            LISTS[duty.list],
            served[duty.lead],
            tuple(served[key] for key in duty.support),
            clauses[duty.clause],
        )
        for duty in duties
    ]


def units_serving(actor: Actor, keys: Iterable[str], place: Place | None) -> dict[str, Served]:
    """For each key of a unit the office that serves a place, and what it is called; two queries."""
    wanted = set(keys)
    path = place.path if place else EVERYWHERE
    nearest: dict[str, Unit] = {}
    if place is not None:
        for unit in units.units_choosable(place).filter(key__in=wanted):
            nearest.setdefault(unit.key, unit)
    named = bodies(UnitDefinition, units.KIND, ((key, path) for key in wanted))
    found = {
        key: Served(key, label(named.get((key, path), {})) or key, None)
        for key in wanted.difference(nearest)
    }
    for key, unit in nearest.items():
        is_open = bool(access.may(actor, UnitPerm.VIEW, at=unit.place))
        found[key] = Served(key, unit.name, unit, is_open)
    return found


def _kind_name(words: LevelWords, kind: str) -> str:
    """What a kind of place is called, whatever its level."""
    for body in words.bodies.values():
        if kind in body.get("kinds", {}):
            return label(body["kinds"][kind])
    return kind


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class with its limits in words."""

    key: str
    name: str
    is_urgent: bool
    limits: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


@console.page("procedures/classes/", name="class_list", needs=Perm.VIEW)
@require_GET
def class_list(request: HttpRequest) -> HttpResponse:
    """The class system in force at a place, with the limits that each class sets."""
    at = place_chosen(request, Perm.VIEW)
    path = at.place.path if at else EVERYWHERE
    tree = forms.class_tree(path)
    columns = _limit_names(path)
    roots: list[ClassLine] = []
    groups: list[tuple[ClassLine, list[ClassLine]]] = []
    for one in _ordered(tree):
        line = _line(one, columns)
        if one.part_of is None:
            roots.append(line)
        elif len(one.chain) == 2 or not groups:
            groups.append((line, []))
        else:
            groups[-1][1].append(line)
    page = "procedures/console/classes.html"
    return render(request, page, at=at, roots=roots, groups=groups, tab="classes")


def _ordered(tree: ClassTree) -> list[MatterClass]:
    """All classes, each after the one above it."""
    return [one for root in tree.children.get(None, ()) for one in tree.under(root)]


def _line(one: MatterClass, columns: Mapping[str, str]) -> ClassLine:
    language = get_language() or "zh"
    limits = tuple(
        (columns.get(column, column.replace("_", " ")), Span.parse(text).words(language))
        for column, text in one.limits.items()
    )
    return ClassLine(one.key, one.name, one.urgency == "urgent", limits, one.words)


def _limit_names(path: str) -> dict[str, str]:
    """What the columns of the class table are called: by the clocks that read them."""
    return {
        clock.limit.partition(".")[2]: label(clock.label.as_label())
        for row in in_force(Definition, "workflow", path)
        for clock in spec_of(row).clocks.values()
        if clock.limit.startswith("class.")
    }

# SPDX-License-Identifier: MulanPSL-2.0
"""Whoever totals by place asks `kernel.places.asof`: along the tree of now or of then, never along
paths of its own.

Looked for are rows grouped or counted at a place by the database, and sums in Python beside a path
that is taken apart. A function that does so must hand over to `asof`, or whoever calls it must.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping

import pytest

from linli.config.testing.source import Function, Source, calls, dotted, hold, named, sources

ASKED = re.compile(r"(^|\.)roll_up\w*$")
"""The functions that total along a tree; `asof.below` gives the rows behind a total."""

AT_A_PLACE = re.compile(r"(^|__)((place|dwelling|parent)(_id|__pk|__code)?|path|place_path)$")
"""Columns that say where a row lies."""

UNDER = re.compile(r"(^|__)path__under$|(^|__)place_path__under$")
GROUPS = {"values", "values_list"}
COUNTS = {"Count", "Sum", "Avg", "count", "aggregate", "counted"}
TAKEN_APART = {"prefixes", "public_code", "codes_of", "path_common", "is_under"}

_PLACES = "counts places themselves, as they stand today"
_BOUND = "whom a pack touches: packs are bound to tops, which gain and lose no ground"
ALLOWED = {
    "kernel.access.living": _BOUND,
    "kernel.units.living": _BOUND,
    "kernel.workflow.selectors.living": _BOUND,
    "shells.places.tree": _PLACES,
    "shells.grants.console": "roles held are shown at the very place where they are held",
}
"""Files whose functions count by place in another way, and why."""


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)


def _texts(call: ast.Call) -> Iterator[str]:
    return (
        each.value
        for each in call.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def _reads_places(call: ast.Call) -> bool:
    """Whether a call reads from rows where each lies."""
    return _name(call) in GROUPS and any(AT_A_PLACE.search(text) for text in _texts(call))


def _narrows(function: ast.AST) -> bool:
    """Whether the rows below a path are kept, without asking which they are along a tree."""
    return any(
        (_name(call) == "below" and name != "asof.below")
        or any(each.arg is not None and UNDER.search(each.arg) for each in call.keywords)
        for name, call in calls(function)
    )


def _sums_up(function: ast.AST) -> bool:
    """Whether something is added up in Python."""
    for node in ast.walk(function):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            return True
        if isinstance(node, ast.Call) and _name(node) in {"sum", "Counter", "update"}:
            return True
    return False


def _takes_paths_apart(function: ast.AST) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == "codes":
            return True
        if isinstance(node, ast.Call):
            if _name(node) in TAKEN_APART or _reads_places(node):
                return True
            asked = [*node.args, node.func]
            if _name(node) in {"startswith", "split", "partition", "rpartition"} and any(
                "path" in dotted(each) for each in asked
            ):
                return True
    return False


def _counts(function: ast.AST, own: Collection[str]) -> bool:
    """Whether the database counts rows; `own` are functions of the file itself."""
    return any(_name(call) in COUNTS - set(own) for _dotted, call in calls(function))


def _reads_any(function: ast.AST) -> bool:
    return any(_reads_places(call) for _dotted, call in calls(function))


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _asks(function: Function) -> bool:
    return any(ASKED.search(name) for name, _call in calls(function))


def _called(function: Function) -> set[str]:
    return {name.split(".")[-1] for name, _call in calls(function)}


def _reached(first: str, called: Mapping[str, set[str]]) -> set[str]:
    """The names of a function and of all in its file that it calls."""
    seen: set[str] = set()
    todo = [first]
    while todo:
        name = todo.pop()
        seen.add(name)
        todo += [one for one in called[name] & called.keys() if one not in seen]
    return seen


def totals_of_its_own(tree: ast.AST) -> list[str]:
    """The functions of a file that total by place without asking for a tree."""
    known = {each.name: each for each in _functions(tree)}
    asks = {name for name, each in known.items() if _asks(each)}
    called = {name: _called(each) for name, each in known.items()}
    reached = {name: _reached(name, called) for name in known}
    found = []
    for name, each in known.items():
        is_count = _counts(each, known)
        narrows = is_count and any(_narrows(known[one]) for one in reached[name])
        adds_up = (is_count and _reads_any(each)) or (_sums_up(each) and _takes_paths_apart(each))
        callers = {one for one in known if one != name and name in called[one]}
        is_handed_over = name.startswith("_") and bool(callers & asks) and callers <= asks
        if narrows or (adds_up and name not in asks and not is_handed_over):
            found.append(name)
    return found


def _looked_at() -> Iterator[Source]:
    for source in sources():
        is_floor = source.inside[0] in {"kernel", "engines", "modules", "shells"}
        if is_floor and source.inside[:2] != ("kernel", "places"):
            yield source


def _file(source: Source) -> str:
    return ".".join(source.inside)


def test_nobody_totals_along_paths_of_its_own() -> None:
    wrong = [
        f"{named(source.path)}: {name}"
        for source in _looked_at()
        for name in totals_of_its_own(source.tree)
        if _file(source) not in ALLOWED
    ]
    hold(wrong, "totals by place come from kernel.places.asof")


def test_nothing_is_allowed_that_needs_no_leave() -> None:
    needed = {_file(source) for source in _looked_at() if totals_of_its_own(source.tree)}
    assert needed >= ALLOWED.keys()


FOOLED = {
    "grouped by the database, summed by prefix": """
def rates(places, rows):
    found = _by_path(rows)
    return [_under(found, place) for place in places]
def _by_path(rows):
    counted = rows.values_list("matter__place__path").annotate(cases=Count("pk", distinct=True))
    return dict(counted.order_by("matter__place__path"))
def _under(by_path, place):
    return sum(cases for path, cases in by_path.items() if path.startswith(place.path))
""",
    "a counter by the code of the community": """
def places_counted(rows):
    told = rows.values("matter__place__path").annotate(count=Count("pk", distinct=True))
    counts = Counter()
    for row in told.values_list("matter__place__path", "count"):
        counts[public_code(row[0])] += row[1]
    return counts
""",
    "up the prefixes": """
def counted(paths, groups):
    found = dict.fromkeys(paths, 0)
    for above, households in groups:
        for path in prefixes(above or ""):
            if path in found:
                found[path] += households
    return found
""",
    "by the id of the place": """
def by_place(rows):
    return dict(rows.order_by().values_list("place_id").annotate(n=Count("pk")))
""",
    "in Python alone": """
def by_place(rows):
    found = defaultdict(int)
    for path in rows.values_list("place__path", flat=True):
        found[path] += 1
    return found
""",
    "the rows below a place, counted elsewhere in the file": """
def rows_at(place):
    return Case.objects.below(place.path)
def figure(place):
    return rows_at(place).filter(ended_at=None).count()
""",
    "by the lookup": """
def figure(place):
    return Matter.objects.filter(place__path__under=place.path).aggregate(n=Count("pk"))["n"]
""",
    "asked for one total, another beside it": """
def one(rows):
    return roll_up(rows, level="community")
def other(rows):
    return _grouped(rows)
def _grouped(rows):
    return dict(rows.values_list("place__path").annotate(n=Count("pk")))
""",
}


@pytest.mark.parametrize("text", FOOLED.values(), ids=FOOLED)
def test_totals_of_ones_own_are_found(text: str) -> None:
    assert totals_of_its_own(ast.parse(text))


def test_totals_along_a_tree_are_none_of_ones_own() -> None:
    text = """
def places_counted(rows):
    return asof.roll_up_public([(path, today, n) for path, n in _grouped(rows)])
def _grouped(rows):
    return rows.values_list("place__path").annotate(n=Count("pk"))
def figure(place):
    return Case.objects.filter(asof.below(place.path)).count()
"""
    assert totals_of_its_own(ast.parse(text)) == []

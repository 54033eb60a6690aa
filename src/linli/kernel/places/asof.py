# SPDX-License-Identifier: MulanPSL-2.0
"""The tree as it was on a day, and totals along the tree of then or of now.

A report for a month gone by adds up as it did (`THEN`), or as the same rows would under today's
tree (`NOW`): nothing is lost between the two but what a split cannot say, which is then counted at
the nearest place above both pieces.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.base import clock
from linli.base.definitions import prefixes
from linli.kernel.places.models import Place, PlaceAlias, PlaceQuerySet, PlaceTerm
from linli.kernel.places.rules import codes_of, public_code
from linli.kernel.places.trees import path_then, terms_at, tree_held, tree_known

NOW, THEN = "now", "then"

At = tuple[int | str, dt.date]
"""The place a row hangs on, by its id or by its path of today, and its day."""

Row = tuple[int | str, dt.date, int]
"""The same, and what the row counts."""


@dataclass(frozen=True)
class Standing:
    """What a place was called, where it lay and what it counted as on a day."""

    name: str
    path: str
    kind: str = ""
    tags: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code it had."""
        return codes_of(self.path)[-1]


def as_of(place: Place, day: dt.date) -> Standing:
    """How a place was called, where it lay and what it counted as on a day."""
    term = PlaceTerm.objects.filter(place=place, until__gte=day).order_by("until", "pk").first()
    return _standing(term or place)


def _standing(row: Place | PlaceTerm) -> Standing:
    return Standing(row.name, row.path, row.kind, tuple(row.tags))


def children_then(
    place: Place, day: dt.date, within: PlaceQuerySet
) -> list[tuple[Place, Standing]]:
    """The places right below one on a day, each as it stood then, in code order.

    `within` is what the reader may see. A place that has gone elsewhere since is among them.
    """
    above = as_of(place, day).path
    then: dict[int, PlaceTerm] = {}
    later = PlaceTerm.objects.filter(until__gte=day)
    for term in later.filter(path__under=above).order_by("until", "pk"):
        then.setdefault(term.place_id, term)
    moved_away = {pk for pk, term in then.items() if term.path.count("/") == above.count("/") + 1}
    now = within.filter(parent=place).exclude(pk__in=later.values("place_id"))
    rows = [*now.on(day), *within.filter(pk__in=_first_terms(moved_away, then, day)).on(day)]
    found = [(row, _standing(then.get(row.pk, row))) for row in rows]
    return sorted(found, key=lambda pair: pair[1].path)


def _first_terms(places: set[int], then: dict[int, PlaceTerm], day: dt.date) -> list[int]:
    """Of some places those whose very first term after a day is the one known: it lay there."""
    first: dict[int, int] = {}
    rows = PlaceTerm.objects.filter(place_id__in=places, until__gte=day).order_by("until", "pk")
    for pk, term_id in rows.values_list("place_id", "pk"):
        first.setdefault(pk, term_id)
    return [pk for pk in places if first[pk] == then[pk].pk]


def roll_up(rows: Iterable[Row], *, level: str, tree: str = THEN) -> dict[str, int]:
    """Sums by the path of the ancestor at a level, along the tree of each row's day or of now.

    Rows whose place has no such ancestor count under the path of their own top. The total over the
    result is the total over the rows, whichever tree is asked for. Raises ValueError for another
    tree.
    """
    counted = _counted(list(rows), tree)
    levels = _levels({code for path, _count in counted for code in codes_of(path)})
    found: dict[str, int] = defaultdict(int)
    for path, count in counted:
        found[_at_level(path, level, levels)] += count
    return dict(found)


def roll_up_public(rows: Iterable[Row], *, tree: str = NOW) -> dict[str, int]:
    """Sums by the code that anybody may be told: the community's or of what lies above, never
    finer. The total is the total over the rows. Raises ValueError for another tree.
    """
    found: dict[str, int] = defaultdict(int)
    for path, count in _counted(list(rows), tree):
        found[public_code(path)] += count
    return dict(found)


@tree_held()
def roll_up_at(
    sets: Mapping[str, Iterable[Row]], *, paths: Iterable[str], tree: str = NOW
) -> dict[str, dict[str, int]]:
    """For each set of rows the sums at each of some places, given by their paths of today: what
    counts there and below along the tree of each row's day or of now.

    A row that a split left behind counts with the place above the pieces and with none of them.
    Raises ValueError for another tree.
    """
    wanted = list(dict.fromkeys(paths))
    given = {name: list(rows) for name, rows in sets.items()}
    owners = {path: path for path in wanted}
    if tree == THEN and not all(_is_of_now(rows) for rows in given.values()):
        terms = terms_at(wanted)
        owners |= {then: path for path in wanted for _until, then in terms.get(path, ())}
    found = {name: dict.fromkeys(wanted, 0) for name in given}
    for name, rows in given.items():
        for path, count in _counted(rows, tree):
            for at in {owners[above] for above in prefixes(path) if above in owners}:
                found[name][at] += count
    return found


def _is_of_now(rows: Iterable[Row]) -> bool:
    """Whether nothing has changed since the days of some rows."""
    tree = tree_known()
    return all(tree.is_of_now(day) for _place, day, _count in rows)


def told_then(rows: Collection[At], levels: Sequence[str]) -> dict[At, Standing | None]:
    """For each row the place of the first of some levels at which it counted on its day, as it was
    called then; None where there is none of them.
    """
    paths = _paths_counted(rows)
    known = _known({code for path in paths.values() for code in codes_of(path)})
    terms = PlaceTerm.objects.filter(place__in={each.pk for each in known.values()})
    names: dict[int, list[tuple[dt.date, str]]] = defaultdict(list)
    for pk, until, name in terms.order_by("until", "pk").values_list("place", "until", "name"):
        names[pk].append((until, name))
    found: dict[At, Standing | None] = {}
    for row, path in paths.items():
        above = {known[path_.split("/")[-2]].level: path_ for path_ in prefixes(path)[:-1]}
        at = next((above[level] for level in levels if level in above), None)
        found[row] = None
        if at is not None:
            place = known[codes_of(at)[-1]]
            found[row] = Standing(path_then(names[place.pk], row[1]) or place.name, at)
    return found


def below(path: str, *, on: dt.date | None = None, column: str = "place", lies: str = "") -> Q:
    """The rows that count at a place and below it along the tree of a day (today), as a condition
    on the column that names their place: those that `roll_up_at` sums there. `lies` is the column
    that copies the place's path, where there is one.
    """
    here = lies or f"{column}__path"
    if not _may_change(path):
        return Q(**{f"{here}__under": path})
    day, tree = on or clock.today(), tree_known()
    turned = tree.turned(day, codes_of(path)[0])
    if tree.is_of_now(day):
        return _along(here, (path,), [(one.now, one.counts) for one in turned])
    ever = tree.paths_ever(path)
    moved = _in_force(day, codes_of(path)[0])
    lay = moved.filter(_along("path", ever, [(one.then, one.counts) for one in turned]))
    stands = _along(here, ever, [(one.now, one.counts) for one in turned])
    is_moved, is_below = (Q(**{f"{column}__in": rows.values("place")}) for rows in (moved, lay))
    return (stands & ~is_moved) | is_below


def has_changed(path: str, since: dt.date) -> bool:
    """Whether what lies below a place may have been another on a day than it is now."""
    return _may_change(path) and not tree_known().is_of_now(since)


def _may_change(path: str) -> bool:
    """Whether a place may gain or lose ground: a top never does, nor does everywhere."""
    return len(codes_of(path)) > 1


@tree_held()
def below_each_day(path: str, *, moment: str, column: str = "place") -> Q:
    """The rows that counted at a place and below it each on its own day, which a column of moments
    tells.
    """
    days = tree_known().days if _may_change(path) else ()
    starts = [None, *(dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE) for day in days)]
    found = Q(pk__in=[])
    for start, end in zip_longest(starts, starts[1:]):
        day = start.date() if start is not None else dt.date.min
        within = Q(**{f"{moment}__gte": start}) if start is not None else Q()
        if end is not None:
            within &= Q(**{f"{moment}__lt": end})
        found |= within & below(path, on=day, column=column)
    return found


def _in_force(day: dt.date, top: str) -> QuerySet[PlaceTerm]:
    """The terms below a top that tell how their places lay on a day."""
    later = PlaceTerm.objects.filter(until__gte=day)
    first = later.filter(place=OuterRef("place")).order_by("until", "pk").values("pk")[:1]
    return later.filter(path__under=f"{top}/", pk=Subquery(first)).order_by()


def _along(column: str, heads: Sequence[str], turned: Iterable[tuple[str, str]]) -> Q:
    """The rows below some paths, without what counts elsewhere and with what counts there instead;
    `turned` gives the paths of places that were not there, each with where its rows counted.
    """

    def is_below(path: str) -> bool:
        return any(path.startswith(head) for head in heads)

    roots = list(turned)
    standing = [head for head in heads if not any(head.startswith(root) for root, _at in roots)]
    found = Q(pk__in=[])
    for head in standing:
        found |= Q(**{f"{column}__under": head})
    known: list[tuple[str, bool]] = [(head, True) for head in standing]
    for root, at in sorted(roots):
        around = [pair for pair in known if root.startswith(pair[0])]
        is_in = max(around, key=lambda pair: len(pair[0]))[1] if around else False
        if is_below(at) != is_in:
            known.append((root, not is_in))
            under = Q(**{f"{column}__under": root})
            found = found & ~under if is_in else found | under
    return found


def _counted(rows: Sequence[Row], tree: str) -> list[tuple[str, int]]:
    """For each row the path at which it counts, and what it counts."""
    if tree not in (NOW, THEN):
        raise ValueError(f'"{tree}" is no tree: "{NOW}" or "{THEN}"')
    today = clock.today()
    wanted = [(place, today if tree == NOW else day) for place, day, _count in rows]
    paths = _paths_counted(wanted)
    return [(paths[pair], row[2]) for pair, row in zip(wanted, rows, strict=True)]


def _paths_counted(wanted: Collection[At]) -> dict[At, str]:
    """Where a row that hangs on a place counts on a day, for many."""
    tree = tree_known()
    ids = {place for place, _day in wanted if isinstance(place, int)}
    paths: dict[int | str, str] = {place: place for place, _day in wanted if isinstance(place, str)}
    if ids:
        paths |= dict(Place.objects.filter(pk__in=ids).values_list("pk", "path"))
    moved = {paths[place] for place, day in wanted if not tree.is_of_now(day)}
    terms = terms_at(moved) if moved else {}
    found = {}
    for place, day in set(wanted):
        now = paths[place]
        found[place, day] = tree.counts_at(path_then(terms.get(now, ()), day) or now, day)
    return found


def _known(codes: Collection[str]) -> dict[str, Place]:
    """The place that has each code, or had it before."""
    found = Place.objects.plain().in_bulk(list(codes), field_name="code")
    aliases = PlaceAlias.objects.filter(code__in=set(codes) - found.keys())
    return found | {each.code: each.place for each in aliases.select_related("place")}


def _levels(codes: Collection[str]) -> dict[str, str]:
    """The level of the place that has each code, or had it before."""
    found = dict(Place.objects.filter(code__in=codes).values_list("code", "level"))
    if len(found) < len(codes):
        former = PlaceAlias.objects.filter(code__in=set(codes) - found.keys())
        found |= dict(former.values_list("code", "place__level"))
    return found


def _at_level(path: str, level: str, levels: Mapping[str, str]) -> str:
    """The path of the ancestor of a level, else that of the top."""
    codes = codes_of(path)
    for number, code in enumerate(codes, start=1):
        if levels.get(code) == level:
            return "/".join(codes[:number]) + "/"
    return f"{codes[0]}/" if codes else path


class Change(StrEnum):
    """What may happen to a place in the course of time."""

    BEGUN = "begun"
    RENAMED = "renamed"
    MOVED = "moved"
    RECODED = "recoded"
    CLASSIFIED = "classified"
    CAME_FROM = "came_from"
    SPLIT = "split"
    MERGED = "merged"
    ENDED = "ended"


@dataclass(frozen=True)
class Turn:
    """Something that happened to a place on a day: how it stood before and after, and the other
    places concerned: those above before and after a move, those that came of it or before it.
    """

    on: dt.date
    change: Change
    before: Standing | None = None
    after: Standing | None = None
    others: tuple[Place, ...] = ()


def history(place: Place) -> list[Turn]:
    """What has happened to a place, the latest first."""
    terms = list(PlaceTerm.objects.filter(place=place).order_by("until", "pk"))
    standings = [*(_standing(term) for term in terms), _standing(place)]
    found = []
    for term, before, after in zip(terms, standings, standings[1:], strict=False):
        on = term.until + dt.timedelta(days=1)
        found += [Turn(on, change, before, after) for change in _changes(before, after)]
    found = _with_above(found)
    if place.starts_on is not None:
        found.append(Turn(place.starts_on, Change.BEGUN))
    before_it = place.predecessions.select_related("place").order_by("place__code")
    came = [(row.on, row.place) for row in before_it]
    went = _went(place) if place.ends_on is not None else []
    for on in sorted({day for day, _other in came}):
        others = tuple(other for day, other in came if day == on)
        found.append(Turn(on, Change.CAME_FROM, others=others))
    if went:
        change = Change.SPLIT if len(went) > 1 else Change.MERGED
        found.append(Turn(went[0][0], change, others=tuple(other for _day, other in went)))
    elif place.ends_on is not None:
        found.append(Turn(place.ends_on, Change.ENDED))
    return sorted(found, key=lambda turn: turn.on, reverse=True)


def _went(place: Place) -> list[tuple[dt.date, Place]]:
    """What came after a place that ended, with the day."""
    rows = place.successions.select_related("successor").order_by("successor__code")
    return [(row.on, row.successor) for row in rows]


def _changes(before: Standing, after: Standing) -> Iterable[Change]:
    if before.name != after.name:
        yield Change.RENAMED
    if codes_of(before.path)[-2:-1] != codes_of(after.path)[-2:-1]:
        yield Change.MOVED
    if before.code != after.code:
        yield Change.RECODED
    if (before.kind, before.tags) != (after.kind, after.tags):
        yield Change.CLASSIFIED


def _with_above(turns: Iterable[Turn]) -> list[Turn]:
    """The same, each move with the place above before and after it as far as they are known."""
    rows = list(turns)
    wanted: dict[Turn, list[str]] = {turn: [] for turn in rows if turn.change is Change.MOVED}
    codes: set[str] = set()
    for turn, above in wanted.items():
        for standing in (turn.before, turn.after):
            above.extend(codes_of(standing.path)[-2:-1] if standing is not None else [])
        codes.update(above)
    known = {row.code: row for row in Place.objects.plain().filter(code__in=codes)}
    aliases = PlaceAlias.objects.filter(code__in=codes - known.keys()).select_related("place")
    known |= {alias.code: alias.place for alias in aliases}
    return [
        replace(turn, others=tuple(known[code] for code in wanted[turn] if code in known))
        if turn in wanted
        else turn
        for turn in rows
    ]

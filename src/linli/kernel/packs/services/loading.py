# SPDX-License-Identifier: MulanPSL-2.0
"""Loading a pack: all or nothing, through the owners of its definitions, safe to do twice."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Invalid
from linli.base.putting import definitions_loading
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.packs.checking import Checked, Known, day_of, pack_check
from linli.kernel.packs.dating import LIVING_KINDS, Put, Stored, dated, ground, puts
from linli.kernel.packs.diffing import Weight, changes_between
from linli.kernel.packs.drafts import load_in_force
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.rows import Row, Standing, row_plain, stated
from linli.kernel.packs.terms import BASE, CALENDAR_KINDS, ORDER, Event, Perm, Verb
from linli.kernel.places import selectors as places
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import PackContext

Body = dict[str, Any]


@dataclass(frozen=True)
class LoadReport:
    """What a load did: how many rows of each kind were new; nothing where the pack stood
    already.
    """

    pack: str
    version: str
    place_path: str
    new: dict[str, int]
    load_id: int | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.new)


@dataclass(frozen=True)
class Version:
    """A version of a pack that is to be in force at a place, with the files that say it."""

    pack: str
    version: str
    path: str
    rows: Sequence[Row]
    known: Known = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    base: str = ""


@transaction.atomic
def pack_load(*, actor: Actor, folder: Path) -> LoadReport:
    """Check a pack and keep every definition of it and of its base.

    Raises Invalid with the first problems if the pack does not hold together, and with every
    change that must not be made if it follows a version in force; nothing is then written.
    """
    access.require(actor, Perm.LOAD, at=EVERYWHERE)
    checked = pack_check(folder)
    ensure_sound(checked)
    if checked.base is not None:
        ensure_sound(checked.base)
        _keep_checked(actor, checked.base)
    return _keep_checked(actor, checked)


def ensure_sound(checked: Checked) -> None:
    """Refuse a pack with problems, naming the first ten."""
    if checked.problems:
        lines = "\n".join(str(problem) for problem in checked.problems[:10])
        message = _("The pack %(pack)s cannot be loaded:") % {"pack": checked.files.id}
        raise Invalid(f"{message}\n{lines}", code="pack_broken")


@transaction.atomic
def pack_restore(*, actor: Actor, pack: str, version: str) -> LoadReport:
    """Put a version that was loaded once in force again, from today.

    Raises Invalid if that version was never loaded here, or would take away what is used by now.
    """
    access.require(actor, Perm.LOAD, at=EVERYWHERE)
    stored = PackLoad.objects.filter(pack=pack, version=version).exclude(bodies={}).first()
    if stored is None:
        message = _("%(pack)s@%(version)s was never loaded here.")
        raise Invalid(message % {"pack": pack, "version": version}, code="version_unknown")
    given = [Row.from_json(*one) for one in stored.bodies.items()]
    rows = [row for row in given if row.standing is not Standing.RETURNED]
    again = Version(pack, version, stored.place_path, rows)
    _ensure_loadable(again, from_today=True)
    return version_keep(actor, replace(again, files=stored.files, base=stored.base_version))


def _keep_checked(actor: Actor, checked: Checked) -> LoadReport:
    fresh = version_of_checked(checked, _place_path(checked))
    _ensure_loadable(fresh)
    return version_keep(actor, fresh)


def _ensure_loadable(fresh: Version, *, from_today: bool = False) -> None:
    """Refuse a version that changes what must not change under people, matters and records.

    `from_today` says that it holds from today whatever first days it names.
    """
    before = load_before(fresh)
    if before is None or _stands(before, fresh):
        return
    old = stated(before.bodies)
    new = stated({row.name: row_plain(row) for row in fresh.rows})
    if from_today:
        new |= {name: _first_day_of(old.get(name), body) for name, body in new.items()}
    below = stated(_below(fresh)).items()
    falls_back = {name: body for name, body in below if body and _kind(name) not in LIVING_KINDS}
    changes = changes_between(old, new, falls_back, fresh.path)
    refused = [change for change in changes if change.weight is Weight.REFUSED]
    if refused:
        lines = "\n".join(str(change) for change in refused)
        message = _(
            "%(pack)s cannot be put in force as it stands. What people, matters or records still "
            "use is retired and said anew under another name, and a first day is today or later."
        )
        raise Invalid(f"{message % {'pack': fresh.pack}}\n{lines}", code="load_refused")


def _kind(name: str) -> str:
    return name.partition(":")[0]


def _first_day_of(old: Body | None, new: Body | None) -> Body | None:
    """A definition that comes back, with the first day that it names now if its own has passed."""
    if new is None or str(new.get("from", "9")) >= clock.today().isoformat():
        return new
    given = {part: value for part, value in new.items() if part != "from"}
    return given | {"from": old["from"]} if old is not None and "from" in old else given


def version_of_checked(checked: Checked, path: str) -> Version:
    """A pack without problems as it is put in force at a place."""
    files = checked.files
    rows = [
        Row.of(entry, checked.context(entry, path))
        for entry in files.entries
        if entry.name in checked.bodies and registry.grammar(entry.kind) is not None
    ]
    since = checked.context(files.of_kind("pack")[files.id]).starts_on
    for name, entry in checked.removed.items():
        body = checked.base_body(name) or {}
        starts_on = day_of(entry.body.get("from")) or since
        clause = str(entry.body.get("clause") or body.get("clause", ""))
        kept = (entry.kind, entry.key, dict(body), starts_on, None, clause, entry.position)
        rows.append(Row(*kept, standing=Standing.REMOVED))
    return Version(
        files.id,
        files.version,
        path,
        rows,
        checked.known,
        files={name: content.decode() for name, content in files.files.items()},
        base=checked.base.files.version if checked.base is not None else "",
    )


def version_keep(
    actor: Actor,
    fresh: Version,
    *,
    account_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> LoadReport:
    """Put rows in force, and take out of force what the version before had and this has not.

    The caller has checked that the actor may; `account_id` is who answers for it where that is
    somebody else, `detail` goes on the record.
    """
    pack, version, path = fresh.pack, fresh.version, fresh.path
    before = load_in_force(pack)
    if before is not None and _stands(before, fresh):
        return LoadReport(pack, version, path, {})
    writer = _Writer(Actor.pack(pack, version), fresh)
    rows, wanted = _wanted(fresh)
    with definitions_loading():
        for one in wanted:
            writer.put(one.row, is_gone=one.is_gone)
    new = dict(+writer.new)
    load = PackLoad.objects.create(
        pack=pack,
        version=version,
        place_path=path,
        loaded_at=clock.now(),
        account_id=account_id or actor.account_id,
        counts=new,
        bodies=cast("Any", {row.name: row.to_json() for row in rows}),
        files=cast("Any", dict(fresh.files)),
        base_version=fresh.base,
    )
    said = {"pack": pack, "version": version, "new": sum(new.values()), **(detail or {})}
    audit.record(actor, Verb.PACK_LOADED, on=("pack", pack), at=path, detail=said)
    days = sum(new.get(kind, 0) for kind in CALENDAR_KINDS) if before is not None else 0
    events.announce(
        Event.PACK_LOADED, place_path=path, pack=pack, version=version, at=path, days=days
    )
    return LoadReport(pack, version, path, new, load.pk)


def version_try(fresh: Version, names: Collection[str], on: dt.date) -> None:
    """Put these definitions of a version in force on a day and the next, without keeping that it
    was loaded: for whoever tries something with it and rolls it all back.

    Each is put in once a day, so that it is newer than whatever began on that day.
    """
    writer = _Writer(Actor.pack(fresh.pack, fresh.version), fresh)
    rows, gone = _parted(fresh, load_before(fresh))
    given = [(row, row.standing is Standing.REMOVED) for row in rows]
    wanted = [one for one in [*given, *((row, True) for row in gone)] if one[0].name in names]
    for row, is_gone in sorted(wanted, key=lambda one: _rank(one[0])):
        for day in () if row.kind in NOT_TRIED else (on, on + dt.timedelta(days=1)):
            writer.put(replace(row, starts_on=day), is_gone=is_gone)


NOT_TRIED = ("pack", "source", "story")
"""Kinds by which nothing in the city goes."""


def _stands(before: PackLoad, fresh: Version) -> bool:
    """Whether a version is in force already, on the base that is in force."""
    is_same = before.version == fresh.version and before.place_path == fresh.path
    return is_same and (not before.base_version or before.base_version == fresh.base)


def load_before(fresh: Version) -> PackLoad | None:
    """The load that a version follows at its place; None if it is the first there."""
    before = load_in_force(fresh.pack)
    return before if before is not None and before.place_path == fresh.path else None


def _below(fresh: Version) -> Stored:
    """The rows of the base that hold where a city's pack says nothing."""
    base = load_in_force(BASE) if fresh.path else None
    return base.bodies if base is not None else {}


def _wanted(fresh: Version) -> tuple[list[Row], list[Put]]:
    """The rows of a version with their first days, and everything to be put for them, in order."""
    before, today = load_before(fresh), clock.today()
    rows, gone = _parted(fresh, before)
    rows.sort(key=_rank)
    if before is None:
        return rows, [Put(row, row.standing is Standing.REMOVED) for row in rows]
    rows = dated(rows, before.bodies, today)
    over = ground(before.bodies, _below(fresh), fresh.path, today)
    return rows, list(puts(rows, gone, over))


def _rank(row: Row) -> int:
    """Owners come before those who name what is theirs."""
    return ORDER.index(row.kind) if row.kind in ORDER else len(ORDER)


def _parted(fresh: Version, before: PackLoad | None) -> tuple[list[Row], list[Row]]:
    """The rows to put in force, and those of before that are over.

    What a city said and says no more is again as the base has it; what the base does not have
    either is over.
    """
    rows: list[Row] = list(fresh.rows)
    gone: list[Row] = []
    if before is None:
        return rows, gone
    names = {row.name for row in rows}
    missing = [Row.from_json(*one) for one in before.bodies.items() if one[0] not in names]
    below = _below(fresh) if missing else {}
    for row in missing:
        if row.kind in LIVING_KINDS or row.name not in below:
            gone.append(row)
        elif row.standing is Standing.RETURNED and row.body == below[row.name]["body"]:
            rows.append(row)
        else:
            again = Row.from_json(row.name, below[row.name])
            today = clock.today()
            rows.append(replace(again, starts_on=today, standing=Standing.RETURNED))
    return rows, gone


@dataclass
class _Writer:
    """Puts rows in force through their owners, and counts what was new."""

    actor: Actor
    fresh: Version
    new: Counter[str] = field(default_factory=Counter)

    def put(self, row: Row, *, is_gone: bool = False) -> None:
        """Put one row in force, or take it out of force."""
        grammar = registry.grammar(row.kind)
        if grammar is None:
            return
        context = PackContext(
            actor=self.actor,
            pack=self.fresh.pack,
            version=self.fresh.version,
            place_path=self.fresh.path,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            clause=row.clause,
            position=row.position,
            body=row.body,
            known=self.fresh.known,
            is_removed=is_gone,
        )
        spec = grammar.spec.model_validate(row.body)
        self.new[row.kind] += grammar.put(context, row.key, spec)


def _place_path(checked: Checked) -> str:
    code = checked.pack.get("place")
    if code is None:
        return EVERYWHERE
    standing = places.place_by_code(str(code))
    return standing.path if standing is not None else f"{code}/"

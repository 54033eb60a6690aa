# SPDX-License-Identifier: MulanPSL-2.0
"""Loading a pack: all or nothing, through the owners of its definitions, safe to do twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.rows import Row, Standing
from linli.kernel.packs.terms import BASE, CALENDAR_KINDS, ORDER, Event, Perm, Verb
from linli.kernel.places import selectors as places
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import PackContext


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


@transaction.atomic
def pack_load(*, actor: Actor, folder: Path) -> LoadReport:
    """Check a pack and keep every definition of it and of its base.

    Raises Invalid with the first problems if the pack does not hold together; nothing is then
    written.
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

    Raises Invalid if that version was never loaded here.
    """
    access.require(actor, Perm.LOAD, at=EVERYWHERE)
    stored = PackLoad.objects.filter(pack=pack, version=version).exclude(bodies={}).first()
    if stored is None:
        message = _("%(pack)s@%(version)s was never loaded here.")
        raise Invalid(message % {"pack": pack, "version": version}, code="version_unknown")
    newest = PackLoad.objects.filter(pack=pack).first() or stored
    rows = [_again(name, given, newest.bodies.get(name)) for name, given in stored.bodies.items()]
    again = Version(pack, version, stored.place_path, rows)
    return version_keep(actor, replace(again, files=stored.files, base=stored.base_version))


def _again(name: str, given: dict[str, Any], standing: dict[str, Any] | None) -> Row:
    """A row of a stored version: from today, unless it stands as it did."""
    row = Row.from_json(name, given)
    if standing is not None and standing["body"] == given["body"]:
        return replace(row, starts_on=Row.from_json(name, standing).starts_on)
    return replace(row, starts_on=max(row.starts_on, clock.today()))


def _keep_checked(actor: Actor, checked: Checked) -> LoadReport:
    return version_keep(actor, version_of_checked(checked, _place_path(checked)))


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
    before = PackLoad.objects.filter(pack=pack).first()
    if before is not None and _stands(before, fresh):
        return LoadReport(pack, version, path, {})
    writer = _Writer(Actor.pack(pack, version), fresh)
    rows, gone = _parted(fresh, before)
    order = {kind: at for at, kind in enumerate(ORDER)}
    with definitions_loading():
        for row in sorted(rows, key=lambda row: order.get(row.kind, len(order))):
            writer.put(row, is_gone=row.standing is Standing.REMOVED)
        for row in gone:
            writer.put(replace(row, starts_on=clock.today()), is_gone=True)
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


def _stands(before: PackLoad, fresh: Version) -> bool:
    """Whether a version is in force already, on the base that is in force."""
    is_same = before.version == fresh.version and before.place_path == fresh.path
    return is_same and (not before.base_version or before.base_version == fresh.base)


def _parted(fresh: Version, before: PackLoad | None) -> tuple[list[Row], list[Row]]:
    """The rows to put in force, and those of before that are over.

    What a city said and says no more is again as the base has it; what the base does not have
    either is over.
    """
    rows: list[Row] = list(fresh.rows)
    gone: list[Row] = []
    if before is None or before.place_path != fresh.path:
        return rows, gone
    names = {row.name for row in rows}
    missing = [Row.from_json(*one) for one in before.bodies.items() if one[0] not in names]
    base = PackLoad.objects.filter(pack=BASE).first() if missing and fresh.path else None
    below = base.bodies if base is not None else {}
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


LIVING_KINDS = ("place", "unit")
"""Kinds behind which something stands in the city that ends when no pack names it any more."""


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

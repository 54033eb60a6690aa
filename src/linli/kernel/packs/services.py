# SPDX-License-Identifier: MulanPSL-2.0
"""Loading a pack: all or nothing, through the owners of its definitions, safe to do twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Invalid
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.packs.checking import Checked, Known, pack_check
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.rows import Row
from linli.kernel.packs.terms import CALENDAR_KINDS, ORDER, Event, Perm, Verb
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
    return _keep(actor, Version(pack, version, stored.place_path, rows))


def _again(name: str, given: dict[str, Any], standing: dict[str, Any] | None) -> Row:
    """A row of a stored version: from today, unless it stands as it did."""
    row = Row.from_json(name, given)
    if standing is not None and standing["body"] == given["body"]:
        return replace(row, starts_on=Row.from_json(name, standing).starts_on)
    return replace(row, starts_on=max(row.starts_on, clock.today()))


def _keep_checked(actor: Actor, checked: Checked) -> LoadReport:
    path = _place_path(checked)
    rows = []
    for entry in checked.files.entries:
        if registry.grammar(entry.kind) is not None:
            context = checked.context(entry, path)
            rows.append(Row.of(entry, context))
    files = checked.files
    return _keep(actor, Version(files.id, files.version, path, rows, checked.known))


@dataclass(frozen=True)
class Version:
    """A version of a pack that is to be in force at a place."""

    pack: str
    version: str
    path: str
    rows: Sequence[Row]
    known: Known = field(default_factory=dict)


def _keep(actor: Actor, fresh: Version) -> LoadReport:
    """Put rows in force, and take out of force what the version before had and this has not."""
    pack, version, path, rows = fresh.pack, fresh.version, fresh.path, fresh.rows
    before = PackLoad.objects.filter(pack=pack).first()
    if before is not None and before.version == version and before.place_path == path:
        return LoadReport(pack, version, path, {})
    writer = _Writer(Actor.pack(pack, version), fresh)
    order = {kind: at for at, kind in enumerate(ORDER)}
    for row in sorted(rows, key=lambda row: order.get(row.kind, len(order))):
        writer.put(row)
    if before is not None and before.place_path == path:
        names = {row.name for row in rows}
        gone = [Row.from_json(*one) for one in before.bodies.items() if one[0] not in names]
        for row in gone:
            writer.put(replace(row, starts_on=clock.today()), is_gone=True)
    new = dict(+writer.new)
    PackLoad.objects.create(
        pack=pack,
        version=version,
        place_path=path,
        loaded_at=clock.now(),
        account_id=actor.account_id,
        counts=new,
        bodies=cast("Any", {row.name: row.to_json() for row in rows}),
    )
    detail = {"pack": pack, "version": version, "new": sum(new.values())}
    audit.record(actor, Verb.PACK_LOADED, on=("pack", pack), at=path, detail=detail)
    days = sum(new.get(kind, 0) for kind in CALENDAR_KINDS) if before is not None else 0
    events.announce(
        Event.PACK_LOADED, place_path=path, pack=pack, version=version, at=path, days=days
    )
    return LoadReport(pack, version, path, new)


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

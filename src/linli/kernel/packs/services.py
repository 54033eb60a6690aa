# SPDX-License-Identifier: MulanPSL-2.0
"""Loading a pack: all or nothing, through the owners of its definitions, safe to do twice."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Invalid
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.packs.checking import Checked, pack_check
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.selectors import load_newest
from linli.kernel.packs.terms import ORDER, Event, Perm, Verb
from linli.kernel.places import selectors as places
from linli.kernel.sockets import registry


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
        _keep(actor, checked.base)
    return _keep(actor, checked)


def ensure_sound(checked: Checked) -> None:
    """Refuse a pack with problems, naming the first ten."""
    if checked.problems:
        lines = "\n".join(str(problem) for problem in checked.problems[:10])
        message = _("The pack %(pack)s cannot be loaded:") % {"pack": checked.files.id}
        raise Invalid(f"{message}\n{lines}", code="pack_broken")


def _keep(actor: Actor, checked: Checked) -> LoadReport:
    pack, version = checked.files.id, checked.files.version
    loader = Actor.pack(pack, version)
    path = _place_path(checked)
    before = load_newest(pack)
    if before is not None and before.version == version and before.place_path == path:
        return LoadReport(pack, version, path, {})
    new = Counter[str]()
    order = {kind: at for at, kind in enumerate(ORDER)}
    entries = sorted(
        checked.files.entries, key=lambda e: (order.get(e.kind, len(order)), e.file, e.position)
    )
    for entry in entries:
        grammar = registry.grammar(entry.kind)
        if grammar is not None:
            context = replace(checked.context(entry, path), actor=loader)
            new[entry.kind] += grammar.put(context, entry.key, checked.specs[entry.name])
    PackLoad.objects.create(
        pack=pack,
        version=version,
        place_path=path,
        loaded_at=clock.now(),
        account_id=actor.account_id,
        counts=dict(+new),
    )
    detail = {"pack": pack, "version": version, "new": sum(new.values())}
    audit.record(actor, Verb.PACK_LOADED, on=("pack", pack), at=path, detail=detail)
    events.announce(Event.PACK_LOADED, place_path=path, pack=pack, version=version)
    return LoadReport(pack, version, path, dict(+new))


def _place_path(checked: Checked) -> str:
    code = checked.pack.get("place")
    if code is None:
        return EVERYWHERE
    standing = places.place_by_code(str(code))
    return standing.path if standing is not None else f"{code}/"

# SPDX-License-Identifier: MulanPSL-2.0
"""`linli packs check | load | export | diff | show | facts | migrate`."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.definitions import written
from linli.base.errors import Refused
from linli.kernel.packs import selectors, services
from linli.kernel.packs.archive import folder_write
from linli.kernel.packs.checking import Checked, pack_check
from linli.kernel.packs.diffing import Stated, Weight, changes_between
from linli.kernel.packs.facts import Dictionary
from linli.kernel.packs.reading import Problem
from linli.kernel.packs.showing import shown
from linli.kernel.packs.terms import BASE
from linli.kernel.sockets import registry
from linli.kernel.workflow.definitions import workflow_known
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.selectors.living import forms_filled
from linli.kernel.workflow.selectors.waiting import references_below
from linli.kernel.workflow.services import matters_migrate


@click.group()
def packs() -> None:
    """Check, load, compare and show plan packs."""


@packs.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def check(pack: str, as_json: bool, language: str) -> None:
    """Check PACK (an id or a folder): every problem at once, with file and line."""
    with translation.override("zh-hans" if language == "zh" else "en"):
        _check(pack, as_json=as_json)


def _check(pack: str, *, as_json: bool) -> None:
    unknown = _unknown(pack)
    if unknown:
        if as_json:
            click.echo(json.dumps([Problem(pack, 1, unknown).to_json()], ensure_ascii=False))
        raise click.ClickException(unknown)
    checked = pack_check(selectors.pack_folder(pack))
    problems = [*(checked.base.problems if checked.base else []), *checked.problems]
    if as_json:
        click.echo(json.dumps([problem.to_json() for problem in problems], ensure_ascii=False))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo(_summary(checked), err=True)
    for name, engines in _waiting(checked):
        click.echo(f"{name} waits for an engine: {engines}", err=True)


@packs.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Print what was loaded as JSON.")
def load(pack: str, as_json: bool) -> None:
    """Load PACK and the base it stands on; loading twice changes nothing.

    PACK@VERSION puts a version that was loaded before in force again, from today.
    """
    try:
        report = _load(pack)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(vars(report), ensure_ascii=False))
    new = ", ".join(f"{count} {kind}" for kind, count in report.new.items()) or "nothing new"
    click.echo(f"{report.pack}@{report.version}: {new}", err=True)


@packs.command()
@click.argument("pack")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(pack: str, folder: Path, as_json: bool) -> None:
    """Write the files of PACK or PACK@VERSION, as they were loaded, into FOLDER."""
    files = selectors.files_loaded(*pack.partition("@")[::2])
    if files is None:
        click.echo(f"{pack}: no files were kept of it here", err=True)
        sys.exit(1)
    try:
        folder_write(files, folder)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        told = {"pack": pack, "folder": str(folder), "files": sorted(files)}
        click.echo(json.dumps(told, ensure_ascii=False))
    click.echo(f"{len(files)} files", err=True)


def _waiting(checked: Checked) -> Iterator[tuple[str, str]]:
    """The procedures that load and cannot begin yet, with what they wait for."""
    for name, spec in checked.specs.items():
        if isinstance(spec, WorkflowSpec):
            asked = references_below(spec, lambda key: _spec(checked, f"workflow:{key}"))
            found = [one for one in asked if not _is_here(checked, one)]
            if found:
                yield name, ", ".join(found)


def _is_here(checked: Checked, reference: str) -> bool:
    kind, _colon, key = reference.partition(":")
    if registry.gate(kind) is None:
        return False
    return bool(
        getattr(_spec(checked, reference), "is_carried", key in checked.known.get(kind, {}))
    )


def _spec(checked: Checked, name: str) -> Any:
    """A definition of the pack or its base as a value, or None."""
    spec = checked.specs.get(name)
    return checked.base.specs.get(name) if spec is None and checked.base is not None else spec


def _unknown(pack: str) -> str:
    """Why there is no such pack; "" where there is one."""
    if selectors.pack_folder(pack).is_dir():
        return ""
    known = sorted(path.parent.name for path in Path(settings.LINLI_PACKS).glob("*/pack.toml"))
    message = _("There is no pack “%(pack)s”. There are: %(known)s.")
    return message % {"pack": pack, "known": ", ".join(known)}


def _folder(pack: str) -> Path:
    """The folder of a pack that is there; ends with an error for any other."""
    unknown = _unknown(pack)
    if unknown:
        raise click.ClickException(unknown)
    return selectors.pack_folder(pack)


def _load(pack: str) -> services.LoadReport:
    name, at, version = pack.partition("@")
    if at:
        return services.pack_restore(actor=SYSTEM, pack=name, version=version)
    return services.pack_load(actor=SYSTEM, folder=_folder(pack))


@packs.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(old: str, new: str, as_json: bool) -> None:
    """What changes from OLD to NEW: each a loaded pack, PACK@VERSION, or a folder.

    Each change is harmless, needs review or is refused, with how many live matters it touches.
    Ends with an error when one is refused.
    """
    place = selectors.load_newest(old.partition("@")[0])
    below = selectors.bodies_loaded(BASE) if place is not None and place.place_path else {}
    path = place.place_path if place is not None else ""
    changes = changes_between(_stated(old), _stated(new), below, path)
    if as_json:
        click.echo(json.dumps([vars(change) for change in changes], ensure_ascii=False))
    else:
        for change in changes:
            click.echo(str(change))
    counts = Counter(change.weight for change in changes)
    click.echo(", ".join(f"{counts[one]} {one}" for one in Weight), err=True)
    if counts[Weight.REFUSED]:
        sys.exit(1)


@packs.command()
@click.argument("name")
@click.option("--city", default="", help="The pack whose view of it is wanted; else base.")
@click.option("--json", "as_json", is_flag=True, help="Print the definition as JSON.")
def show(name: str, city: str, as_json: bool) -> None:
    """Print the definition NAME ("workflow:appeal") as it reads here, each part with its origin."""
    checked = pack_check(_folder(city or BASE))
    kind, _colon, key = name.partition(":")
    body = checked.known.get(kind, {}).get(key)
    if body is None:
        click.echo(f"{name} is not in {checked.files.id} or its base", err=True)
        sys.exit(1)
    own = checked.files.of_kind(kind).get(key)
    mine = own.body if own is not None else {}
    if as_json:
        told = {"name": name, "pack": checked.files.id, "own": sorted(mine), "body": body}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for line in shown(body, mine, checked.files.id):
        click.echo(line)


@packs.command()
@click.option("--city", default="", help="The pack whose view is wanted; else base.")
@click.option("--json", "as_json", is_flag=True, help="Print the dictionary as JSON.")
def facts(city: str, as_json: bool) -> None:
    """Print the dictionary of facts that are held, who uses each, and what need not be asked.

    A fact is collected once (same_as): each use is a question less every time its form is filled
    in, here so far as often as the number beside it says.
    """
    checked = pack_check(_folder(city or BASE))
    place = selectors.load_newest(checked.files.id)
    times = forms_filled(place.place_path) if place is not None else {}
    found = Dictionary.of(checked.known, times)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        for line in found.lines():
            click.echo(line)
    click.echo(found.summary, err=True)


@packs.command()
@click.argument("workflow")
@click.option("--map", "pairs", multiple=True, help="OLD=NEW: where a step of before went.")
@click.option("--pack", default="", help="Only at the place of this pack; else everywhere.")
@click.option("--json", "as_json", is_flag=True, help="Print how many were moved as JSON.")
def migrate(workflow: str, pairs: tuple[str, ...], pack: str, as_json: bool) -> None:
    """Let running matters of WORKFLOW ("workflow:appeal") go on by its newest version."""
    key = workflow.removeprefix("workflow:")
    if not workflow_known(key):
        message = _("No loaded pack has a procedure “%(key)s”.")
        raise click.ClickException(message % {"key": key})
    place = selectors.load_newest(pack) if pack else None
    if pack and place is None:
        message = _("The pack “%(pack)s” is not loaded here.")
        raise click.ClickException(message % {"pack": pack})
    odd = next((pair for pair in pairs if "=" not in pair), None)
    if odd is not None:
        raise click.BadParameter(f"{odd}: OLD=NEW", param_hint="--map")
    steps = dict(pair.split("=", 1) for pair in pairs)
    try:
        count = matters_migrate(
            actor=SYSTEM,
            workflow=key,
            steps=steps,
            path=place.place_path if place is not None else "",
        )
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({"workflow": key, "moved": count}, ensure_ascii=False))
    click.echo(f"{count} moved to the newest version", err=True)


def _stated(name: str) -> Stated:
    """What a loaded pack, a stored version or a folder states of each definition."""
    pack, at, version = name.partition("@")
    folder = selectors.pack_folder(name)
    if at or not (folder / "pack.toml").exists() or "/" not in name:
        loaded = selectors.stated_loaded(pack, version)
        if loaded or at:
            return loaded
    checked = pack_check(folder)
    bodies = {name: json.loads(written(body)) for name, body in checked.bodies.items()}
    return bodies | dict.fromkeys(checked.removed)


def _summary(checked: Checked) -> str:
    files = checked.files
    return f"{files.id}@{files.version}: {len(files.entries)} entries, no problem"

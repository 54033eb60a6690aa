# SPDX-License-Identifier: MulanPSL-2.0
"""What all parts declare, gathered once at start-up: plain registries, no tables.

Parts below sockets (jobs, events, audit) may not import `Manifest`; their `MANIFEST` is a plain
mapping with the same keys.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from linli.base.actor import Actor
from linli.kernel.events import services as events_
from linli.kernel.sockets.grammar import Grammar
from linli.kernel.sockets.manifest import Gauge, Label, Manifest, Measure
from linli.kernel.sockets.outside import OpenSet, Telling

Handler = Callable[[Mapping[str, Any]], None]
Guard = Callable[[Actor, str], bool]
Looks = Callable[[int | None, int | None], tuple[str, Sequence[str]]]
Keeps = Callable[[int | None, int | None], Sequence[tuple[str, str]]]
Counts = Callable[[Sequence[str]], Mapping[str, int]]


@dataclass(frozen=True)
class MeasureGiven:
    """A measure that a part declared, with the function that counts it."""

    label: Label
    level: str
    counts: Counts


@dataclass(frozen=True)
class GaugeGiven:
    """A figure of the machinery, with the function that reads it."""

    label: Label
    read: Callable[[], float | None]
    most: float | None


@dataclass
class _Registry:
    """Everything declared, by name."""

    manifests: dict[str, Manifest] = field(default_factory=dict)
    permissions: dict[str, Label] = field(default_factory=dict)
    verbs: dict[str, Label] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    listeners: dict[str, list[Handler]] = field(default_factory=dict)
    kinds: dict[str, Callable[..., Any]] = field(default_factory=dict)
    gates: dict[str, Callable[..., Any]] = field(default_factory=dict)
    gate_checks: dict[str, Callable[[str, str], bool]] = field(default_factory=dict)
    counters: dict[str, list[Callable[[str, str], int]]] = field(default_factory=dict)
    measures: dict[str, MeasureGiven] = field(default_factory=dict)
    gauges: dict[str, GaugeGiven] = field(default_factory=dict)
    file_guards: dict[str, Guard] = field(default_factory=dict)
    looks: dict[str, Looks] = field(default_factory=dict)
    keeps: dict[str, Keeps] = field(default_factory=dict)
    grammars: dict[str, Grammar] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)
    commands: dict[str, str] = field(default_factory=dict)
    routers: dict[str, str] = field(default_factory=dict)
    surfaces: list[str] = field(default_factory=list)
    token_scopes: list[str] = field(default_factory=list)
    tellings: dict[str, list[Telling]] = field(default_factory=dict)
    open_data: dict[str, OpenSet] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


_all = _Registry()


def load(dotted_manifests: Iterable[str]) -> None:
    """Read these manifests ("linli.kernel.places.manifest") and import everything they name.

    Replaces what was read before. Nothing is raised: what is wrong is kept in `problems()`, which
    the system check reports.
    """
    global _all  # noqa: PLW0603 - one registry a process, replaced as a whole
    fresh = _Registry()
    for dotted in dotted_manifests:
        manifest = _manifest(fresh, dotted)
        if manifest is not None and _add(fresh, fresh.manifests, manifest.name, manifest, "part"):
            _declare(fresh, manifest)
    for manifest in fresh.manifests.values():
        _connect(fresh, manifest)
    _all = fresh


def _manifest(registry: _Registry, dotted: str) -> Manifest | None:
    found = _resolve(registry, "settings", f"{dotted}.MANIFEST")
    if found is None or isinstance(found, Manifest):
        return found
    if isinstance(found, Mapping):
        return Manifest(**found)
    registry.problems.append(f"{dotted}.MANIFEST is no Manifest")
    return None


def _declare(registry: _Registry, manifest: Manifest) -> None:
    """Take in what needs nothing of any other part."""
    for permission, label in manifest.permissions.items():
        _add(registry, registry.permissions, str(permission), label, "permission")
    for verb, label in manifest.verbs.items():
        _add(registry, registry.verbs, str(verb), label, "verb")
    for event in manifest.events:
        _add(registry, registry.events, str(event), manifest.name, "event")
    for group, command in manifest.commands.items():
        _add(registry, registry.commands, group, command, "command")
    for address, router in manifest.routers.items():
        _add(registry, registry.routers, address, router, "router")
    registry.surfaces.extend(manifest.surfaces)


def _connect(registry: _Registry, manifest: Manifest) -> None:
    """Import what the part names, and check that what it counts on is declared by somebody."""
    registry.problems.extend(
        f'{manifest.name} needs "{need}", which is not installed'
        for need in manifest.needs
        if need not in registry.manifests
    )
    registry.jobs.extend(_import(registry, manifest.name, manifest.jobs))
    _import_grammars(registry, manifest)
    named = (
        (manifest.kinds, registry.kinds, "kind"),
        (manifest.gates, registry.gates, "gate"),
        (manifest.gate_checks, registry.gate_checks, "gate check"),
        (manifest.file_guards, registry.file_guards, "file guard"),
        (manifest.looks, registry.looks, "look"),
        (manifest.keeps, registry.keeps, "copy"),
    )
    for declared, kept, what in named:
        for key, dotted in declared.items():
            function = _resolve(registry, manifest.name, dotted)
            if function is not None:
                _add(registry, kept, str(key), function, what)
    for kind, dotted in manifest.counters.items():
        function = _resolve(registry, manifest.name, dotted)
        if function is not None:
            registry.counters.setdefault(kind, []).append(function)
    for name, measure in manifest.measures.items():
        _measure(registry, manifest, name, measure)
    for name, gauge in manifest.gauges.items():
        _gauge(registry, manifest, name, gauge if isinstance(gauge, Gauge) else Gauge(**gauge))
    _listen(registry, manifest)
    _open_outside(registry, manifest)


def _measure(registry: _Registry, manifest: Manifest, name: str, measure: Measure) -> None:
    if not _is_own(registry, manifest, name, "measure"):
        return
    counts = _resolve(registry, manifest.name, measure.counts)
    if counts is not None:
        given = MeasureGiven(measure.label, measure.level, counts)
        _add(registry, registry.measures, name, given, "measure")


def _gauge(registry: _Registry, manifest: Manifest, name: str, gauge: Gauge) -> None:
    if not _is_own(registry, manifest, name, "gauge"):
        return
    read = _resolve(registry, manifest.name, gauge.reads)
    if read is not None:
        given = GaugeGiven(gauge.label, read, gauge.most)
        _add(registry, registry.gauges, name, given, "gauge")


def _is_own(registry: _Registry, manifest: Manifest, name: str, what: str) -> bool:
    """A figure is called by its part's name, so that no two parts count under one."""
    if name.startswith(f"{manifest.name}."):
        return True
    registry.problems.append(f'{manifest.name}: a {what} of it is "{manifest.name}.…"')
    return False


def _open_outside(registry: _Registry, manifest: Manifest) -> None:
    """Take in what others than our own people may use: scopes, events, data sets."""
    for scope in manifest.token_scopes:
        if str(scope) in registry.permissions:
            registry.token_scopes.append(str(scope))
        else:
            registry.problems.append(
                f'{manifest.name} lets tokens carry "{scope}", which nobody declares'
            )
    _tell_outside(registry, manifest)
    for key, dotted in manifest.open_data.items():
        found = _resolve(registry, manifest.name, dotted)
        if isinstance(found, OpenSet):
            _add(registry, registry.open_data, key, found, "open data set")
        elif found is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no OpenSet")


def _tell_outside(registry: _Registry, manifest: Manifest) -> None:
    for event, dotted in manifest.webhooks.items():
        telling = _resolve(registry, manifest.name, dotted)
        if str(event) not in registry.events:
            registry.problems.append(f'{manifest.name} tells of "{event}", which nobody announces')
        elif isinstance(telling, Telling):
            registry.tellings.setdefault(str(event), []).append(telling)
        elif telling is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no Telling")


def _import(registry: _Registry, who: str, modules: Iterable[str]) -> list[str]:
    """Import these modules; gives those that could be."""
    imported = []
    for dotted in modules:
        try:
            import_module(dotted)
        except ImportError as error:
            registry.problems.append(_not_imported(who, dotted, error))
        else:
            imported.append(dotted)
    return imported


def _import_grammars(registry: _Registry, manifest: Manifest) -> None:
    for dotted in manifest.grammars:
        found = _resolve(registry, manifest.name, dotted)
        if isinstance(found, Grammar):
            _add(registry, registry.grammars, found.kind, found, "grammar")
        elif found is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no Grammar")


def _listen(registry: _Registry, manifest: Manifest) -> None:
    for event, dotted_names in manifest.listeners.items():
        if str(event) not in registry.events:
            registry.problems.append(
                f'{manifest.name} listens to "{event}", which nobody announces'
            )
            continue
        for dotted in dotted_names:
            handler = _resolve(registry, manifest.name, dotted)
            if handler is not None:
                registry.listeners.setdefault(str(event), []).append(handler)
                events_.on(str(event), dotted, handler)


def _add(registry: _Registry, kept: dict[str, Any], key: str, value: object, what: str) -> bool:
    if key in kept:
        registry.problems.append(f'{what} "{key}" is declared twice')
        return False
    kept[key] = value
    return True


def _resolve(registry: _Registry, who: str, dotted: str) -> Any | None:
    module, _, name = dotted.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        registry.problems.append(_not_imported(who, dotted, error))
        return None


def _not_imported(who: str, dotted: str, error: Exception) -> str:
    return f"{who} names {dotted}, which does not import: {error}"


def problems() -> tuple[str, ...]:
    """What is wrong with the declarations; empty when the house may start."""
    return tuple(_all.problems)


def problems_of_surfaces() -> tuple[str, ...]:
    """What is wrong with the commands, routers and pages that parts name.

    They are imported here, for the system check; start-up leaves them to those who mount them.
    """
    trial = _Registry()
    for manifest in _all.manifests.values():
        for dotted in (*manifest.commands.values(), *manifest.routers.values()):
            _resolve(trial, manifest.name, dotted)
        _import(trial, manifest.name, manifest.surfaces)
    return tuple(trial.problems)


def manifests() -> tuple[Manifest, ...]:
    """Every part's declaration, in the order of the settings."""
    return tuple(_all.manifests.values())


def permissions() -> Mapping[str, Label]:
    """Every permission with its label."""
    return _all.permissions


def verbs() -> Mapping[str, Label]:
    """Every verb of the record with its label."""
    return _all.verbs


def events() -> Mapping[str, str]:
    """Every event with the name of the part that announces it."""
    return _all.events


def listeners_of(event: str) -> tuple[Handler, ...]:
    """The functions called with the payload of that event."""
    return tuple(_all.listeners.get(event, ()))


def kind_opener(workflow_key: str) -> Callable[..., Any] | None:
    """The function that opens a matter of that workflow, if a module has one of its own."""
    return _all.kinds.get(workflow_key)


def workflows_shown() -> frozenset[str]:
    """The workflows whose matters a module shows on pages of its own."""
    return frozenset(key for manifest in manifests() for key in (*manifest.kinds, *manifest.shows))


def gate(kind: str) -> Callable[..., Any] | None:
    """The function that opens gates of that kind."""
    return _all.gates.get(kind)


def can_open(kind: str, key: str, path: str) -> bool:
    """Whether some engine can open the gate of that kind and key at a place."""
    check = _all.gate_checks.get(kind)
    return kind in _all.gates and (check is None or check(key, path))


def counters(kind: str) -> list[Callable[[str, str], int]]:
    """Who counts what lives by a definition of that kind."""
    return _all.counters.get(kind, [])


def measures() -> Mapping[str, MeasureGiven]:
    """Every measure given by code, by the name that formulas use."""
    return _all.measures


def gauges() -> Mapping[str, GaugeGiven]:
    """Every figure of the machinery, by name."""
    return _all.gauges


def file_guard(owner_kind: str) -> Guard | None:
    """The function (actor, owner_key) -> bool that says who may open files of that owner."""
    return _all.file_guards.get(owner_kind)


def looks() -> Mapping[str, Looks]:
    """By verb, on which things it is written that somebody looked at a person's data."""
    return _all.looks


def kept_parts() -> Mapping[str, Keeps]:
    """By part, everything that it keeps of somebody."""
    return _all.keeps


def grammar(kind: str) -> Grammar | None:
    """How definitions of that kind are written and kept."""
    return _all.grammars.get(kind)


def grammars() -> Mapping[str, Grammar]:
    """All kinds of definition."""
    return _all.grammars


def job_modules() -> tuple[str, ...]:
    """The modules whose jobs are registered."""
    return tuple(_all.jobs)


def commands() -> Mapping[str, str]:
    """Command-line groups and the dotted click groups behind them."""
    return _all.commands


def routers() -> Mapping[str, str]:
    """Addresses below /api/v1/ and the dotted routers behind them."""
    return _all.routers


def surfaces() -> tuple[str, ...]:
    """The modules whose import registers pages with the shells."""
    return tuple(_all.surfaces)


def token_scopes() -> tuple[str, ...]:
    """Permissions that a partner's token may carry; personal values and settings are none."""
    return tuple(_all.token_scopes)


def tellings() -> Mapping[str, list[Telling]]:
    """Events that partner systems may be told of, and who says what each is about."""
    return _all.tellings


def open_data() -> Mapping[str, OpenSet]:
    """Data sets that anybody may read, by key."""
    return _all.open_data

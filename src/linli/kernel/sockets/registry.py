# SPDX-License-Identifier: MulanPSL-2.0
"""What all parts declare, gathered once at start-up: plain registries, no tables.

Parts below sockets (jobs, events, audit) may not import `Manifest`; their `MANIFEST` is a plain
mapping with the same keys.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from linli.kernel.events import services as events_
from linli.kernel.sockets.exports import ExportSource
from linli.kernel.sockets.given import (
    Declared,
    GaugeGiven,
    Guard,
    Handler,
    Keeps,
    Looks,
    MeasureGiven,
)
from linli.kernel.sockets.grammar import Grammar
from linli.kernel.sockets.manifest import Gauge, Label, Manifest, Measure
from linli.kernel.sockets.outside import OpenSet, Telling
from linli.kernel.sockets.panels import Panels
from linli.kernel.sockets.resolving import import_all, resolve
from linli.kernel.sockets.retention import Retention, RetentionGiven

_all = Declared()


def load(dotted_manifests: Iterable[str]) -> None:
    """Read these manifests ("linli.kernel.places.manifest") and import everything they name.

    Replaces what was read before. Nothing is raised: what is wrong is kept in `problems()`, which
    the system check reports.
    """
    global _all  # noqa: PLW0603 - one registry a process, replaced as a whole
    fresh = Declared()
    for dotted in dotted_manifests:
        manifest = _manifest(fresh, dotted)
        if manifest is not None and _add(fresh, fresh.manifests, manifest.name, manifest, "part"):
            _declare(fresh, manifest)
    for manifest in fresh.manifests.values():
        _connect(fresh, manifest)
    _all = fresh


def _manifest(registry: Declared, dotted: str) -> Manifest | None:
    found = resolve(registry.problems, "settings", f"{dotted}.MANIFEST")
    if found is None or isinstance(found, Manifest):
        return found
    if isinstance(found, Mapping):
        return Manifest(**found)
    registry.problems.append(f"{dotted}.MANIFEST is no Manifest")
    return None


def _declare(registry: Declared, manifest: Manifest) -> None:
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


def _connect(registry: Declared, manifest: Manifest) -> None:
    """Import what the part names, and check that what it counts on is declared by somebody."""
    registry.problems.extend(
        f'{manifest.name} needs "{need}", which is not installed'
        for need in manifest.needs
        if need not in registry.manifests
    )
    registry.jobs.extend(import_all(registry.problems, manifest.name, manifest.jobs))
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
            function = resolve(registry.problems, manifest.name, dotted)
            if function is not None:
                _add(registry, kept, str(key), function, what)
    _connect_several(registry, manifest)
    for name, measure in manifest.measures.items():
        _measure(registry, manifest, name, measure)
    for name, gauge in manifest.gauges.items():
        _gauge(registry, manifest, name, gauge if isinstance(gauge, Gauge) else Gauge(**gauge))
    _retention(registry, manifest)
    _listen(registry, manifest)
    _open_outside(registry, manifest)


def _connect_several(registry: Declared, manifest: Manifest) -> None:
    """Import what several parts may give for one kind."""
    several: tuple[tuple[Mapping[str, str], dict[str, list[Any]]], ...] = (
        (manifest.counters, registry.counters),
        (manifest.panels, registry.panels),
    )
    for declared, kept in several:
        for kind, dotted in declared.items():
            function = resolve(registry.problems, manifest.name, dotted)
            if function is not None:
                kept.setdefault(kind, []).append(function)


def _measure(registry: Declared, manifest: Manifest, name: str, measure: Measure) -> None:
    if not _is_own(registry, manifest, name, "measure"):
        return
    counts = resolve(registry.problems, manifest.name, measure.counts)
    if counts is not None:
        given = MeasureGiven(measure.label, measure.level, counts)
        _add(registry, registry.measures, name, given, "measure")


def _gauge(registry: Declared, manifest: Manifest, name: str, gauge: Gauge) -> None:
    if not _is_own(registry, manifest, name, "gauge"):
        return
    read = resolve(registry.problems, manifest.name, gauge.reads)
    if read is not None:
        given = GaugeGiven(gauge.label, read, gauge.most)
        _add(registry, registry.gauges, name, given, "gauge")


def _retention(registry: Declared, manifest: Manifest) -> None:
    for name, told in manifest.retention.items():
        rule = told if isinstance(told, Retention) else Retention(**told)
        aged = resolve(registry.problems, manifest.name, rule.aged)
        take = resolve(registry.problems, manifest.name, rule.take) if rule.take else None
        if aged is not None and _is_own(registry, manifest, name, "class of rows"):
            given = RetentionGiven(rule, aged, take)
            _add(registry, registry.retention, name, given, "class of rows")


def _is_own(registry: Declared, manifest: Manifest, name: str, what: str) -> bool:
    """Figures and the like are called by their part's name, so that no two parts share one."""
    if name.startswith(f"{manifest.name}."):
        return True
    registry.problems.append(f'{manifest.name}: a {what} of it is "{manifest.name}.…"')
    return False


def _open_outside(registry: Declared, manifest: Manifest) -> None:
    """Take in what others than our own people may use: scopes, events, data sets."""
    for who, carried, kept in (
        ("tokens", manifest.token_scopes, registry.token_scopes),
        ("operators", manifest.repairs, registry.repairs),
    ):
        for scope in carried:
            if str(scope) in registry.permissions:
                kept.append(str(scope))
            else:
                registry.problems.append(
                    f'{manifest.name} lets {who} carry "{scope}", which nobody declares'
                )
    _tell_outside(registry, manifest)
    _values(registry, manifest, manifest.open_data, registry.open_data, OpenSet)
    _values(registry, manifest, manifest.exports, registry.exports, ExportSource)


def _values(
    registry: Declared,
    manifest: Manifest,
    declared: Mapping[str, str],
    kept: dict[str, Any],
    kind: type,
) -> None:
    """Take in values of one kind by their key."""
    for key, dotted in declared.items():
        found = resolve(registry.problems, manifest.name, dotted)
        if isinstance(found, kind):
            _add(registry, kept, key, found, kind.__name__)
        elif found is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no {kind.__name__}")


def _tell_outside(registry: Declared, manifest: Manifest) -> None:
    for event, dotted in manifest.webhooks.items():
        telling = resolve(registry.problems, manifest.name, dotted)
        if str(event) not in registry.events:
            registry.problems.append(f'{manifest.name} tells of "{event}", which nobody announces')
        elif isinstance(telling, Telling):
            registry.tellings.setdefault(str(event), []).append(telling)
        elif telling is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no Telling")


def _import_grammars(registry: Declared, manifest: Manifest) -> None:
    for dotted in manifest.grammars:
        found = resolve(registry.problems, manifest.name, dotted)
        if isinstance(found, Grammar):
            _add(registry, registry.grammars, found.kind, found, "grammar")
        elif found is not None:
            registry.problems.append(f"{manifest.name}: {dotted} is no Grammar")


def _listen(registry: Declared, manifest: Manifest) -> None:
    for event, dotted_names in manifest.listeners.items():
        if str(event) not in registry.events:
            registry.problems.append(
                f'{manifest.name} listens to "{event}", which nobody announces'
            )
            continue
        for dotted in dotted_names:
            handler = resolve(registry.problems, manifest.name, dotted)
            if handler is not None:
                registry.listeners.setdefault(str(event), []).append(handler)
                events_.on(str(event), dotted, handler)


def _add(registry: Declared, kept: dict[str, Any], key: str, value: object, what: str) -> bool:
    if key in kept:
        registry.problems.append(f'{what} "{key}" is declared twice')
        return False
    kept[key] = value
    return True


def problems() -> tuple[str, ...]:
    """What is wrong with the declarations; empty when the house may start."""
    return tuple(_all.problems)


def problems_of_surfaces() -> tuple[str, ...]:
    """What is wrong with the commands, routers and pages that parts name.

    They are imported here, for the system check; start-up leaves them to those who mount them.
    """
    trial = Declared()
    for manifest in _all.manifests.values():
        for dotted in (*manifest.commands.values(), *manifest.routers.values()):
            resolve(trial.problems, manifest.name, dotted)
        import_all(trial.problems, manifest.name, manifest.surfaces)
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


def panels(kind: str) -> list[Panels]:
    """Who has something to say on the page of a person, place, unit or household."""
    return _all.panels.get(kind, [])


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


def repairs() -> tuple[str, ...]:
    """Permissions that an operator session carries to mend what is stuck."""
    return tuple(_all.repairs)


def tellings() -> Mapping[str, list[Telling]]:
    """Events that partner systems may be told of, and who says what each is about."""
    return _all.tellings


def open_data() -> Mapping[str, OpenSet]:
    """Data sets that anybody may read, by key."""
    return _all.open_data


def exports() -> Mapping[str, ExportSource]:
    """Lists that may be taken out as a file, by key."""
    return _all.exports


def retention() -> Mapping[str, RetentionGiven]:
    """Classes of rows that age, by name."""
    return _all.retention

# SPDX-License-Identifier: MulanPSL-2.0
"""What becomes of a declaration once its dotted names are imported, and where all of them lie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.base.actor import Actor
from linli.kernel.sockets.exports import ExportSource
from linli.kernel.sockets.grammar import Grammar
from linli.kernel.sockets.manifest import Label, Manifest
from linli.kernel.sockets.outside import OpenSet, Telling
from linli.kernel.sockets.panels import Panels
from linli.kernel.sockets.retention import RetentionGiven

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
class Declared:
    """Everything declared, by name."""

    manifests: dict[str, Manifest] = field(default_factory=dict)
    permissions: dict[str, Label] = field(default_factory=dict)
    verbs: dict[str, Label] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    listeners: dict[str, list[Handler]] = field(default_factory=dict)
    kinds: dict[str, Callable[..., Any]] = field(default_factory=dict)
    panels: dict[str, list[Panels]] = field(default_factory=dict)
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
    repairs: list[str] = field(default_factory=list)
    tellings: dict[str, list[Telling]] = field(default_factory=dict)
    open_data: dict[str, OpenSet] = field(default_factory=dict)
    exports: dict[str, ExportSource] = field(default_factory=dict)
    retention: dict[str, RetentionGiven] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

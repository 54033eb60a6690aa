# SPDX-License-Identifier: MulanPSL-2.0
"""What a part, an engine or a module declares about itself, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Label = Mapping[str, str]
"""A name for people: {"zh": …, "en": …}."""


@dataclass(frozen=True)
class Measure:
    """A figure that code gives: `counts` is a dotted function (place paths) -> {path: count}, asked
    for many places at once; `level` is the deepest level of place at which it can be asked.
    """

    label: Label
    level: str
    counts: str


@dataclass(frozen=True)
class Gauge:
    """A figure of the machinery: `reads` is a dotted function () -> a number, or None while there
    is none.

    Its name "part.what" ends in `_seconds` where it is an age. Above `most`, or while there is
    none, somebody should look.
    """

    label: Label
    reads: str
    most: float | None = None


@dataclass(frozen=True)
class Manifest:
    """The declaration of one part of the house; dotted names are imported once, at start-up.

    `kinds` maps a workflow key to the function that opens a matter of that kind for a `refer`;
    `shows` are keys of workflows whose matters have pages of this part's own;
    `gates` maps a gate's kind ("ballot") to the function that opens it, `gate_checks` to one
    (key, path) -> bool that says whether its engine can hold that one today;
    `counters` maps a kind of definition to a function (key, place_path) -> int that counts what
    lives by it, for `packs diff`;
    `listeners` maps an event to the dotted functions called with its payload;
    `panels` maps "person", "place", "unit" or "household" to a function (actor, row) -> Panel or
    None that says what stands on its page (see panels.py);
    `measures` maps "part.measure" to a figure that indicators may name;
    `gauges` maps "part.what" to a figure of the machinery, for whoever keeps it running;
    `file_guards` maps an owner kind to a function (actor, owner_key) -> bool asked on each
    download;
    `looks` maps a verb that says somebody looked at what is personal to a function
    (person_id, account_id) -> (kind, keys): on which things it is written about that person;
    `keeps` maps the part's name to a function (person_id, account_id) -> [(what, value)]:
    everything it keeps of somebody, for the copy that they may ask for;
    `grammars` are dotted names of `Grammar` values (see grammar.py); `commands` maps a
    command-line group to a dotted
    click group; `routers` maps an address below /api/v1/ to a dotted ninja router;
    `surfaces` are dotted modules whose import registers pages with the shells;
    `token_scopes` are permissions that a partner's token may carry, `repairs` those that an
    operator session carries to mend what is stuck;
    `webhooks` maps an event that partner systems may be told of to a dotted `Telling` that says
    what it is about (see outside.py); `open_data` maps the key of a data set that
    anybody may read to a dotted `OpenSet` (see outside.py); `exports` maps "part.list" to a dotted
    `ExportSource`, a list that may be taken out as a file (see exports.py); `retention` maps
    "part.rows" to a `Retention`, a class of rows that age (see retention.py).
    """

    name: str
    label: Label
    needs: tuple[str, ...] = ()
    permissions: Mapping[str, Label] = field(default_factory=dict)
    verbs: Mapping[str, Label] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    listeners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    gates: Mapping[str, str] = field(default_factory=dict)
    gate_checks: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    panels: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    gauges: Mapping[str, Gauge | Mapping[str, Any]] = field(default_factory=dict)
    file_guards: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    grammars: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    commands: Mapping[str, str] = field(default_factory=dict)
    routers: Mapping[str, str] = field(default_factory=dict)
    surfaces: tuple[str, ...] = ()
    token_scopes: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    webhooks: Mapping[str, str] = field(default_factory=dict)
    open_data: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    retention: Mapping[str, Any] = field(default_factory=dict)


MANIFEST = Manifest(name="sockets", label={"zh": "接口登记", "en": "Declarations"})

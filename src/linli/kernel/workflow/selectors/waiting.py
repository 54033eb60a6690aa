# SPDX-License-Identifier: MulanPSL-2.0
"""What a procedure waits for that no engine here can do yet: it is shown so, and cannot begin."""

from collections.abc import Callable, Iterator
from itertools import chain

from linli.base import clock
from linli.base.text import label
from linli.kernel.sockets import registry
from linli.kernel.workflow import definitions
from linli.kernel.workflow.grammar import EffectSpec, WorkflowSpec, effects_of
from linli.kernel.workflow.models import Definition

ENGINES = {
    "ballot": {"zh": "表决与评议", "en": "votes and ballots"},
    "publication": {"zh": "公示公开", "en": "publications"},
    "round": {"zh": "走访与巡查", "en": "rounds"},
    "ledger": {"zh": "台账记账", "en": "ledgers"},
    "register": {"zh": "名册台账", "en": "registers"},
}
"""What the engines are called that a procedure may wait for."""

_BESIDE = ("open", "publish", "post", "record")
"""Effects that another engine carries out."""


def engines_awaited(definition: Definition, path: str) -> tuple[str, ...]:
    """The references ("ballot:joint_review") of a procedure that nothing here can open, with those
    of the procedures that it opens itself.
    """
    today = clock.today()
    tables = Definition.objects

    def spec_at(key: str) -> WorkflowSpec | None:
        row = tables.find("workflow", key, path, today)
        return definitions.spec_of(row) if row is not None else None

    def awaited() -> tuple[str, ...]:
        found = references_below(definitions.spec_of(definition), spec_at)
        return tuple(reference for reference in found if not _can_open(reference, path))

    if not _opened_by(definitions.spec_of(definition)):
        return definitions.keep(("awaited", definition.pk, definition.digest), awaited)
    standing = tables.standing(("workflow",), path, today)
    return definitions.keep(("awaited", definition.pk, definition.digest, standing), awaited)


def _can_open(reference: str, path: str) -> bool:
    kind, _colon, key = reference.partition(":")
    return registry.can_open(kind, key, path)


def awaited_words(references: tuple[str, ...]) -> str:
    """The engines behind some references, as people call them."""
    kinds = dict.fromkeys(reference.partition(":")[0] for reference in references)
    return ", ".join(label(ENGINES.get(kind, {"zh": kind, "en": kind})) for kind in kinds)


def references_below(
    spec: WorkflowSpec, spec_at: Callable[[str], WorkflowSpec | None]
) -> tuple[str, ...]:
    """What a procedure asks of engines, and what those ask that it opens or hands on to."""
    found: dict[str, None] = {}
    waiting, seen = [spec], {""}
    while waiting:
        each = waiting.pop(0)
        found |= dict.fromkeys(references_of(each))
        for key in _opened_by(each):
            below = None if key in seen else spec_at(key)
            seen.add(key)
            if below is not None:
                waiting.append(below)
    return tuple(found)


def references_of(spec: WorkflowSpec) -> Iterator[str]:
    """What a procedure itself asks of engines, in its order."""
    for step in spec.steps.values():
        if step.waits_for is not None and not step.waits_for.startswith("workflow:"):
            yield step.waits_for
    for effect in _effects(spec):
        if effect.verb in _BESIDE:
            yield str(getattr(effect, effect.verb)).split(" ")[0]


def _opened_by(spec: WorkflowSpec) -> tuple[str, ...]:
    """The procedures that a procedure opens at a gate, or hands a matter on to."""
    gates = (step.waits_for or "" for step in spec.steps.values())
    keys = [gate.partition(":")[2] for gate in gates if gate.startswith("workflow:")]
    return (*keys, *(each.target for each in _effects(spec) if each.verb == "refer"))


def _effects(spec: WorkflowSpec) -> Iterator[EffectSpec]:
    return chain.from_iterable(effects for _where, effects in effects_of(spec))

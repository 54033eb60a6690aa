# SPDX-License-Identifier: MulanPSL-2.0
"""What a procedure waits for that no engine here can do yet: it is shown so, and cannot begin."""

from collections.abc import Iterator

from linli.base.text import label
from linli.kernel.sockets import registry
from linli.kernel.workflow import definitions
from linli.kernel.workflow.grammar import EffectSpec, WorkflowSpec
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
    """The references ("ballot:joint_review") of a procedure that nothing here can open."""
    return definitions.keep(
        ("awaited", definition.pk, definition.digest),
        lambda: tuple(
            reference
            for reference in dict.fromkeys(references_of(definitions.spec_of(definition)))
            if not _can_open(reference, path)
        ),
    )


def _can_open(reference: str, path: str) -> bool:
    kind, _colon, key = reference.partition(":")
    return registry.can_open(kind, key, path)


def awaited_words(references: tuple[str, ...]) -> str:
    """The engines behind some references, as people call them."""
    kinds = dict.fromkeys(reference.partition(":")[0] for reference in references)
    return ", ".join(label(ENGINES.get(kind, {"zh": kind, "en": kind})) for kind in kinds)


def references_of(spec: WorkflowSpec) -> Iterator[str]:
    """What a procedure asks of engines, in its order."""
    for step in spec.steps.values():
        if step.waits_for is not None and not step.waits_for.startswith("workflow:"):
            yield step.waits_for
        yield from _of_effects(step.then)
        yield from _of_effects(step.late)
        for move in step.moves.values():
            yield from _of_effects(move.then)
    for clock in spec.clocks.values():
        yield from _of_effects(clock.late)


def _of_effects(effects: tuple[EffectSpec, ...]) -> Iterator[str]:
    for effect in effects:
        if effect.verb in _BESIDE:
            yield str(getattr(effect, effect.verb)).split(" ")[0]

# SPDX-License-Identifier: MulanPSL-2.0
"""What a definition says about a clock: when it warns, what happens when it is late, what it is
called."""

from collections.abc import Sequence

from linli.base.spans import Span
from linli.kernel.workflow.grammar import EffectSpec, WorkflowSpec
from linli.kernel.workflow.terms import ClockKind

STEP = "step:"
"""How the clock of a stay in a step is named, before the step's key."""

SIGN, ANSWER = "sign", "answer"

_LABELS = {
    SIGN: {"zh": "签收", "en": "Signing"},
    ANSWER: {"zh": "接单答复", "en": "Accepting or sending back"},
}


def warn_of(spec: WorkflowSpec, kind: str, name: str) -> Span | None:
    """How long before the due time a clock warns."""
    if kind == ClockKind.MATTER:
        return spec.clocks[name].warn
    if kind == ClockKind.STEP:
        return spec.steps[name.removeprefix(STEP)].warn
    return None


def late_of(spec: WorkflowSpec, kind: str, name: str) -> Sequence[EffectSpec]:
    """What happens when a clock has run out."""
    if kind == ClockKind.MATTER:
        return spec.clocks[name].late
    if kind == ClockKind.STEP:
        return spec.steps[name.removeprefix(STEP)].late
    return ()


def label_of(spec: WorkflowSpec, kind: str, name: str) -> dict[str, str]:
    """What people call a clock."""
    if kind == ClockKind.MATTER:
        return spec.clocks[name].label.as_label()
    if kind == ClockKind.STEP:
        return spec.steps[name.removeprefix(STEP)].label.as_label()
    return _LABELS[name]

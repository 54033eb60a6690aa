# SPDX-License-Identifier: MulanPSL-2.0
"""What a definition says about a clock: when it warns, what happens when it is late, what it is
called."""

from collections.abc import Sequence

from linli.base.spans import Span
from linli.base.text import as_said
from linli.kernel.workflow.grammar import EffectSpec, WorkflowSpec
from linli.kernel.workflow.terms import ClockKind

STEP = "step:"
"""How the clock of a stay in a step is named, before the step's key."""

SIGN, ANSWER, SUPERVISE = "sign", "answer", "supervise"

_LABELS = {
    SIGN: {"zh": "签收", "en": "Signing"},
    ANSWER: {"zh": "接单答复", "en": "Accepting or sending back"},
    SUPERVISE: {"zh": "督办答复", "en": "Answer to the supervision"},
}


def is_named(spec: WorkflowSpec, kind: str, name: str) -> bool:
    """Whether a definition knows a clock; after a new version one of before may be unknown."""
    if kind == ClockKind.MATTER:
        return name in spec.clocks
    if kind == ClockKind.STEP:
        return name.removeprefix(STEP) in spec.steps
    return kind != ClockKind.SUPERVISE or spec.supervise is not None


def warn_of(spec: WorkflowSpec, kind: str, name: str) -> Span | None:
    """How long before the due time a clock warns."""
    if not is_named(spec, kind, name):
        return None
    if kind == ClockKind.MATTER:
        return spec.clocks[name].warn
    if kind == ClockKind.STEP:
        return spec.steps[name.removeprefix(STEP)].warn
    return spec.supervise.warn if kind == ClockKind.SUPERVISE and spec.supervise else None


def late_of(spec: WorkflowSpec, kind: str, name: str) -> Sequence[EffectSpec]:
    """What happens when a clock has run out."""
    if not is_named(spec, kind, name):
        return ()
    if kind == ClockKind.MATTER:
        return spec.clocks[name].late
    if kind == ClockKind.STEP:
        return spec.steps[name.removeprefix(STEP)].late
    return spec.supervise.late if kind == ClockKind.SUPERVISE and spec.supervise else ()


def label_of(spec: WorkflowSpec, kind: str, name: str) -> dict[str, str]:
    """What people call a clock; its key where the definition does not know it."""
    if name in _LABELS and kind not in (ClockKind.MATTER, ClockKind.STEP):
        return _LABELS[name]
    if not is_named(spec, kind, name):
        return as_said(name)
    if kind == ClockKind.MATTER:
        return spec.clocks[name].label.as_label()
    return spec.steps[name.removeprefix(STEP)].label.as_label()

# SPDX-License-Identifier: MulanPSL-2.0
"""What a workflow must hold to beyond its keys (definitions.md 3.6, §6), all problems at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from linli.base.conditions import Condition, fields_of
from linli.kernel.forms.rules.fitting import ALWAYS, nearest
from linli.kernel.forms.terms import FieldType
from linli.kernel.sockets.grammar import PackContext
from linli.kernel.workflow.grammar import EffectSpec, MoveSpec, StepSpec, WorkflowSpec
from linli.kernel.workflow.reach_checks import class_problems, who_problems
from linli.kernel.workflow.rules import graph
from linli.kernel.workflow.rules.who import who_read
from linli.kernel.workflow.terms import GATE_RESULTS, OFFER_RESULTS, End

Problem = tuple[str, str]
Known = Mapping[str, Mapping[str, Mapping[str, Any]]]

_SENTENCES = (FieldType.TEXT, FieldType.LONG_TEXT)
_KINDS = ("who", "offer", "waits_for", "end")


def workflow_check(context: PackContext, key: str, spec: WorkflowSpec) -> list[Problem]:
    """Everything that is wrong with a workflow, each with the place in it."""
    found = [*_whole(spec), *_steps(context.known, spec), *_clocks(context.known, spec)]
    found += [*_supervise(spec), *_who_words(context.known, spec)]
    found += [*_conditions(context.known, spec), *class_problems(context.known, spec)]
    if not found:
        found += _ways(spec)
    return found


def _whole(spec: WorkflowSpec) -> Iterator[Problem]:
    if spec.start is not None and spec.start not in spec.steps:
        yield "start", f'there is no step "{spec.start}"{nearest(spec.start, spec.steps)}'
    for key, value, default in (
        ("readers", spec.readers, None),
        ("keep", spec.keep, None),
        ("privacy", spec.privacy, "normal"),
    ):
        if value != default:
            yield key, f'"{key}" is not carried yet for workflows'


def _steps(known: Known, spec: WorkflowSpec) -> Iterator[Problem]:
    fields = _form_fields(known, spec)
    for name, step in spec.steps.items():
        where = f"steps.{name}"
        kinds = [kind for kind in _KINDS if getattr(step, kind) is not None]
        if len(kinds) != 1:
            yield where, f"a step has exactly one of {', '.join(_KINDS)}"
            continue
        yield from _moves(known, spec, name, step)
        yield from _gate(known, where, step, fields)
        yield from _effects(f"{where}.then", step.then)
        yield from _effects(f"{where}.late", step.late)
        if step.other_than is not None and step.other_than not in spec.steps:
            yield f"{where}.other_than", _no_step(step.other_than, spec)
        for clock in step.pauses:
            if clock not in spec.clocks:
                yield f"{where}.pauses", f'there is no clock "{clock}"{nearest(clock, spec.clocks)}'
        if step.late and step.limit is None:
            yield f"{where}.late", "late needs a limit beside it"
        yield from _column(known, spec, f"{where}.limit", step.limit)


def _no_step(name: str, spec: WorkflowSpec) -> str:
    return f'"{name}" is no step{nearest(name, spec.steps)}'


def _moves(known: Known, spec: WorkflowSpec, name: str, step: StepSpec) -> Iterator[Problem]:
    where = f"steps.{name}"
    results = _results(known, step)
    if step.end is not None and step.moves:
        yield f"{where}.moves", "nothing follows an end"
    if step.end is None and not step.moves:
        yield where, "nothing leads on from this step"
    for result in results or ():
        if result not in step.moves:
            yield where, f'does not say what follows when it ends as "{result}"'
    for key in step.moves:
        yield from _move(spec, step, f"{where}.moves.{key}", key, results)
        if key not in (results or ()):
            yield from _pause(known, spec, step, f"{where}.moves.{key}", key)


def _move(
    spec: WorkflowSpec, step: StepSpec, at: str, key: str, results: tuple[str, ...] | None
) -> Iterator[Problem]:
    move, is_result = step.moves[key], results is not None and key in results
    if move.to not in spec.steps:
        yield at, f'goes to step "{move.to}", which is not there{nearest(move.to, spec.steps)}'
    if step.waits_for is not None and not is_result:
        yield at, f'"{key}" is no result of this gate, and nobody can press a gate'
    if not is_result:
        yield from _button(at, step, move)
    if move.other_than is not None and move.other_than not in spec.steps:
        yield f"{at}.other_than", _no_step(move.other_than, spec)
    yield from _effects(f"{at}.then", move.then)


def _pause(
    known: Known, spec: WorkflowSpec, step: StepSpec, at: str, key: str
) -> Iterator[Problem]:
    """A clock stands still only for a reason that somebody gives: one of a list, or a sentence."""
    move = step.moves[key]
    leads_to = spec.steps.get(move.to)
    stands = ", ".join(
        each for each in (leads_to.pauses if leads_to else ()) if each not in step.pauses
    )
    if not stands or move.reasons is not None:
        return
    if move.is_automatic:
        yield at, f'leads where "{stands}" stands still, and the clock gives no reason for that'
        return
    form = (move.form or step.form or "").partition(":")[2]
    fields = known.get("form", {}).get(form, {}).get("fields", {}).values()
    if not any(each.get("need") and each.get("type") in _SENTENCES for each in fields):
        yield at, f'leads where "{stands}" stands still: ask for a reason (reasons = "choices:…")'


def _button(at: str, step: StepSpec, move: MoveSpec) -> Iterator[Problem]:
    if move.label is None:
        yield at, "a button needs a label"
    if move.who is None and step.who is None:
        yield at, "says not who may make it"
    if move.is_automatic != (move.after is not None):
        yield at, '"after" goes with who = ["system"], and the other way round'
    if move.is_automatic and (move.form is not None or move.reasons is not None):
        yield at, "the clock fills in no form and gives no reason"


def _results(known: Known, step: StepSpec) -> tuple[str, ...] | None:
    """How a hand-over or gate can end; None for a desk or an end."""
    if step.offer is not None:
        return OFFER_RESULTS
    if step.waits_for is None:
        return None
    kind, _, key = step.waits_for.partition(":")
    if kind == "publication":
        return ("undisputed", "disputed")
    if kind == "ballot":
        method = str(known.get("ballot", {}).get(key, {}).get("method", ""))
        return GATE_RESULTS.get(method, ("done",))
    return ("done",)


def _gate(known: Known, where: str, step: StepSpec, fields: set[str]) -> Iterator[Problem]:
    kind, _, key = (step.waits_for or "").partition(":")
    if kind == "workflow" and key not in known.get("workflow", {}):
        yield f"{where}.waits_for", f'there is no workflow "{key}"{nearest(key, known["workflow"])}'
    if step.for_ is not None and kind != "workflow":
        yield f"{where}.for", '"for" goes with waits_for = "workflow:…"'
    if step.for_ is not None and step.for_ not in fields:
        yield f"{where}.for", f'"{step.for_}" is filled in by no form{nearest(step.for_, fields)}'
    if step.join is not None and step.for_ is None:
        yield f"{where}.join", '"join" goes with "for"'


def _effects(where: str, effects: tuple[EffectSpec, ...]) -> Iterator[Problem]:
    for number, effect in enumerate(effects):
        at = f"{where}.{number}"
        if effect.verb in ("notify", "todo") and effect.who is None:
            yield at, f'"{effect.verb}" says to whom: who = […]'
        if effect.limit is not None and effect.verb != "todo":
            yield at, '"limit" goes with todo'
        if effect.class_ is not None and effect.verb != "refer":
            yield at, '"class" goes with refer'
        if effect.amount is not None and effect.verb != "post":
            yield at, '"amount" goes with post'
        if effect.set is not None and effect.verb != "record":
            yield at, '"set" goes with record'


def _clocks(known: Known, spec: WorkflowSpec) -> Iterator[Problem]:
    names = {*spec.steps, *(key for step in spec.steps.values() for key in step.moves)}
    for name, clock in spec.clocks.items():
        where = f"clocks.{name}"
        for key, turned in (("starts", (clock.starts,)), ("stops", clock.stops)):
            for each in turned:
                if each not in names:
                    yield f"{where}.{key}", f'"{each}" is no step or move{nearest(each, names)}'
        yield from _column(known, spec, f"{where}.limit", clock.limit)
        yield from _effects(f"{where}.late", clock.late)


def _supervise(spec: WorkflowSpec) -> Iterator[Problem]:
    if spec.supervise is None:
        return
    yield from _effects("supervise.late", spec.supervise.late)
    for key in ("who", "answered_by"):
        for text in getattr(spec.supervise, key):
            if who_read(text).role in ("anyone", "resident", "applicant", "subject", "system"):
                yield f"supervise.{key}", f'"{text}" is nobody of the offices'


def _column(known: Known, spec: WorkflowSpec, where: str, limit: str | None) -> Iterator[Problem]:
    source, dot, column = (limit or "").partition(".")
    if not dot:
        return
    if source == "service":
        if column not in ("legal_limit", "promised_limit"):
            yield where, f'"{column}" is no limit of services.csv'
        return
    root = (spec.classes or "").partition(":")[2]
    if not root:
        yield where, f'"{limit}" needs to know which classes: classes = "class:…"'
    elif root in known.get("class", {}) and column not in known["class"][root]:
        columns = [key for key in known["class"][root] if key.endswith("_limit")]
        yield where, f'the root class "{root}" has no column "{column}"{nearest(column, columns)}'


def _who_lists(spec: WorkflowSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "who", spec.who
    for name, step in spec.steps.items():
        where = f"steps.{name}"
        yield f"{where}.who", step.who or ()
        yield f"{where}.offer.arbiter", (step.offer.arbiter if step.offer else None) or ()
        for effect in (*step.then, *step.late):
            yield f"{where}.then", effect.who or ()
        for key, move in step.moves.items():
            yield f"{where}.moves.{key}.who", move.who or ()
            for effect in move.then:
                yield f"{where}.moves.{key}.then", effect.who or ()
    yield from _who_of_time(spec)


def _who_of_time(spec: WorkflowSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, clock in spec.clocks.items():
        for effect in clock.late:
            yield f"clocks.{name}.late", effect.who or ()
        if clock.extend is not None:
            yield f"clocks.{name}.extend.asked_by", clock.extend.asked_by
            yield f"clocks.{name}.extend.approved_by", clock.extend.approved_by
    if spec.supervise is not None:
        yield "supervise.who", spec.supervise.who
        yield "supervise.answered_by", spec.supervise.answered_by
        for effect in spec.supervise.late:
            yield "supervise.late", effect.who or ()


def _who_words(known: Known, spec: WorkflowSpec) -> Iterator[Problem]:
    for where, who in _who_lists(spec):
        yield from who_problems(known, spec.at, where, who)


def _conditions(known: Known, spec: WorkflowSpec) -> Iterator[Problem]:
    """Fields asked about are filled in by some form of the workflow."""
    fields = _form_fields(known, spec)
    for name, step in spec.steps.items():
        for key, move in step.moves.items():
            yield from _fields(f"steps.{name}.moves.{key}.when", move.when, fields)


def _form_fields(known: Known, spec: WorkflowSpec) -> set[str]:
    """The fields that some form of the workflow fills in."""
    forms = {spec.form} | {step.form for step in spec.steps.values()}
    forms |= {move.form for step in spec.steps.values() for move in step.moves.values()}
    return {
        name
        for form in forms
        if form is not None
        for name in known.get("form", {}).get(form.partition(":")[2], {}).get("fields", {})
    }


def _fields(where: str, condition: Condition | None, fields: set[str]) -> Iterator[Problem]:
    for path in fields_of(condition):
        name = path.partition(".")[0]
        if name not in fields and name not in ALWAYS:
            near = nearest(name, [*fields, *ALWAYS])
            yield where, f'"{name}" is filled in by no form of this workflow{near}'


def _ways(spec: WorkflowSpec) -> Iterator[Problem]:
    """Every step can be reached, an end from each, and nothing leads round a fixed step."""
    ways = {name: [move.to for move in step.moves.values()] for name, step in spec.steps.items()}
    ends = [name for name, step in spec.steps.items() if step.end is not None]
    reached = graph.reachable(ways, spec.first)
    for name in spec.steps:
        if name not in reached:
            yield f"steps.{name}", "no way leads to this step"
    for name in sorted(graph.stranded(ways, ends)):
        yield f"steps.{name}", "no end can be reached from this step"
    done = [name for name in ends if spec.steps[name].end is End.DONE]
    for name, step in spec.steps.items():
        if step.fixed and graph.ways_round(ways, spec.first, name, done):
            yield f"steps.{name}", "is fixed, and a way leads round it to the end"


def duty_check(context: PackContext, key: str, spec: Any) -> list[Problem]:
    """A kind of place that a duty names is one of some level."""
    del key
    if spec.where_kind is None:
        return []
    kinds = {
        kind for level in context.known.get("level", {}).values() for kind in level.get("kinds", {})
    }
    if spec.where_kind in kinds:
        return []
    return [
        ("where_kind", f'"{spec.where_kind}" is no kind of place{nearest(spec.where_kind, kinds)}')
    ]

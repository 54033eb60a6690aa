# SPDX-License-Identifier: MulanPSL-2.0
"""Effects (definitions.md 2.5): each once, under a key of matter, revision and number."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from linli.base import calendar as calendars
from linli.base.conditions import holds
from linli.base.errors import Invalid
from linli.kernel.notify import rules as wording
from linli.kernel.notify import sending
from linli.kernel.notify.models import Definition as TextDefinition
from linli.kernel.sockets import registry
from linli.kernel.units.models import Unit
from linli.kernel.workflow.grammar import EffectSpec, MoveSpec
from linli.kernel.workflow.models import Clock, Matter, Timer, Todo
from linli.kernel.workflow.rules.clocks import SUPERVISE
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import TimerKind
from linli.kernel.workflow.work import Work

openers: dict[str, Callable[..., object]] = {}
"""How a matter without a module is opened; `opening`, which stands above, puts it here."""

Where = Sequence[str]
"""Where effects stand in the definition: ("steps", "received", "moves", "reject", "then")."""


@dataclass(frozen=True)
class Cause:
    """What the effects follow from, for their keys and for what notices say.

    `where` and `key` find the effects again when they come later.
    """

    key: str
    where: Where
    reason: Mapping[str, str] = field(default_factory=dict)
    unit: Unit | None = None
    clock: Clock | None = None


def effects_at(work: Work, where: Where) -> Sequence[EffectSpec]:
    """The effects that stand at a place in the matter's own version of its definition."""
    if where[0] == "clocks":
        return work.spec.clocks[where[1]].late
    if where[0] == SUPERVISE:
        return work.spec.supervise.late if work.spec.supervise is not None else ()
    step = work.spec.steps[where[1]]
    if where[2] == "moves":
        move: MoveSpec = step.moves[where[3]]
        return move.then
    return step.late if where[2] == "late" else step.then


def effects_run(work: Work, cause: Cause) -> None:
    """Carry out effects in order; one with `after` waits for its timer, one whose `when` is
    false is left out."""
    for number, effect in enumerate(effects_at(work, cause.where)):
        key = f"{cause.key}.{number}"
        if effect.after is not None:
            at = calendars.due(work.calendar(), work.now, effect.after).at
            _later(work, cause, key, number, at)
        else:
            effect_run(work, cause, effect, key)


def _later(work: Work, cause: Cause, key: str, number: int, at: dt.datetime) -> None:
    payload = {
        "where": list(cause.where),
        "number": number,
        "reason": dict(cause.reason),
        "unit": cause.unit.pk if cause.unit else None,
    }
    Timer.objects.create(key=key, matter=work.matter, kind=TimerKind.AFTER, at=at, payload=payload)


def effect_run(work: Work, cause: Cause, effect: EffectSpec, key: str) -> None:
    """Carry out one effect now."""
    if not holds(effect.when, work.values):
        return
    if effect.notify is not None:
        recipients = accounts_at(work.addresses(effect.who or ()), work.today)
        notify(work, cause, effect.target, recipients, key)
    elif effect.todo is not None:
        due = None
        if effect.limit is not None:
            due = calendars.due(work.calendar(), work.now, effect.limit).at
        todo_put(work, effect.target, work.addresses(effect.who or ()), key, due)
    elif effect.open is not None:
        gate_open(work, effect.open, key)
    elif effect.refer is not None:
        _refer(work, effect, key)


def notify(work: Work, cause: Cause, text: str, recipients: Sequence[int], key: str) -> None:
    """Send a notice about the matter."""
    if not recipients:
        return
    sending.send(
        actor=work.actor,
        text=text,
        to_account_ids=recipients,
        values=notice_values(work, cause),
        key=key,
        place_path=work.path,
        link=link_of(work),
        is_new=True,
    )


def notify_if_known(
    work: Work, cause: Cause, text: str, recipients: Sequence[int], key: str
) -> None:
    """Send a notice whose text the engine itself wants, where a pack has one."""
    if TextDefinition.objects.find("text", text, work.path, work.today) is not None:
        notify(work, cause, text, recipients, key)


def link_of(work: Work) -> str:
    """The address inside the platform from which every face opens the matter."""
    return f"/go/matter/{work.matter.number}/"


def notice_values(work: Work, cause: Cause) -> dict[str, wording.Value]:
    """What the names in a text's braces stand for."""
    matter = work.matter
    late = cause.clock or _shown_clock(work)
    unit = cause.unit or work.unit_in_hand()
    names = [name for _level, _path, name, _en in work.ancestors[-2:]]
    return {
        "matter": matter.title or matter.number,
        "number": matter.number,
        "place": "".join(names),
        "unit": unit.label if unit is not None else {"zh": "", "en": ""},
        "person": work.actor.label,
        "step": work.step.label.as_label(),
        "due": wording.moment_words(late.due_at) if late is not None else "",
        "late_by": wording.length_words(work.now - late.due_at)
        if late is not None and late.due_at < work.now
        else "",
        "reason": cause.reason,
    }


def _shown_clock(work: Work) -> Clock | None:
    """The clock that a notice speaks of: one shown to the applicant, else the nearest running
    one."""
    running = [each for each in work.all_clocks() if each.is_running]
    return min(running, key=lambda each: (not each.shown, each.due_at), default=None)


def todo_put(
    work: Work,
    text: str,
    addresses: Sequence[Address],
    key: str,
    due_at: dt.datetime | None = None,
) -> None:
    """Put a thing to do on desks; with the same key only once."""
    if not addresses or Todo.objects.filter(group=key).exists():
        return
    Todo.objects.bulk_create(
        Todo(
            key=f"{key}:{number}",
            group=key,
            text_key=text,
            matter=work.matter,
            match=address.match,
            role=address.role,
            place_path=address.place_path,
            unit_id=address.unit_id,
            account_id=address.account_id,
            opened_at=work.now,
            due_at=due_at,
        )
        for number, address in enumerate(addresses)
    )


def gate_open(work: Work, reference: str, key: str) -> None:
    """Ask the engine of a gate to open one on this matter; a second asking with the same key
    opens none."""
    kind, _, name = reference.partition(":")
    opener = registry.gate(kind)
    if opener is None:
        raise Invalid(f"{reference} waits for an engine that is not here", code="no_engine")
    opener(actor=work.actor, matter=work.matter, key=name, gate_key=key)


def _refer(work: Work, effect: EffectSpec, key: str) -> None:
    """Hand a new matter to somebody else; both sides keep the link.

    A module that owns the kind opens it through its own service, any other kind is opened as it
    stands.
    """
    if Matter.objects.filter(referral_key=key).exists():
        return
    class_key = (effect.class_ or "").partition(":")[2] or work.matter.class_key
    opener = registry.kind_opener(effect.target) or openers["matter"]
    opener(
        actor=work.actor,
        workflow=effect.target,
        referred_from=work.matter,
        class_key=class_key,
        referral_key=key,
    )

# SPDX-License-Identifier: MulanPSL-2.0
"""Which moves somebody may make now, and why not the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.conditions import explain, holds
from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.workflow.grammar import MoveSpec, forms_of
from linli.kernel.workflow.histories import called_since, is_new_version
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.rules.who import acts_as_applicant, is_subject, passes, units_of
from linli.kernel.workflow.terms import (
    ANSWERABLE,
    NEW_VERSION,
    OFFER_RESULTS,
    OrderState,
    Sort,
)
from linli.kernel.workflow.work import Work

ORDER_LABELS: dict[str, dict[str, str]] = {
    "sign": {"zh": "签收", "en": "Sign for it"},
    "accept": {"zh": "接下", "en": "Accept"},
    "refuse": {"zh": "退单", "en": "Send back"},
    "rule": {"zh": "裁决", "en": "Rule"},
    "take_back": {"zh": "收回", "en": "Take back"},
}


@dataclass(frozen=True)
class OpenMove:
    """A button: what it is called, where it leads, and why it is gray if it is.

    `kind` is "move" for `matter_move` and "order" for `order_sign`, `order_accept`,
    `order_refuse` and `order_rule`; `reasons` are the coded reasons of which one must be given.
    """

    key: str
    kind: str
    label: str
    help: str
    to: str
    is_open: bool
    why_not: Message
    form: FormSpec | None
    reasons: Mapping[str, Mapping[str, str]]
    needs_unit: bool = False

    @property
    def needs_reason(self) -> bool:
        """Whether a coded reason must be given."""
        return bool(self.reasons)


def moves_open(actor: Actor, matter: Matter) -> list[OpenMove]:
    """The buttons this actor has at the matter's present step; gray ones say why."""
    work = Work.reading(matter, actor)
    if matter.ended_at is not None:
        return []
    found = _order_moves(work) if work.step.offer is not None else []
    for key, move in work.step.moves.items():
        if is_result(work, key) or move.is_automatic or who_refused(work, move) is not None:
            continue
        why_not = refused(work, move)
        found.append(_open_move(work, key, move, why_not))
    return found


def is_result(work: Work, key: str) -> bool:
    """Whether a move is the result of a hand-over or a gate, which nobody can press."""
    return work.step.waits_for is not None or (work.step.offer is not None and key in OFFER_RESULTS)


def _open_move(work: Work, key: str, move: MoveSpec, why_not: Message | None) -> OpenMove:
    form = move_form(work, move)
    leads_to = work.spec.steps[move.to]
    return OpenMove(
        key=key,
        kind="move",
        label=label(move.label.as_label()) if move.label else key,
        help=label(move.help.as_label()) if move.help else "",
        to=move.to,
        is_open=why_not is None,
        why_not=why_not or "",
        form=form,
        reasons=_reasons(work, move.reasons),
        needs_unit=leads_to.offer is not None,
    )


def move_form(work: Work, move: MoveSpec) -> FormSpec | None:
    """What has to be filled in for a move: its own form, else that of the step."""
    reference = move.form or work.step.form
    if reference is None:
        return None
    return work.form(reference)


def _reasons(work: Work, reference: str | None) -> Mapping[str, Mapping[str, str]]:
    if reference is None:
        return {}
    return forms.choices_get(reference.partition(":")[2], work.path)


def who_refused(work: Work, move: MoveSpec) -> Message | None:
    """Why the actor is not one of those who make this move; None if they are."""
    who, actor, scene = move.who or work.step.who or (), work.actor, work.scene
    if not passes(actor, who, scene):
        return _("This step is in other hands.")
    own_right = "subject" in who or ("applicant" in who and acts_as_applicant(actor, scene))
    if is_subject(actor, scene) and not own_right:
        return _("Nobody decides a matter about themselves.")
    return None


def refused(work: Work, move: MoveSpec) -> Message | None:
    """Why a move is not open to somebody who may make it otherwise; None if it is open."""
    step = move.other_than or work.step.other_than
    if step is not None and has_done(work, step):
        return _("Somebody else has to do this: you worked on “%(step)s” yourself.") % {
            "step": label(work.spec.steps[step].label.as_label())
        }
    if move.when is not None and not holds(move.when, work.values):
        return label(explain(move.when, _labels(work)))
    return None


def has_done(work: Work, step: str) -> bool:
    """Whether the actor made a move in a step of this matter."""
    if work.actor.account_id is None:
        return False
    own = Q(account_id=work.actor.account_id) & ~Q(sort=Sort.NOTED)
    told = own | Q(sort=Sort.CORRECTED, move=NEW_VERSION)
    done: set[str] = set()
    for line in work.matter.moves.filter(told).order_by("pk"):
        if is_new_version(line):
            done = {called_since(line, each) for each in done}
        else:
            done.add(line.from_step)
    return step in done


def _labels(work: Work) -> dict[str, dict[str, str]]:
    """What people call the fields that a condition asks about."""
    keys = [reference.partition(":")[2] for reference in forms_of(work.spec)]
    found = (forms.form_find(key, work.path, work.opened_on) for key in keys)
    return forms.asked_words(form for form in found if form is not None)


def _order_moves(work: Work) -> list[OpenMove]:
    """The buttons of a hand-over: for the unit that is offered it, or for the arbiter."""
    order, offer = work.order, work.step.offer
    if order is None or offer is None:
        return []
    keys: list[str] = []
    if order.state in ANSWERABLE and order.unit_id in units_of(work.actor):
        keys = (
            ["sign", "accept", "refuse"]
            if order.state == OrderState.OFFERED
            else ["accept", "refuse"]
        )
    elif order.state in ANSWERABLE and may_take_back(work):
        keys = ["take_back"]
    elif order.state == OrderState.CONTESTED and passes(
        work.actor, offer.arbiter or (), work.scene
    ):
        keys = ["rule"]
    return [
        OpenMove(
            key=key,
            kind="order",
            label=label(ORDER_LABELS[key]),
            help="",
            to="",
            is_open=(why := _ruling_barred(work) if key == "rule" else None) is None,
            why_not=why or "",
            form=None,
            reasons=_reasons(work, offer.reasons) if key == "refuse" else {},
            needs_unit=key == "rule",
        )
        for key in keys
    ]


def may_take_back(work: Work) -> bool:
    """Whether the actor sent the order: they offered it, or work where its sender works."""
    order, actor = work.order, work.actor
    if order is None or actor.account_id is None:
        return actor.is_system
    if actor.account_id in (order.offered_by_id, work.matter.holder_account_id):
        return True
    return order.sender_unit_id is not None and order.sender_unit_id in units_of(actor)


def _ruling_barred(work: Work) -> Message | None:
    if units_concerned(work) & units_of(work.actor):
        return _("You belong to a unit concerned, so somebody else has to rule.")
    return None


def units_concerned(work: Work) -> frozenset[int]:
    """The units between which an arbiter rules: those that were asked, and the one that asked."""
    rows = work.matter.orders.values_list("unit_id", "sender_unit_id")
    return frozenset(filter(None, (unit for pair in rows for unit in pair)))

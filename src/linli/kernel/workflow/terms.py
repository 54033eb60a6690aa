# SPDX-License-Identifier: MulanPSL-2.0
"""The words of matters, clocks and orders."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAX_TEXT = 2000
"""Longest note or reason, in characters."""

VALUES = "workflow.matter.values"
"""The context under which personal fields of a matter's values are sealed."""


class Perm(StrEnum):
    """The permissions over procedures and matters; who may move one stands in its definition."""

    VIEW = "workflow.view"
    VIEW_MATTER = "workflow.view_matter"
    REASSIGN = "workflow.reassign"


class Verb(StrEnum):
    """What the record says about matters and orders."""

    MATTER_OPENED = "workflow.matter.opened"
    MATTER_MOVED = "workflow.matter.moved"
    MATTER_NOTED = "workflow.matter.noted"
    MATTER_CORRECTED = "workflow.matter.corrected"
    ORDER_OFFERED = "workflow.order.offered"
    ORDER_SIGNED = "workflow.order.signed"
    ORDER_ACCEPTED = "workflow.order.accepted"
    ORDER_REFUSED = "workflow.order.refused"
    ORDER_LAPSED = "workflow.order.lapsed"
    ORDER_RULED = "workflow.order.ruled"
    CLOCK_LATE = "workflow.clock.late"
    TODO_DONE = "workflow.todo.done"
    ORDER_RECALLED = "workflow.order.recalled"
    CO_HANDLER_ASKED = "workflow.co_handler.asked"
    CO_HANDLER_DONE = "workflow.co_handler.done"
    CO_HANDLER_RELEASED = "workflow.co_handler.released"
    EXTENSION_ASKED = "workflow.extension.asked"
    EXTENSION_ANSWERED = "workflow.extension.answered"
    SUPERVISION_ORDERED = "workflow.supervision.ordered"
    SUPERVISION_ANSWERED = "workflow.supervision.answered"
    MATTER_REASSIGNED = "workflow.matter.reassigned"
    MATTER_MIGRATED = "workflow.matter.migrated"
    CLOCKS_RECOUNTED = "workflow.clocks.recounted"
    BATCH_ASKED = "workflow.batch.asked"
    BATCH_UNDONE = "workflow.batch.undone"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.MATTER_OPENED: {"zh": "立了一件事", "en": "opened a matter"},
    Verb.MATTER_MOVED: {"zh": "办了一步", "en": "moved a matter on"},
    Verb.MATTER_NOTED: {"zh": "记了一笔", "en": "wrote a note"},
    Verb.MATTER_CORRECTED: {"zh": "改了类别或地点", "en": "corrected class or place"},
    Verb.ORDER_OFFERED: {"zh": "派了单", "en": "offered an order"},
    Verb.ORDER_SIGNED: {"zh": "签收了单子", "en": "signed for an order"},
    Verb.ORDER_ACCEPTED: {"zh": "接下了单子", "en": "accepted an order"},
    Verb.ORDER_REFUSED: {"zh": "退了单", "en": "refused an order"},
    Verb.ORDER_LAPSED: {"zh": "没有按时答复，按接下算", "en": "let an order go unanswered"},
    Verb.ORDER_RULED: {"zh": "裁定了由谁办", "en": "ruled who takes an order"},
    Verb.CLOCK_LATE: {"zh": "到时限没办完", "en": "ran past a time limit"},
    Verb.TODO_DONE: {"zh": "办完一条待办", "en": "finished a to-do"},
    Verb.ORDER_RECALLED: {"zh": "收回了单子", "en": "took an order back"},
    Verb.CO_HANDLER_ASKED: {"zh": "请了单位协办", "en": "asked a unit to help"},
    Verb.CO_HANDLER_DONE: {"zh": "协办办完了", "en": "finished helping"},
    Verb.CO_HANDLER_RELEASED: {"zh": "不再请它协办", "en": "let a helping unit go"},
    Verb.EXTENSION_ASKED: {"zh": "申请了延期", "en": "asked for more time"},
    Verb.EXTENSION_ANSWERED: {"zh": "答复了延期申请", "en": "answered a request for more time"},
    Verb.SUPERVISION_ORDERED: {"zh": "督办了一件事", "en": "ordered a matter to be hastened"},
    Verb.SUPERVISION_ANSWERED: {"zh": "答复了督办", "en": "answered a supervision"},
    Verb.MATTER_REASSIGNED: {"zh": "把手上的事交给同事", "en": "handed a matter to a colleague"},
    Verb.MATTER_MIGRATED: {"zh": "改按新版规矩办", "en": "moved a matter to the new procedure"},
    Verb.CLOCKS_RECOUNTED: {"zh": "按新日历重算时限", "en": "counted time limits anew"},
    Verb.BATCH_ASKED: {"zh": "一次办了多件", "en": "pressed a button on many matters"},
    Verb.BATCH_UNDONE: {"zh": "撤销了一次办多件", "en": "took a batch back"},
}

PERM_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看办理规矩", "en": "See procedures"},
    Perm.VIEW_MATTER: {"zh": "查看事项", "en": "See matters"},
    Perm.REASSIGN: {"zh": "把一个人手上的事交给同事", "en": "Hand on somebody's work"},
}


class Event(StrEnum):
    """What workflow announces; payloads hold ids and keys only."""

    MATTER_OPENED = "workflow.matter_opened"
    MATTER_MOVED = "workflow.matter_moved"
    MATTER_NOTED = "workflow.matter_noted"
    MATTER_CORRECTED = "workflow.matter_corrected"
    MATTER_ENDED = "workflow.matter_ended"
    ORDER_ANSWERED = "workflow.order_answered"
    CLOCK_LATE = "workflow.clock_late"
    TODO_DONE = "workflow.todo_done"
    CO_HANDLER_CHANGED = "workflow.co_handler_changed"
    CLOCK_EXTENDED = "workflow.clock_extended"
    SUPERVISION_CHANGED = "workflow.supervision_changed"
    MATTER_REASSIGNED = "workflow.matter_reassigned"


class End(TextChoices):
    """How a matter can end."""

    DONE = "done", _("Dealt with")
    REFUSED = "refused", _("Not accepted")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    REFERRED = "referred", _("Referred")


class OrderState(TextChoices):
    """Where an order stands; `contested` waits for the arbiter, `ruled` is final."""

    OFFERED = "offered", _("Waiting to be signed")
    SIGNED = "signed", _("Signed")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Sent back")
    CONTESTED = "contested", _("Before the arbiter")
    LAPSED = "lapsed", _("Taken as accepted, for want of an answer")
    RULED = "ruled", _("Assigned by ruling")
    RECALLED = "recalled", _("Taken back")


ANSWERABLE = (OrderState.OFFERED, OrderState.SIGNED)
"""States in which the unit has not answered yet."""

WAITING = (*ANSWERABLE, OrderState.CONTESTED)
"""States in which an order still waits for somebody: the unit, or the arbiter."""

TAKEN = (OrderState.ACCEPTED, OrderState.LAPSED, OrderState.RULED)
"""States in which the unit has the matter in hand."""


class ClockKind(TextChoices):
    """Whose limit a clock measures: the matter's, one stay in a step, an order's two answers, or
    the answer to a supervision."""

    MATTER = "matter", _("The whole matter")
    STEP = "step", _("This step")
    SIGN = "sign", _("Signing")
    ANSWER = "answer", _("Accepting or sending back")
    SUPERVISE = "supervise", _("Answering a supervision")


LASTING_CLOCKS = (ClockKind.MATTER, ClockKind.SUPERVISE)
"""Clocks that run on whatever step the matter goes to."""


class TimerKind(TextChoices):
    """What is to happen by itself at a moment."""

    WARN = "warn", _("Warn before it runs out")
    LATE = "late", _("Ran out")
    AUTO = "auto", _("Move by itself")
    UNANSWERED = "unanswered", _("No answer")
    AFTER = "after", _("Later effect")


class Sort(TextChoices):
    """What a line of the history tells."""

    OPENED = "opened", _("Opened")
    MOVED = "moved", _("One step on")
    OFFERED = "offered", _("Sent to a unit")
    SIGNED = "signed", _("Signed")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Sent back")
    CONTESTED = "contested", _("Put before the arbiter")
    LAPSED = "lapsed", _("No answer in time")
    RULED = "ruled", _("Ruled")
    NOTED = "noted", _("Note")
    CORRECTED = "corrected", _("Corrected")
    LATE = "late", _("Ran out")
    STUCK = "stuck", _("Needs a hand")
    RECALLED = "recalled", _("Taken back")
    ASKED = "asked", _("Help asked for")
    HELPED = "helped", _("Help given")
    RELEASED = "released", _("Help no longer needed")
    ASKED_TIME = "asked_time", _("More time asked for")
    EXTENDED = "extended", _("More time granted")
    NOT_EXTENDED = "not_extended", _("No more time")
    ESCALATED = "escalated", _("Passed up")
    SUPERVISED = "supervised", _("Supervised from above")
    ACCOUNTED = "accounted", _("Supervision answered")
    HANDED_ON = "handed_on", _("Handed to a colleague")
    RECOUNTED = "recounted", _("Counted anew")


NEW_VERSION = "new_version"
"""The key of the history's line that says a matter goes by a newer version of its procedure; its
values say which, and under "steps" what older steps are called now."""

HAND_OVER_SORTS = (
    Sort.OFFERED,
    Sort.SIGNED,
    Sort.ACCEPTED,
    Sort.REFUSED,
    Sort.CONTESTED,
    Sort.LAPSED,
    Sort.RULED,
    Sort.RECALLED,
    Sort.ASKED,
    Sort.HELPED,
    Sort.RELEASED,
    Sort.HANDED_ON,
)
"""Lines that belong to the hand-over (只看交接)."""


GATE_RESULTS: dict[str, tuple[str, ...]] = {
    "vote": ("passed", "failed", "no_quorum"),
    "rate": ("good", "bad", "silent"),
}
"""What a ballot's method can give; every other method gives "done"."""

LEAD_FIELD = "lead"
"""The field of a form that names the unit leading those that are called."""

OFFER_RESULTS = ("accepted", "refused", "unanswered")

NO_DUTY, TO_TAKE_BACK, CHILD_ENDED = "no_duty", "to_take_back", "child_ended"
"""What the engine tells of a matter that waits in vain: no unit can take it; nothing will come of
the gate, and ticking the to-do off takes it back from there; one of several children did not do it.
"""

OFFICE = "office"
"""The calendar where neither class nor workflow names one."""

HOUSE_TODOS: dict[str, dict[str, str]] = {
    NO_DUTY: {
        "zh": "派不出去：职责清单里没有能接的单位",
        "en": "No unit in the duty list can take it",
    },
    TO_TAKE_BACK: {
        "zh": "没有等到结果，勾掉就回到这里接着办",
        "en": "It waits in vain: tick this off to have it back",
    },
    "to_rule": {"zh": "请裁决", "en": "Ruling needed"},
    "to_help": {"zh": "请你们单位协办", "en": "Your unit is asked to help"},
    "to_extend": {"zh": "有人申请延期，请答复", "en": "More time is asked for"},
    "to_account": {"zh": "上级督办，请按时答复", "en": "This is supervised: answer in time"},
}
"""To-dos that the engine itself opens; a pack's text of the same key says it instead."""

STUCK_LINES: dict[str, dict[str, str]] = {
    NO_DUTY: HOUSE_TODOS[NO_DUTY],
    TO_TAKE_BACK: {"zh": "没有等到结果", "en": "It waits in vain"},
    CHILD_ENDED: {"zh": "有一家没有办成", "en": "One of those called did not do it"},
}
"""How the history tells of a matter that waits in vain."""


class Match(TextChoices):
    """How a desk or a to-do finds its people."""

    REACH = "reach", _("Role at the place or above")
    OWN = "own", _("Role at exactly the place")
    ABOVE = "above", _("Role strictly above")
    ANYWHERE = "anywhere", _("Role anywhere in the city")
    UNIT = "unit", _("Role or membership in a unit")
    ACCOUNT = "account", _("One account")
    ANYONE = "anyone", _("Anyone")
    RESIDENT = "resident", _("A resident")

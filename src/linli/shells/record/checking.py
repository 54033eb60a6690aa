# SPDX-License-Identifier: MulanPSL-2.0
"""Checking that no row of the record was touched: asked for here, done in the background.

How it went stands in the record itself, so that nobody can take back that it was asked for, or
what came
of it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Message
from linli.kernel.access import services as access
from linli.kernel.audit import selectors as records
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.audit.terms import Perm
from linli.kernel.jobs import services as jobs
from linli.shells.record.terms import CHECK, Verb

JOB = "record.check"
TROUBLES: dict[str, Message] = {
    audit.Fault.TOUCHED: gettext_lazy("line %(number)s is not as it was written"),
    audit.Fault.MISSING: gettext_lazy("next to line %(number)s a line was taken out"),
    audit.Fault.ADDED: gettext_lazy("line %(number)s was put in later"),
    audit.Fault.EXPORT: gettext_lazy("lines from seal %(number)s on went without a file of ours"),
    audit.Fault.SEAL: gettext_lazy("seal %(number)s does not fit the lines below it"),
}
PATIENCE = dt.timedelta(hours=1)
"""A check that has not come back for so long may be asked for again."""


@dataclass(frozen=True, slots=True)
class Check:
    """How the last checks went: the one that runs now, and the newest that came to its end."""

    asked: AuditRecord | None
    done: AuditRecord | None

    @property
    def is_running(self) -> bool:
        """Whether one was asked for and has not come back yet."""
        if self.asked is None or clock.now() - self.asked.at > PATIENCE:
            return False
        return self.done is None or self.done.seq < self.asked.seq

    @property
    def share(self) -> int:
        """How far the running check should be by now, in percent, going by the last; 0 if
        unknown.
        """
        if self.asked is None or self.done is None:
            return 0
        rows, milliseconds = self.done.detail["rows"], self.done.detail["milliseconds"]
        wanted = self.asked.detail["rows"]
        if not (rows and wanted):
            return 0
        spent = (clock.now() - self.asked.at) / dt.timedelta(milliseconds=1)
        share: float = 100 * spent * rows / milliseconds / wanted
        return min(round(share), 95)

    @property
    def trouble(self) -> str:
        """What the newest finished check found to be wrong; "" if every row is as it was
        written.
        """
        if self.done is None or self.done.detail["first_broken"] is None:
            return ""
        fault = self.done.detail.get("fault", audit.Fault.TOUCHED)
        words = TROUBLES.get(fault, TROUBLES[audit.Fault.SEAL])
        return str(words) % {"number": self.done.detail["first_broken"]}


def check_newest() -> Check:
    """How the last checks went; the caller has asked whether the reader may know."""
    newest = list(records.records_of(CHECK)[:4])
    asked = next((row for row in newest if row.verb == Verb.CHECK_ASKED), None)
    done = next((row for row in newest if row.verb == Verb.CHECK_DONE), None)
    return Check(asked, done)


@transaction.atomic
def check_ask(*, actor: Actor) -> None:
    """Have the whole record checked in the background.

    Raises Forbidden without `audit.view_record`, Conflict while a check is under way.
    """
    if not access.may_anywhere(actor, Perm.VIEW):
        raise Forbidden(_("You may not look at the record."), code="forbidden")
    if check_newest().is_running:
        raise Conflict(_("A check is under way already."), code="check_running")
    rows = records.records_for(SYSTEM).count()
    audit.record(actor, Verb.CHECK_ASKED, on=CHECK, detail={"rows": rows})
    jobs.enqueue(JOB)


def check_run() -> audit.VerifyResult:
    """Check every row, and write down what came of it."""
    began = timezone.now()  # wall time: the demo clock may jump meanwhile
    result = audit.verify()
    spent = timezone.now() - began
    detail = {
        "rows": result.rows,
        "first_broken": result.first_broken,
        "fault": result.fault,
        "milliseconds": max(round(spent / dt.timedelta(milliseconds=1)), 1),
    }
    audit.record(SYSTEM, Verb.CHECK_DONE, on=CHECK, detail=detail)
    return result

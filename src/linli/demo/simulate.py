# SPDX-License-Identifier: MulanPSL-2.0
"""Lets the weeks of an invented city pass: who acts next, and what happens by itself meanwhile.

The same loop carries every case: what comes next follows from where the case stands and from its
script, so nothing here knows how a case came to its step.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from linli.base import clock
from linli.base.calendar import WorkCalendar, add_working, working_between
from linli.demo import acts
from linli.demo.acts import Running, Stage, Standing, standing_of
from linli.demo.living import HOLIDAY, rest_name
from linli.demo.passing import first_timer
from linli.demo.script import minutes
from linli.demo.talk import living
from linli.engines.ballots import services as ballots
from linli.engines.ballots.models import Ballot
from linli.kernel.events import services as events
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Clock
from linli.kernel.workflow.selectors import calendar_get
from linli.kernel.workflow.terms import OrderState

_OPENING, _CLOSING = 7.6, 21.2
"""Hours between which people are called or call."""
_SOON = dt.timedelta(seconds=40)
_LOOK_AGAIN = dt.timedelta(minutes=11)

Coming = tuple[dt.datetime, Callable[[], None] | None]
"""When there is something to do, and what; nothing means to look again."""


@dataclass(order=True)
class _Turn:
    """A case's next moment; equal moments keep the order of the cases."""

    at: dt.datetime
    number: int
    case: Running = field(compare=False)


@dataclass
class Weeks:
    """The passing of time: a queue of turns, with everything due in between done by the house
    itself.

    `numbers` is told of a case right before it is filed, where its number is settled already.
    """

    stage: Stage
    until: dt.datetime
    calendars: dict[str, WorkCalendar] = field(default_factory=dict)
    turns: list[_Turn] = field(default_factory=list)
    closings: list[dt.datetime] = field(default_factory=list)
    numbers: Callable[[Running], None] | None = None
    done: int = 0

    def run(self, cases: Sequence[Running], progress: Callable[[int, int], None]) -> None:
        """File every case at its moment and carry it as far as it gets."""
        self.turns = [_Turn(case.planned.at, case.number, case) for case in cases]
        heapq.heapify(self.turns)
        filed = 0
        while self.turns and self.turns[0].at <= self.until:
            turn = heapq.heappop(self.turns)
            filed += turn.case.appeal is None
            self._by_itself(turn.at)
            with clock.at(turn.at):
                coming = self._turn(turn.case)
            if coming is not None:
                later = max(coming, turn.at + _SOON)
                heapq.heappush(self.turns, _Turn(later, turn.number, turn.case))
            self.done += 1
            if self.done % 100 == 0:
                events.deliver_all()
                progress(self.done, filed)
        self._by_itself(self.until)
        events.deliver_all()

    def _by_itself(self, moment: dt.datetime) -> None:
        """Timers and ballots that come due before a moment, each at its own time."""
        while (due := self._first_due(moment)) is not None:
            with clock.at(due):
                workflow.matters_tick()
                if self.closings and self.closings[0] <= due:
                    heapq.heappop(self.closings)
                    ballots.ballots_tick(due)

    def _first_due(self, moment: dt.datetime) -> dt.datetime | None:
        """The first moment not after this one at which something happens by itself."""
        timer = first_timer(moment)
        found = [at for at in (timer, *self.closings[:1]) if at is not None and at <= moment]
        return min(found, default=None)

    def _turn(self, case: Running) -> dt.datetime | None:
        """Do what is to be done now; returns when to look again, None if nobody will."""
        if case.appeal is None:
            self._take(case)
        else:
            coming = self._coming(case)
            if coming is None or coming[0] > clock.now() + _SOON:
                return coming[0] if coming is not None else None
            if coming[1] is None:
                return None
            coming[1]()
        after = self._coming(case)
        return after[0] if after is not None else None

    def _take(self, case: Running) -> None:
        """File the appeal, and learn how much time its clocks give."""
        if self.numbers is not None:
            self.numbers(case)
        acts.file(self.stage, case)
        rows = Clock.objects.filter(matter=case.matter, name__in=("contact", "closing"))
        for name, key, starts_at, due_at in rows.values_list(
            "name", "calendar", "starts_at", "due_at"
        ):
            calendar = self._calendar(key, case.path)
            case.limits[name] = (working_between(calendar, starts_at, due_at), calendar)

    def _calendar(self, key: str, path: str) -> WorkCalendar:
        if key not in self.calendars:
            self.calendars[key] = calendar_get(key, path)
        return self.calendars[key]

    def _coming(self, case: Running) -> Coming | None:
        """The next act of the script and its moment; None when nothing more will be done."""
        now = standing_of(case.matter.pk)
        steps = {
            "received": self._received,
            "offered": self._offered,
            "handling": self._handling,
            "verifying": self._verifying,
            "calling_back": self._calling_back,
        }
        if now is None or now.step not in steps:
            return None
        return steps[now.step](case, now)

    def _received(self, case: Running, now: Standing) -> Coming | None:
        plan = case.planned.script
        if plan.halts_at == "received":
            return None
        after = 9.0 if case.refused else plan.dispatch
        at = now.since + minutes(after) if after is not None else None
        is_watched = case.refused or case.matter.urgency == "urgent"
        if at is None or not (is_watched or _is_day(at)):
            return now.since + _LOOK_AGAIN, None
        return at, lambda: acts.dispatch(self.stage, case, now)

    def _offered(self, case: Running, now: Standing) -> Coming | None:
        plan = case.planned.script
        if now.order_state == OrderState.CONTESTED:
            return None
        limit, calendar = case.limits["contact"]
        patience = min(limit * plan.accept, dt.timedelta(minutes=95))
        answers = add_working(calendar, case.planned.at, patience)
        answers = max(answers, now.since + min(limit / 10, minutes(12)))
        if now.order_state == OrderState.OFFERED:
            signs = min(now.since + minutes(plan.sign), answers - dt.timedelta(seconds=45))
            return max(signs, now.since + _SOON), lambda: acts.sign(self.stage, case, now)
        if plan.halts_at == "offered":
            return None
        act = acts.refuse if case.refused < plan.refusals else acts.accept
        return answers, lambda: act(self.stage, case, now)

    def _handling(self, case: Running, now: Standing) -> Coming | None:
        plan, filed_at = case.planned.script, case.planned.at
        if not case.is_contacted:
            limit, calendar = case.limits["contact"]
            at = add_working(calendar, filed_at, limit * plan.contact)
            return max(at, now.since + minutes(2)), lambda: acts.contact(self.stage, case, now)
        limit, calendar = case.limits["closing"]
        if case.planned.living == HOLIDAY and not case.is_noted:
            at = add_working(calendar, filed_at, limit * 1.05)
            return at, lambda: self._explain(case, now)
        if plan.halts_at == "handling" and case.rated >= plan.halts_after:
            return None
        at = add_working(calendar, filed_at, limit * plan.answer)
        if case.failed or case.rated:
            at = add_working(calendar, now.since, limit * (0.12 + plan.answer / 4))
        return max(at, now.since + minutes(6)), lambda: acts.answer(self.stage, case, now)

    def _explain(self, case: Running, now: Standing) -> None:
        filed_on = clock.local(case.planned.at).date()
        rest = rest_name(self._calendar("office", case.path), filed_on) or "周末"
        acts.note(self.stage, case, now, living(HOLIDAY)["note"].format(rest=rest))

    def _verifying(self, case: Running, now: Standing) -> Coming | None:
        plan = case.planned.script
        if plan.halts_at == "verifying":
            return None
        office = self._calendar("office", case.path)
        at = add_working(office, now.since, office.usual_day() * plan.verify)
        if case.matter.urgency == "urgent":
            at = _by_day(now.since + dt.timedelta(hours=1 + 4 * plan.verify))
        return at, lambda: acts.verify(self.stage, case, now)

    def _calling_back(self, case: Running, now: Standing) -> Coming | None:
        plan = case.planned.script
        mark = plan.second_mark if case.rated else plan.mark
        if plan.halts_at == "calling_back" or not mark:
            self._silence(case)
            return None
        at = _by_day(now.since + dt.timedelta(hours=plan.rate))
        return at, lambda: acts.rate(self.stage, case, mark)

    def _silence(self, case: Running) -> None:
        """Nobody will say anything: the ballot closes by itself."""
        waiting = Ballot.objects.filter(matter=case.matter, closed_at__isnull=True)
        for closes_at in waiting.values_list("closes_at", flat=True):
            if closes_at is not None:
                heapq.heappush(self.closings, closes_at)


def _is_day(moment: dt.datetime) -> bool:
    local = clock.local(moment)
    return _OPENING <= local.hour + local.minute / 60 <= _CLOSING


def _by_day(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or the next morning when nobody would ring at a door."""
    local = clock.local(moment)
    if _is_day(local):
        return local
    day = local.date() + dt.timedelta(days=int(local.hour > _CLOSING - 1))
    opening = dt.datetime.combine(day, dt.time(8, 5), tzinfo=clock.ZONE)
    return opening + dt.timedelta(minutes=local.minute)

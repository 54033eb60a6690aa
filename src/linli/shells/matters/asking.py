# SPDX-License-Identifier: MulanPSL-2.0
"""What may be asked beside the procedure's own buttons: help of another unit, more time, and from
above that it be hastened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.errors import Forbidden, Invalid, Message
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.filling import OWN
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.back import done
from linli.shells.matters.choosing import unit_needed, whole
from linli.shells.matters.doing import Doing
from linli.shells.matters.filling import errors_of
from linli.shells.matters.reading import matter_any
from linli.shells.matters.sheet import Sheet

PAGE = "matters/console/do.html"
GRANT, DENY = "grant", "deny"


@dataclass(frozen=True)
class Deeds:
    """What the reader may ask or answer now.

    `own` are answers that wait for the reader, shown beside the procedure's buttons; the others
    stand where units and time limits are shown.
    """

    own: Sequence[Doing]
    help_asked: Sequence[Doing]
    time_asked: Sequence[Doing]
    supervising: Sequence[Doing]

    @property
    def all(self) -> list[Doing]:
        """All of it."""
        return [*self.own, *self.help_asked, *self.time_asked, *self.supervising]


@dataclass(frozen=True)
class Together:
    """A matter's helpers, extensions and relatives with what the reader may do about them, for a
    module's own page of it: see `matters/console/together.html` and `more_time.html`.
    """

    sheet: Sheet
    deeds: Deeds


def together_of(sheet: Sheet) -> Together:
    """That part of a matter as the reader of a module's page sees it."""
    return Together(sheet, deeds_of(sheet))


def deeds_of(sheet: Sheet) -> Deeds:
    """What the reader of a matter's page may ask or answer."""
    own = [*_accounts(sheet), *_our_part(sheet), *_answers(sheet)]
    return Deeds(own, _about_help(sheet), _about_time(sheet), _supervising(sheet))


def _our_part(sheet: Sheet) -> list[Doing]:
    rows = [row for row in sheet.helping.waiting if row.pk in sheet.helping.own]
    title = _("Our part is done")
    return [_deed(sheet, f"helped-{row.pk}", title, "said", _("What was done")) for row in rows]


def _about_help(sheet: Sheet) -> list[Doing]:
    if not sheet.helping.may_ask:
        return []
    ask = _deed(sheet, "help", _("Ask a unit to help"), "task", _("What they are to do"))
    found = [replace(ask, units=sheet.units, needs_unit=True)]
    for row in sheet.helping.waiting:
        title = _("Release %(unit)s") % {"unit": row.unit.name}
        release = _deed(sheet, f"release-{row.pk}", title, "why", _("Why"))
        found.append(replace(release, needs_note=False))
    return found


def _about_time(sheet: Sheet) -> list[Doing]:
    found = []
    for clock in sheet.extensions.askable:
        title = _("Ask for more time: %(clock)s") % {"clock": clock.name}
        ask = _deed(sheet, f"extend-{clock.clock}", title, "why", _("Why it takes longer"))
        said = _("It would be %(span)s more; somebody else answers.") % {"span": clock.span}
        found.append(replace(ask, help=said))
    return found


def _answers(sheet: Sheet) -> list[Doing]:
    found = []
    for asked in sheet.extensions.waiting:
        if not asked.may_answer:
            continue
        title = _("Answer: more time for “%(clock)s”") % {"clock": asked.name}
        note = _("Note, needed for a no")
        answer = _deed(sheet, f"answer-{asked.row.pk}", title, "note", note)
        said = {"span": asked.span, "why": asked.row.why}
        found.append(
            replace(
                answer,
                help=_("%(span)s more are asked for: %(why)s") % said,
                reasons=[(GRANT, _("Grant it")), (DENY, _("Do not grant it"))],
                reasons_label=_("Your answer"),
                needs_note=False,
            )
        )
    return found


def _accounts(sheet: Sheet) -> list[Doing]:
    found = []
    for each in sheet.supervisions.waiting:
        note = _("What was done, and when it will be finished")
        answer = _deed(sheet, f"account-{each.row.pk}", _("Answer the supervision"), "answer", note)
        said = {"name": each.ordered_by, "what": each.row.what}
        found.append(replace(answer, help=_("%(name)s wants: %(what)s") % said))
    return found


def _supervising(sheet: Sheet) -> list[Doing]:
    span = sheet.supervisions.span
    if not span:
        return []
    order = _deed(sheet, "supervise", _("Supervise"), "what", _("What you want done"))
    said = _("Whoever has it in hand is told and answers within %(span)s.") % {"span": span}
    return [replace(order, help=said)]


def _deed(sheet: Sheet, key: str, title: str, note_name: str, note_label: str) -> Doing:
    """A deed with one text to write, which is needed unless the caller says otherwise."""
    return Doing(
        key=key,
        title=title,
        help="",
        href=reverse("console:matter_ask", args=[sheet.matter.number, key]),
        step=sheet.matter.step,
        revision=sheet.matter.revision,
        may_note=True,
        needs_note=True,
        note_name=f"{OWN}{note_name}",
        note_label=note_label,
    )


@console.page("matters/<str:number>/ask/<str:key>/", name="matter_ask", needs=Perm.VIEW_MATTER)
def matter_ask(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One deed: its form, and doing it; also for matters that a module has pages of its own for."""
    matter = matter_any(request, number)
    if request.method != "POST":
        return _page(request, matter, key)
    kind, _dash, rest = key.partition("-")
    run = RUNS.get(kind)
    if run is None:
        raise Forbidden("", code="no_deed")
    try:
        words = run(request, matter, rest)
    except Invalid as refusal:
        return _page(request, matter, key, errors_of(refusal, None), status=refusal.status)
    return done(request, number, words)


def _page(
    request: HttpRequest,
    matter: Matter,
    key: str,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    sheet = Sheet(request, matter)
    doing = next((each for each in deeds_of(sheet).all if each.key == key), None)
    if doing is None:
        raise Forbidden("", code="no_deed")
    if errors:
        doing = replace(doing, errors=errors, given=request.POST.dict())
    return render(
        request, PAGE, status=status, sheet=sheet, matter=matter, doing=doing, is_page=True
    )


def _help(request: HttpRequest, matter: Matter, _rest: str) -> str:
    unit = unit_needed(request, matter)
    task = request.POST.get(f"{OWN}task", "")
    workflow.co_handler_ask(actor=actor_of(request), matter=matter.pk, unit=unit, task=task)
    return _("%(unit)s has been asked.") % {"unit": unit.name}


def _helped(request: HttpRequest, matter: Matter, rest: str) -> str:
    said = request.POST.get(f"{OWN}said", "")
    workflow.co_handler_done(actor=actor_of(request), co_handler=_helper(matter, rest), said=said)
    return _("Written down; the lead unit has been told.")


def _release(request: HttpRequest, matter: Matter, rest: str) -> str:
    why = request.POST.get(f"{OWN}why", "")
    workflow.co_handler_release(actor=actor_of(request), co_handler=_helper(matter, rest), why=why)
    return _("Released.")


def _helper(matter: Matter, key: str) -> int:
    """The number of one that was asked to help with this very matter."""
    found = matter.co_handlers.filter(pk=whole(key) or 0).first()
    if found is None:
        raise Forbidden("", code="no_deed")
    return int(found.pk)


def _extend(request: HttpRequest, matter: Matter, clock: str) -> str:
    why = request.POST.get(f"{OWN}why", "")
    workflow.extension_ask(actor=actor_of(request), matter=matter.pk, clock=clock, why=why)
    return _("Asked for. Until it is answered the time limit stays as it is.")


def _answer(request: HttpRequest, matter: Matter, rest: str) -> str:
    found = matter.extensions.filter(pk=whole(rest) or 0).first()
    if found is None:
        raise Forbidden("", code="no_deed")
    answer = request.POST.get(f"{OWN}reason", "")
    if answer not in (GRANT, DENY):
        message = _("Please choose yes or no.")
        raise Invalid(message, code="no_answer", fields={"reason": message})
    workflow.extension_answer(
        actor=actor_of(request),
        extension=found.pk,
        is_granted=answer == GRANT,
        note=request.POST.get(f"{OWN}note", ""),
    )
    return _("Answered; whoever asked has been told.")


def _supervise(request: HttpRequest, matter: Matter, _rest: str) -> str:
    what = request.POST.get(f"{OWN}what", "")
    workflow.supervision_order(actor=actor_of(request), matter=matter.pk, what=what)
    return _("Passed on; you will be told the answer.")


def _account(request: HttpRequest, matter: Matter, rest: str) -> str:
    found = matter.supervisions.filter(pk=whole(rest) or 0).first()
    if found is None:
        raise Forbidden("", code="no_deed")
    answer = request.POST.get(f"{OWN}answer", "")
    workflow.supervision_answer(actor=actor_of(request), supervision=found.pk, answer=answer)
    return _("Answered; whoever supervises has been told.")


RUNS: Mapping[str, Callable[[HttpRequest, Matter, str], str]] = {
    "help": _help,
    "helped": _helped,
    "release": _release,
    "extend": _extend,
    "answer": _answer,
    "supervise": _supervise,
    "account": _account,
}

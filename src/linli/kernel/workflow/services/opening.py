# SPDX-License-Identifier: MulanPSL-2.0
"""Opening matters."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import prefixes
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.ids import matter_number
from linli.base.kept import rows_kept
from linli.base.text import clean_line
from linli.kernel.events import services as events
from linli.kernel.forms.rules.checking import condition_values, form_check
from linli.kernel.forms.rules.sealing import seal
from linli.kernel.places.models import Place, PlaceQuerySet
from linli.kernel.units.models import Unit
from linli.kernel.workflow import definitions
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.models import Definition, Matter, Series
from linli.kernel.workflow.rules.who import acts_as_applicant, passes
from linli.kernel.workflow.selectors.waiting import awaited_words, engines_awaited
from linli.kernel.workflow.services import clocks, effects, moving
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import VALUES, Event, Sort, Verb
from linli.kernel.workflow.work import Work

_COUNT_UP = (
    f'UPDATE "{Series._meta.db_table}" SET last = last + 1'  # noqa: S608 - our own table
    ' WHERE prefix = %s AND "on" = %s RETURNING last'
)
NO_PREFIX = "LL"
"""The prefix of numbers where the workflow names none."""


@transaction.atomic
def matter_open(
    *,
    actor: Actor,
    workflow: str,
    place: Place,
    values: Mapping[str, Any] | None = None,
    class_key: str = "",
    service_key: str = "",
    title: str = "",
    subject: tuple[str, str] | None = None,
    applicant_account_id: int | None = None,
    number: str | None = None,
    urgency: str = "",
    referred_from: Matter | None = None,
    referral_key: str | None = None,
    values_are_checked: bool = False,
) -> Matter:
    """Begin a matter in the first step of a workflow in force at a place.

    It lies at the deepest level of `at` that the place reaches. `subject` is kind and key of whom
    or what it is about. `values` are checked with the workflow's form, unless the module that
    opens it has done so and keeps what is said itself (`values_are_checked`). Raises Forbidden for
    somebody who may not open one, Invalid for values, class or place that will not do.
    """
    definition = _definition(workflow, place.path)
    spec = definitions.spec_of(definition)
    standing = place_standing(spec, place)
    matter = _draft(definition, spec, standing, actor, number)
    matter.class_key, matter.service_key = class_key, service_key
    matter.title = clean_line(title)[:120]
    matter.subject_kind, matter.subject_key = subject or ("", "")
    matter.applicant_account_id = applicant_account_id
    matter.referred_from, matter.referral_key = referred_from, referral_key
    work = Work.fresh(matter, actor)
    _ensure_may_open(work)
    ensure_class(work)
    matter.urgency = urgency or urgency_of(work)
    matter.values = _opening_values(work, values or {}, are_checked=values_are_checked)
    if _is_staff(work):
        matter.first_asked_account_id = matter.holder_account_id = actor.account_id
    return _opened(work)


def _definition(workflow: str, path: str) -> Definition:
    """The procedure in force at a place, if everything it needs is here."""
    definition = definitions.workflow_get(workflow, path)
    awaited = engines_awaited(definition, path)
    if awaited:
        message = _("This procedure cannot begin yet; it waits for: %(engines)s.")
        raise Invalid(message % {"engines": awaited_words(awaited)}, code="no_engine")
    return definition


def _draft(
    definition: Definition, spec: WorkflowSpec, place: Place, actor: Actor, number: str | None
) -> Matter:
    now = clock.now()
    return Matter(
        definition=definition,
        workflow=definition.key,
        number=number or _number(spec.number or NO_PREFIX),
        place=place,
        place_path=place.path,
        step=spec.first,
        step_since=now,
        opened_at=now,
    )


def place_standing(spec: WorkflowSpec, place: Place) -> Place:
    """The place at which the matter lies: the deepest of the workflow's levels at or above the
    given one."""
    levels = {level.partition(":")[2] for level in spec.at}
    if place.level in levels:
        return place
    above = _places_of(tuple(prefixes(place.path)), tuple(sorted(levels)))
    found = max(above, key=lambda each: len(each.path), default=None)
    if found is None:
        message = _("Please choose a more exact place.")
        raise Invalid(message, code="place_too_wide", fields={"place": message})
    return found


@rows_kept
def _places_of(paths: tuple[str, ...], levels: tuple[str, ...]) -> PlaceQuerySet:
    return Place.objects.plain().filter(path__in=paths, level__in=levels)


def number_take(*, workflow: str, place: Place) -> str:
    """The next number of the day for a workflow at a place, taken in a transaction of its own.

    Whoever counts up holds the row until their transaction ends. What is opened many times a second
    takes its number before that, when all is checked; what fails after it leaves a gap.
    """
    spec = definitions.spec_of(_definition(workflow, place.path))
    with transaction.atomic():
        return _number(spec.number or NO_PREFIX)


def _number(prefix: str) -> str:
    """The next number of the day; whoever counts it up holds it until the transaction ends."""
    on = clock.today()
    last = _counted_up(prefix, on)
    if last is None:
        Series.objects.bulk_create([Series(prefix=prefix, on=on)], ignore_conflicts=True)
        last = _counted_up(prefix, on)
    return matter_number(prefix, on, last or 0)


def _counted_up(prefix: str, on: dt.date) -> int | None:
    """What a series of the day stands at after one more; one statement, as many wait for it."""
    try:
        with connection.cursor() as cursor:
            given = [prefix, connection.ops.adapt_datefield_value(on)]
            cursor.execute(_COUNT_UP, given)
            row = cursor.fetchone()
    except NotImplementedError:  # the rows are held in memory just now
        rows = Series.objects.filter(prefix=prefix, on=on)
        found = rows.update(last=F("last") + 1)
        return rows.values_list("last", flat=True).get() if found else None
    return int(row[0]) if row is not None else None


def _columns(matter: Matter) -> list[Any]:
    return [getattr(matter, each.attname) for each in Matter._meta.concrete_fields]


def _ensure_may_open(work: Work) -> None:
    if not work.actor.is_system and not passes(work.actor, work.spec.who, work.scene):
        raise Forbidden(_("You cannot open this here."), code="may_not_open")


def ensure_class(work: Work) -> None:
    """A class must be in force here and below the workflow's root class; without a class it
    waits for one."""
    key, root = work.matter.class_key, (work.spec.classes or "").partition(":")[2]
    if not key:
        return
    found = work.class_tree.classes.get(key)
    if found is None or (root and root not in found.chain):
        message = _("There is no such class here.")
        raise Invalid(message, code="no_class", fields={"class": message})


def urgency_of(work: Work) -> str:
    of_class = work.matter_class if work.matter.class_key else None
    return of_class.urgency if of_class is not None else "normal"


def _is_staff(work: Work) -> bool:
    """Whether somebody with a role took it in, rather than whoever it is for."""
    return bool(work.actor.grants) and not acts_as_applicant(work.actor, work.scene)


def _opening_values(work: Work, values: Mapping[str, Any], *, are_checked: bool) -> dict[str, Any]:
    if work.spec.form is None or are_checked:
        return dict(values)
    form = work.form(work.spec.form)
    cleaned = form_check(form, values, choices=work.options(form), values=work.values)
    return seal(form, {**condition_values(form, cleaned)}, context=VALUES)


def _opened(work: Work) -> Matter:
    matter = work.matter
    clocks.clocks_turn(work, (matter.step,), from_step="", to_step=matter.step)
    moving.limit_begin(work)
    matter.next_due_at = clocks.next_due(work.all_clocks())
    try:
        matter.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This number is taken already."), code="number_taken") from error
    written = _columns(matter)
    moving.enter(work)
    clocks.clocks_save(work)
    if _columns(matter) != written or matter.next_due_at != clocks.next_due(work.all_clocks()):
        moving.matter_save(work)
    turn = Turn("", sort=Sort.OPENED, verb=Verb.MATTER_OPENED)
    moving.history_add(work, turn, "", {})
    moving.record(work, turn.verb, turn, {"workflow": matter.workflow, "class": matter.class_key})
    events.announce(
        Event.MATTER_OPENED,
        place_path=work.path,
        matter_id=matter.pk,
        workflow=matter.workflow,
        step=matter.step,
    )
    if work.step.then:
        cause = effects.Cause(f"m{matter.pk}.1.enter", ("steps", matter.step, "then"))
        effects.effects_run(work, cause)
    moving.gate_enter(work)
    return matter


def child_open(
    *,
    actor: Actor,
    workflow: str,
    parent: Matter,
    called_unit: Unit | None,
    values: Mapping[str, Any],
    sender_unit_id: int | None,
) -> Matter:
    """Begin a matter for which another waits at its gate; with the same gate and unit only once."""
    gate = {"parent": parent, "parent_gate": parent.gate_key, "called_unit": called_unit}
    standing: Matter | None = Matter.objects.filter(**gate).first()
    if standing is not None:
        return standing
    definition = _definition(workflow, parent.place.path)
    spec = definitions.spec_of(definition)
    matter = _draft(definition, spec, place_standing(spec, parent.place), actor, None)
    matter.title, matter.urgency = parent.title, parent.urgency
    matter.class_key = parent.class_key if spec.classes is not None else ""
    matter.parent, matter.parent_gate = parent, parent.gate_key
    matter.called_unit, matter.sender_unit_id = called_unit, sender_unit_id
    matter.values = dict(values)
    work = Work.fresh(matter, actor)
    ensure_class(work)
    return _opened(work)


effects.openers["child"] = child_open
effects.openers["matter"] = lambda **given: matter_open(
    place=given["referred_from"].place,
    title=given["referred_from"].title,
    applicant_account_id=given["referred_from"].applicant_account_id,
    values_are_checked=True,
    **given,
)

# SPDX-License-Identifier: MulanPSL-2.0
"""A matter while a service works on it: locked, with its definition, clocks and order read once."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.base.calendar import WorkCalendar
from linli.base.definitions import prefixes
from linli.base.kept import rows_kept
from linli.kernel.access.selectors import pack_top
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow import definitions
from linli.kernel.workflow.grammar import StepSpec, WorkflowSpec
from linli.kernel.workflow.histories import clocks_all, has_told, order_newest, steps_left
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move, Timer
from linli.kernel.workflow.rules.who import Address, Scene, addresses, units_of
from linli.kernel.workflow.terms import OFFICE, Sort


class Work:
    """A matter in a service's hands.

    `now` is one moment for the whole call. Everything read is read at most once; what is changed is
    changed on the rows and saved by the service.
    """

    def __init__(self, matter: Matter, actor: Actor) -> None:
        self.matter = matter
        self.actor = actor
        self.now: dt.datetime = clock.now()
        self.spec: WorkflowSpec = definitions.spec_of(matter.definition)
        self.from_step = ""
        self.has_desks = True
        self.new_clocks: list[Clock] = []
        self.new_timers: list[Timer] = []
        self.changed_clocks: dict[int, Clock] = {}
        self._forms: dict[str, FormSpec] = {}
        self._calendars: dict[str, WorkCalendar] = {}
        self._specs: dict[str, WorkflowSpec] = {}

    @classmethod
    def locked(cls, matter: Matter | int, actor: Actor) -> "Work":
        """Read a matter again and hold it until the transaction ends."""
        key = matter if isinstance(matter, int) else matter.pk
        for held in _held(key):
            return cls(held, actor)
        raise Matter.DoesNotExist

    @classmethod
    def fresh(cls, matter: Matter, actor: Actor) -> "Work":
        """A matter that is about to be opened: nothing of it has to be read."""
        work = cls(matter, actor)
        work.__dict__ |= {"clocks": [], "order": None, "has_desks": False}
        return work

    @classmethod
    def reading(cls, matter: Matter, actor: Actor) -> "Work":
        """The same for a reader, without holding anything."""
        return cls(matter, actor)

    @property
    def place(self) -> Place:
        """Where the matter lies."""
        return self.matter.place

    @property
    def path(self) -> str:
        """The path of the matter's place."""
        return self.matter.place.path

    @property
    def step(self) -> StepSpec:
        """The step it is in."""
        return self.spec.steps[self.matter.step]

    @property
    def step_before(self) -> str:
        """The desk from which it came to its present step; that step itself if there was none."""
        for step in reversed(steps_left(self.matter)):
            spec = self.spec.steps.get(step)
            if step != self.matter.step and spec is not None and set(spec.who or ()) - {"system"}:
                return step
        return self.matter.step

    @cached_property
    def version(self) -> str:
        """The definition's version as the history names it."""
        return definitions.version_of(self.matter.definition)

    def spec_then(self, line: Move) -> WorkflowSpec:
        """The procedure by which a line of the history was written: it may have been an older
        version, with steps and clocks that are called otherwise now.
        """
        version = line.definition_version
        if version == self.version:
            return self.spec
        if version not in self._specs:
            self._specs[version] = definitions.spec_then(version) or self.spec
        return self._specs[version]

    @cached_property
    def opened_on(self) -> dt.date:
        """The day it was opened: classes and duties hold as they were then."""
        return clock.local(self.matter.opened_at).date()

    def form(self, reference: str) -> FormSpec:
        """A form as it was in force when the matter was opened; one that a newer version of its
        procedure has brought since, as it is today.
        """
        if reference not in self._forms:
            key = reference.partition(":")[2]
            found = forms.form_find(key, self.path, self.opened_on)
            self._forms[reference] = found or forms.form_get(key, self.path)
        return self._forms[reference]

    @cached_property
    def class_tree(self) -> forms.ClassTree:
        """The class system as it was in force when the matter was opened."""
        return forms.class_tree(self.path, self.opened_on)

    @cached_property
    def matter_class(self) -> forms.MatterClass | None:
        """Its class, else the root class of the workflow."""
        root = (self.spec.classes or "").partition(":")[2]
        classes = self.class_tree.classes
        return classes.get(self.matter.class_key) or classes.get(root)

    @cached_property
    def calendar_key(self) -> str:
        """The first calendar named by class or workflow, else the office's."""
        of_class = self.matter_class.calendar if self.matter_class and self.matter.class_key else ""
        of_workflow = (self.spec.calendar or "").partition(":")[2]
        return of_class or of_workflow or OFFICE

    def calendar(self, key: str = "") -> WorkCalendar:
        """The matter's calendar, or one that a clock started by."""
        wanted = key or self.calendar_key
        if wanted not in self._calendars:
            self._calendars[wanted] = definitions.calendar_get(wanted, self.path)
        return self._calendars[wanted]

    @cached_property
    def clocks(self) -> list[Clock]:
        """All its clocks, those of earlier visits included."""
        return clocks_all(self.matter)

    def all_clocks(self) -> list[Clock]:
        """Those read and those begun in this call."""
        return [*self.clocks, *self.new_clocks]

    @cached_property
    def order(self) -> HandOver | None:
        """Its newest order that has not been taken back, with the unit."""
        return order_newest(self.matter)

    def order_put(self, order: HandOver) -> None:
        """Let an order just made be the newest."""
        self.__dict__["order"] = order

    def options(self, form: FormSpec) -> dict[str, Mapping[str, Any]]:
        """What may be chosen in a form here."""
        return forms.choices_for(form, self.path, self.opened_on, tree=self.class_tree)

    def forget_class(self) -> None:
        """Read class and calendar anew, after the matter was corrected."""
        for name in ("class_tree", "matter_class", "calendar_key", "ancestors"):
            self.__dict__.pop(name, None)

    @property
    def today(self) -> dt.date:
        """The day on which the call happens, as people here count days."""
        return clock.local(self.now).date()

    @cached_property
    def ancestors(self) -> list[tuple[str, str, str, str]]:
        """Level, path and both names of the places from the top down to the matter's own."""
        return sorted(_named(tuple(prefixes(self.path))), key=lambda row: len(row[1]))

    @property
    def levels(self) -> Mapping[str, str]:
        """The path of the ancestor of each level."""
        return {level: path for level, path, *_names in self.ancestors}

    @property
    def scene(self) -> Scene:
        """What who-words mean for it now."""
        matter, order = self.matter, self.order
        sides = {
            "lead": (matter.lead_unit_id,),
            "sender": (matter.sender_unit_id,),
            "offered": (order.unit_id if order is not None else None,),
        }
        units = {side: tuple(unit for unit in ids if unit) for side, ids in sides.items()}
        return Scene(
            path=self.path,
            levels=lambda: self.levels,
            top=lambda: pack_top(self.path),
            units=units,
            helpers=self.helpers,
            applicant_id=matter.applicant_account_id,
            applicant_key=applicant_key(matter),
            holder_id=matter.holder_account_id,
            subject=(matter.subject_kind, matter.subject_key),
        )

    def helpers(self, side: str) -> tuple[int, ...]:
        """The units that help the lead, or that are called; read when somebody asks for them."""
        if side == "co_handler":
            return self.co_handling
        if side != "called":
            return ()
        if self.matter.called_unit_id is not None:
            return (self.matter.called_unit_id,)
        children = self.matter.children.filter(ended_at__isnull=True, called_unit__isnull=False)
        return tuple(children.values_list("called_unit", flat=True))

    @cached_property
    def co_handling(self) -> tuple[int, ...]:
        """The units whose help has been asked for and is still to come."""
        if not has_told(self.matter, Sort.ASKED):
            return ()
        rows = self.matter.co_handlers.filter(done_at__isnull=True).order_by("pk")
        return tuple(rows.values_list("unit_id", flat=True))

    def addresses(self, who: Iterable[str]) -> list[Address]:
        """Where those meant by a `who` list are found."""
        return list(dict.fromkeys(addresses(who, self.scene)))

    @property
    def values(self) -> dict[str, Any]:
        """All that a condition may ask about."""
        matter, place = self.matter, self.place
        standing = {
            "code": place.code,
            "path": place.path,
            "kind": place.kind,
            "level": place.level,
        }
        return {
            **matter.values,
            "class": matter.class_key,
            "place": {**place.fields, **standing, "tags": place.tags},
            "subject": {"kind": matter.subject_kind, "id": matter.subject_key}
            if matter.subject_key
            else None,
            "applicant": matter.applicant_account_id,
        }

    def acting_unit_id(self) -> int | None:
        """The unit for which the actor does something here, if that is plain."""
        own = units_of(self.actor)
        order = self.order if own else None
        sides = (
            self.matter.lead_unit_id,
            order.unit_id if order is not None else None,
            self.matter.sender_unit_id,
        )
        near = [unit for unit in sides if unit in own]
        return near[0] if near else (next(iter(own)) if len(own) == 1 else None)

    def unit_in_hand(self) -> Unit | None:
        """The unit that has accepted it, else the one it is offered to."""
        if self.matter.lead_unit is not None:
            return self.matter.lead_unit
        return self.order.unit if self.order is not None else None


def applicant_key(matter: Matter) -> str:
    """What an actor acts for once a service has checked that they are, or act for, who filed it."""
    return f"applicant:{matter.number}"


@rows_kept
def _held(key: int) -> QuerySet[Matter]:
    rows = Matter.objects.select_related("place", "definition", "lead_unit").filter(pk=key)
    return rows.defer("place__boundary", "definition__body").select_for_update(of=("self",))


@rows_kept
def _named(paths: tuple[str, ...]) -> QuerySet[Place, tuple[str, str, str, str]]:
    return Place.objects.filter(path__in=paths).values_list("level", "path", "name", "name_en")

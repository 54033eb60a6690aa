# SPDX-License-Identifier: MulanPSL-2.0
"""Every row of every table in words that are the same for two makings of one city.

A key of a row becomes what the row is known by besides, wherever it is named; what is random on
purpose is left out, what is encrypted is read, and a hash is checked against its row.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from linli.kernel.audit import rules
from linli.kernel.audit.models import AuditRecord
from linli.kernel.audit.services import actor_name_of, subject_name_of
from linli.kernel.events.models import Event
from linli.kernel.packs.models import PackLoad

RANDOM = {
    "access.OperatorSession": {"asked_at"},
    "accounts.Account": {"password", "name_key_id"},
    "appeals.PhotoRelease": {"file_key", "covered_key"},
    "appeals.Appeal": {"query_code"},
    "audit.AuditRecord": {"actor_name", "subject_name", "row_hash"},
    "audit.NameKey": {"wrapped_key"},
    "demo.City": {"made_at", "shown_at"},
    "events.Delivery": {"next_try_at"},
    "files.StoredFile": {"key"},
    "people.Person": {"name_key_id"},
    "registers.Record": {"values", *(f"word_{number}" for number in range(1, 13))},
    "registers.Revision": {"values"},
    "registers.Uniqueness": {"digest"},
}
"""Columns that hold chance, the time on the wall, or keys of other rows under a seal; what a record
points to stands in its links besides.
"""

KNOWN_BY = {
    "accounts.Account": ("username",),
    "places.Place": ("code",),
    "units.Unit": ("key", "label"),
    "workflow.Matter": ("number",),
}
"""What the rows of some tables are known by; those of others by their columns, and their order
among equals."""

NAMED = {
    "account": "accounts.Account",
    "account_id": "accounts.Account",
    "appeal_id": "appeals.Appeal",
    "ballot_id": "ballots.Ballot",
    "call_up_id": "grids.CallUp",
    "called_id": "grids.CalledPerson",
    "case_id": "appeals.Case",
    "erasure": "people.Erasure",
    "erasure_id": "people.Erasure",
    "household_id": "people.Household",
    "matter_id": "workflow.Matter",
    "membership_id": "units.Membership",
    "offered_to": "units.Unit",
    "order": "workflow.HandOver",
    "person_id": "people.Person",
    "place_id": "places.Place",
    "record_id": "registers.Record",
    "request_id": "subjects.DataRequest",
    "session_id": "access.OperatorSession",
    "plan_id": "grids.GridPlan",
    "unit": "units.Unit",
    "unit_id": "units.Unit",
}
"""What the names of ids in payloads and details stand for."""

PHOTOS = {"photo", "copy"}
"""Details that name a file by its key, which is chance."""

_LETTERS = {"m": "workflow.Matter", "c": "workflow.Clock"}
_IN_KEY = re.compile(r"\b([mc])(\d+)(?=[.:])")
_OF_ACCOUNT = re.compile(r":(\d+)$")

_NUMBERED = {
    "call": "grids.CallUp",
    "plan": "grids.GridPlan",
    "operator": "access.OperatorSession",
    "erasure": "people.Erasure",
    "erasing": "people.Erasure",
}
_BY_NUMBER = re.compile(r"\b(call|plan|operator|erasure|erasing)(?:[-_]?ups?|s)?[:/](\d+)\b")
"""`/field/call-ups/3/`, `/console/grids/plans/3/`, `grids.call_up:3:over`, `operator:3:asked`."""

KEYS = ("key", "group", "gate_key", "parent_gate", "link")
"""Columns whose texts are made of the keys of other rows."""

UNITS_CHOSEN = ("called_units", "lead")
"""Fields of the call-out's form: units, by their ids as a page sends them."""

Told = dict[str, Any]


def _is_of_packs(row: AuditRecord | Event | PackLoad) -> bool:
    said = row.verb if isinstance(row, AuditRecord) else getattr(row, "name", "packs.")
    return said.startswith("packs.")


class Everything:
    """The rows of all tables that a city is written in, told one by one."""

    def __init__(self) -> None:
        found = [each for each in apps.get_models() if each.__module__.startswith("linli.")]
        self.models = {each._meta.label: each for each in found}
        self.kinds = {each._meta.label_lower: each._meta.label for each in found}
        self.known: dict[str, dict[Any, Any]] = {}

    def tables(self) -> dict[str, list[Told]]:
        """The rows by the label of their model, in an order that no key has a part in."""
        return {label: sorted(self.rows(label), key=repr) for label in self.models}

    def rows(self, label: str) -> Iterator[Told]:
        """The rows of a model."""
        model = self.models[label]
        for row in model._base_manager.order_by("pk").iterator(chunk_size=2000):
            told = self.told(row)
            if isinstance(row, AuditRecord):
                values = {name: getattr(row, name) for name in rules.HASHED}
                told["actor"], told["subject"] = actor_name_of(row), subject_name_of(row)
                told["is_whole"] = rules.row_hash(values) == row.row_hash
            yield told

    def told(self, row: models.Model) -> Told:
        """The columns of a row but its own key."""
        left_out = RANDOM.get(row._meta.label, set())
        return {
            field.attname: self.value(row, field)
            for field in row._meta.concrete_fields
            if field.attname not in left_out and not field.primary_key
        }

    def value(self, row: Any, field: Any) -> Any:
        """One column of a row."""
        value, label = getattr(row, field.attname), row._meta.label
        if value is None or (isinstance(row, AuditRecord | Event | PackLoad) and _is_of_packs(row)):
            return value  # details of packs count kinds, which have the names of ids
        if field.is_relation:
            return self.name(field.related_model._meta.label, value)
        if label == "audit.AuditRecord" and field.attname in ("actor_id", "subject_key", "detail"):
            return self.recorded(row, field.attname)
        if label == "notify.Notice" and field.attname == "key":
            return self.key(_OF_ACCOUNT.sub(self._account, value))
        if isinstance(field, models.JSONField):
            return self.ids(value)
        return self.key(value) if field.attname in KEYS else value

    def name(self, label: str, pk: Any) -> Any:
        """What a row is known by, as it would say itself."""
        if label not in self.known:
            self.known[label] = {}
            self.known[label] = self._names(label)
        return self.known[label][pk]

    def _names(self, label: str) -> dict[Any, Any]:
        model, columns = self.models.get(label) or apps.get_model(label), KNOWN_BY.get(label)
        rows = model._base_manager.order_by("pk")
        if columns is not None:
            return {row.pk: (label, *(getattr(row, name) for name in columns)) for row in rows}
        found: dict[Any, Any] = {}
        count: defaultdict[str, int] = defaultdict(int)
        for row in rows:
            plain = repr(self.told(row))
            count[plain] += 1
            found[row.pk] = (label, plain, count[plain])
        return found

    def recorded(self, row: Any, name: str) -> Any:
        """Who did something, to what, and how, as the record has it."""
        if name == "actor_id":
            return self.name("accounts.Account", row.actor_id)
        if name == "detail":
            told = self.ids(row.detail)
            left_out = {"key", "from"} if row.verb.startswith("files.file") else PHOTOS
            return {name: each for name, each in told.items() if name not in left_out}
        if row.subject_kind in self.kinds and row.subject_key.isdigit():
            return self.name(self.kinds[row.subject_kind], int(row.subject_key))
        return self.key(row.subject_key)

    def key(self, text: str) -> str:
        """A key made of others, such as `m17.3.move.0:42`."""
        plain = _BY_NUMBER.sub(self._numbered, text)
        return _IN_KEY.sub(lambda one: str(self.name(_LETTERS[one[1]], int(one[2]))), plain)

    def _account(self, found: "re.Match[str]") -> str:
        return str(self.name("accounts.Account", int(found[1])))

    def _numbered(self, found: "re.Match[str]") -> str:
        return str(self.name(_NUMBERED[found[1]], int(found[2])))

    def ids(self, value: Any) -> Any:
        """A payload with what its ids stand for."""
        if isinstance(value, list):
            return [self.ids(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {name: self._named(name, each) for name, each in value.items()}

    def _named(self, name: str, value: Any) -> Any:
        if name in NAMED and isinstance(value, int):
            return self.name(NAMED[name], value)
        if name in UNITS_CHOSEN:
            chosen = value if isinstance(value, list) else [value]
            return [self.name("units.Unit", int(each)) for each in chosen]
        return self.key(value) if name == "key" and isinstance(value, str) else self.ids(value)

# SPDX-License-Identifier: MulanPSL-2.0
"""Records in words: what they are about, and what their fields say to somebody who may see them.

What is personal stays sealed here; it is opened one value at a time, for a purpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from linli.base.text import label
from linli.engines.registers.models import TARGETS, Link, Record, Revision
from linli.engines.registers.selectors.records import values_of
from linli.engines.registers.selectors.registers import Register, register_find
from linli.engines.registers.terms import SUBJECT, About, State
from linli.kernel.forms.grammar import FieldSpec
from linli.kernel.forms.rules.checking import offered
from linli.kernel.forms.rules.sealing import SEALED
from linli.kernel.forms.selectors import choices_for, value_words
from linli.kernel.forms.terms import FILES, REFERENCES, FieldType
from linli.kernel.people.models import Household, Person
from linli.kernel.people.selectors import masked
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import name_of
from linli.kernel.units.models import Unit

_HELD = {
    "register:resident.name": "name",
    "register:resident.phone": "phone",
    "register:resident.id_number": "id_number",
    "register:resident.address": "address",
}
_TARGETS: Mapping[str, tuple[type[models.Model], str]] = {
    "person": (Person, "pk"),
    "household": (Household, "pk"),
    "place": (Place, "code"),
    "unit": (Unit, "pk"),
    "record": (Record, "pk"),
}
_WITH = ("person", "unit", "place", "household__dwelling")


@dataclass(frozen=True)
class Shown:
    """One field of a record as a page shows it.

    `is_sealed` says that something is there which is opened for a purpose only; `is_held` that the
    fact is held by what the record is about.
    """

    name: str
    label: str
    words: str
    files: Sequence[str] = ()
    is_sealed: bool = False
    is_held: bool = False
    target: models.Model | None = None


def records_lined(rows: models.QuerySet[Record], keys: Iterable[int]) -> dict[int, Record]:
    """Records by key with everything that their lines say; three queries."""
    found = rows.model._default_manager.filter(pk__in=list(keys)).select_related(*_WITH)
    return {each.pk: each for each in found.prefetch_related(_links())}


def record_lined(record: Record) -> Record:
    """One record with everything that its page says."""
    return records_lined(Record.objects.all(), [record.pk])[record.pk]


def revisions_of(record: Record) -> list[Revision]:
    """All that a record ever said, newest first; whoever sees the record sees its history."""
    return list(record.revisions.order_by("-number"))


def _links() -> models.Prefetch[str, models.QuerySet[Link], str]:
    rows = Link.objects.select_related(*TARGETS, "household__dwelling")
    return models.Prefetch("links", queryset=rows)


class Words:
    """How the records of one register read, with what its choices are called where it is in
    force.
    """

    def __init__(self, register: Register, path: str) -> None:
        self.register = register
        self.spec = register.spec
        self.choices: Mapping[str, Mapping[str, Any]] = choices_for(self.spec, path)
        self._known: dict[tuple[str, str], str] = {}

    def title(self, record: Record) -> str:
        """What a record is called: whom or what it is about, else what is first written in it."""
        if record.person is not None:
            return masked(record.person).name
        if record.unit is not None:
            return record.unit.name
        if record.household is not None:
            return name_of(record.household.dwelling)
        if self.spec.about is About.PLACE:
            return name_of(record.place)
        words = (self.cell(record, name).words for name in self._title_fields())
        return next(filter(None, words), "")

    def _title_fields(self) -> list[str]:
        """What a thing is called by: its first text, else whatever is first filled in."""
        own = self.spec.own
        texts = [name for name, field in own.items() if field.kind is FieldType.TEXT]
        return texts[:1] + [name for name in own if name not in texts[:1]]

    def cell(self, record: Record, name: str) -> Shown:
        """One field of a record; `words` is "" where nothing is filled in."""
        field = self.spec.fields[name]
        if field.same_as is not None:
            return self._held(record, name, field)
        value = record.values.get(name)
        if isinstance(value, Mapping) and SEALED in value and field.kind not in REFERENCES:
            return Shown(name, label(field.title), "", is_sealed=True)
        if field.kind in FILES and value:
            return Shown(name, label(field.title), "", files=tuple(map(str, value)))
        target = self._target(record, name, field)
        words = target_words(target) if target is not None else self._words(name, field, value)
        return Shown(name, label(field.title), words, target=target)

    def cells(self, record: Record) -> list[Shown]:
        """Every field of a record that is filled in, in order."""
        found = (self.cell(record, name) for name, _field in self.spec.in_order())
        return [each for each in found if each.words or each.is_sealed or each.files]

    def then(self, name: str, value: Any) -> str:
        """What a field said at some time, as its history tells: personal values stay sealed."""
        field = self.spec.fields.get(name)
        if value is None:
            return ""
        kind = self.spec.about.value if name == SUBJECT else field.kind.value if field else ""
        if isinstance(value, Mapping) and SEALED in value:
            return "****"
        if kind in _TARGETS:
            return self._target_of(kind, str(value))
        if field is None or field.kind in FILES:
            return value_words(field, value) if field is not None else str(value)
        return self._words(name, field, value)

    def _target_of(self, kind: str, key: str) -> str:
        """What a key points to, asked once."""
        if (kind, key) not in self._known:
            model, column = _TARGETS[kind]
            row = model._default_manager.filter(**{column: key}).first()
            self._known[kind, key] = target_words(row) if row is not None else ""
        return self._known[kind, key]

    def _held(self, record: Record, name: str, field: FieldSpec) -> Shown:
        attribute = _HELD.get(field.same_as or "")
        words = ""
        if record.person is not None and attribute is not None:
            words = str(getattr(masked(record.person), attribute))
        return Shown(name, label(field.title), words, is_held=True)

    def _target(self, record: Record, name: str, field: FieldSpec) -> models.Model | None:
        if field.kind not in REFERENCES:
            return None
        link = next((each for each in record.links.all() if each.field == name), None)
        if link is None:
            return None
        targets = (getattr(link, column) for column in TARGETS)
        found: models.Model | None = next(each for each in targets if each is not None)
        return found

    def _words(self, name: str, field: FieldSpec, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if field.kind is FieldType.TABLE:
            return "\n".join(self._row(field, row) for row in value)
        options = offered(name, field, self.choices)
        if options is None:
            return value_words(field, value)
        chosen = value if isinstance(value, list) else [value]
        return "、".join(_option(options, str(key)) for key in chosen)

    def _row(self, field: FieldSpec, row: Mapping[str, Any]) -> str:
        said = [
            f"{label(column.title)} {self._words(name, column, row[name])}"
            for name, column in field.columns.items()
            if name in row
        ]
        return " · ".join(said)


def _option(options: Mapping[str, Any], key: str) -> str:
    words = options.get(key)
    if words is None:
        return key
    return label(words if isinstance(words, Mapping) else words.as_label())


def target_words(target: models.Model) -> str:
    """What a row that a record points to is called."""
    kind = target._meta.model_name
    if kind == "person":
        return masked(target).name  # type: ignore[arg-type]
    if kind == "unit":
        return str(target)
    if kind == "place":
        return name_of(target)  # type: ignore[arg-type]
    if kind == "household":
        return name_of(target.dwelling)  # type: ignore[attr-defined]
    return record_words(target)  # type: ignore[arg-type]


def record_words(record: Record) -> str:
    """What a record of whatever register is called, with its register."""
    register = register_find(record.register, record.place_path)
    if register is None:
        return _("a record")
    return Words(register, record.place_path).title(record) or register.label


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """What registers say about somebody, for the copy that they may ask for: in plain, but for
    records that are over.
    """
    del account_id
    found = []
    rows = Record.objects.filter(person__isnull=False, person=person_id, state=State.STANDING)
    for record in rows.select_related("place").order_by("pk"):
        register = register_find(record.register, record.place_path)
        if register is not None:
            found.append((register.label, _told(Words(register, record.place_path), record)))
    return found


def _told(words: Words, record: Record) -> str:
    """All that a record says, in one line."""
    plain = values_of(record)
    said = [name_of(record.place)]
    for name, field in words.spec.own.items():
        if plain.get(name) is not None and field.kind not in FILES:
            said.append(f"{label(field.title)}: {words.then(name, plain[name])}")
    return " / ".join(said)

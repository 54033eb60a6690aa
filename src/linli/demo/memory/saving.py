# SPDX-License-Identifier: MulanPSL-2.0
"""`save` of a model whose table is held in memory."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, models

from linli.demo.memory.tables import Row, Table


@contextmanager
def saving(model: type[models.Model], table: Table) -> Iterator[None]:
    """Let instances of a model be saved into memory."""
    relations = {one.name: one.attname for one in model._meta.concrete_fields if one.is_relation}
    names = {one.name: one.attname for one in model._meta.concrete_fields}
    names |= {one.attname: one.attname for one in model._meta.concrete_fields}

    def save(
        self: Any,
        *,
        force_insert: bool = False,
        update_fields: Collection[str] | None = None,
    ) -> None:
        _relations_ensure(self, relations)
        if getattr(self, "_password", None) is not None:
            raise NotImplementedError("a password is hashed by the database's own save")
        if update_fields is not None:
            changes = {names[name]: self.__dict__[names[name]] for name in update_fields}
            _changed(table, self.pk, changes)
        elif force_insert or self.pk is None or self.pk not in table.rows:
            _inserted(table, self)
        else:
            table.update(self.pk, {name: self.__dict__[name] for name in table.names})

    if "save" in vars(model):
        raise NotImplementedError(f"{model._meta.label} saves itself in a way of its own")
    setattr(model, "save", save)  # noqa: B010 - mypy takes it for a method with other arguments
    try:
        yield
    finally:
        delattr(model, "save")


def _changed(table: Table, pk: Any, changes: Row) -> None:
    if pk not in table.rows:
        raise DatabaseError("Save with update_fields did not affect any rows.")
    table.update(pk, changes)


def _inserted(table: Table, one: Any) -> None:
    values = one.__dict__
    pk = table.insert({name: values[name] for name in table.names})
    values[table.key] = pk
    one._state.adding, one._state.db = False, "default"


def _relations_ensure(one: Any, relations: dict[str, str]) -> None:
    """Take over the keys of rows that were saved after they were assigned; refuse unsaved ones."""
    for name, other in list(one._state.fields_cache.items()):
        attribute = relations.get(name)
        if attribute is not None and other is not None and one.__dict__[attribute] is None:
            if other.pk is None:
                raise ValueError(f"save() prohibited: {name} is not saved")
            setattr(one, attribute, other.pk)

# SPDX-License-Identifier: MulanPSL-2.0
"""The block during which tables are held in memory; see `tables_held`."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Max, Q, QuerySet
from django.db.transaction import TransactionManagementError

from linli.demo.memory.aside import indices_aside
from linli.demo.memory.frozen import Answers, Remembered
from linli.demo.memory.rows import Rows, refusals
from linli.demo.memory.saving import saving
from linli.demo.memory.tables import Journal, Numbers, Table
from linli.demo.memory.writing import Telling, rows_write, sequences_put

if TYPE_CHECKING:
    from pathlib import Path

Model = type[models.Model]


@dataclass(frozen=True)
class Held:
    """A table to be held: which of its earlier rows are needed, and how its rows wait, if they do.

    `waits` names the column with the moment and the one that is empty while a row waits.
    """

    model: Model
    earlier: Q | None = None
    waits: tuple[str, str] | None = None


@dataclass(frozen=True)
class Frozen:
    """A table that is only read: which of its rows the block may ask for."""

    model: Model
    rows: Q


class Memory:
    """All that is held, and the way to a row by its key."""

    def __init__(self, held: Iterable[Held], frozen: Iterable[Frozen], alias: str) -> None:
        self.alias = alias
        self.connection = connections[alias]
        self.journal = Journal()
        self.numbers = Numbers()
        self.is_cut_off = False
        self.others: list[Path] = []
        self.telling: Telling | None = None
        self.closing = ExitStack()
        self.held = list(held)
        self.tables = {each.model: self._table(each) for each in self.held}
        self.answers = {each.model: self._answers(each) for each in frozen}

    def _table(self, held: Held) -> Table:
        rows: QuerySet[Any] = QuerySet(held.model, using=self.alias)
        pk = held.model._meta.pk
        is_number = isinstance(pk, models.AutoField | models.BigAutoField)
        last = rows.aggregate(last=Max("pk"))["last"] if is_number else 0
        table = Table(held.model, self.journal, self.numbers, first=(last or 0) + 1)
        if held.waits is not None:
            table.queue(*held.waits)
        if held.earlier is not None:
            earlier = rows.filter(held.earlier).order_by("pk")
            names = table.names
            table.load(dict(zip(names, row, strict=True)) for row in earlier.values_list(*names))
        return table

    def _answers(self, frozen: "Frozen") -> Answers:
        table = self._table(Held(frozen.model, earlier=frozen.rows))
        table.is_at_rest = True
        return Answers(frozen.model, table)

    def read(self, model: Model, key: Any) -> Mapping[str, Any]:
        """A row of any table by its key, as values."""
        table = self.tables.get(model)
        if table is None and model in self.answers:
            table = self.answers[model].table
        if table is not None and key in table.rows:
            return table.rows[key]
        return self.instance_of(model, key).__dict__

    def instance_of(self, model: Model, key: Any) -> models.Model:
        """The same as an instance."""
        return model._base_manager.get(pk=key)

    def flush(self) -> None:
        """Write what the database has not; where it is told often, with the indices put aside."""
        names = [model._meta.db_table for model in self.tables] if self.telling else []
        with indices_aside(self.connection, names):
            for table in self.tables.values():
                rows_write(table, self.connection, self.others, self.telling)
                table.rows.clear()
        sequences_put(list(self.tables), self.connection)

    def guard(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """Lets only those statements through to the database that cannot miss or lose anything."""
        text = str(sql)
        names = [model._meta.db_table for model in self.tables]
        found = next((name for name in names if f'"{name}"' in text), None)
        if self.is_cut_off or found is not None or not text.lstrip().upper().startswith("SELECT"):
            raise NotImplementedError(f"SQL that goes past what is held ({found}): {text}")
        return execute(sql, params, many, context)


@contextmanager
def tables_held(
    held: Iterable[Held], frozen: Iterable[Frozen] = (), *, alias: str = DEFAULT_DB_ALIAS
) -> Iterator[Memory]:
    """Let the services of a block work on rows in memory; at its end the rows are written.

    `held` tables are written in the block: it sees the rows it makes itself and those asked for as
    `earlier`, no others. `frozen` tables are only read; an answer is remembered, and the rows given
    out are shared. Savepoints within the block undo rows in memory. What a query in memory cannot
    answer, and SQL that would go past it, raises NotImplementedError. If the block fails nothing is
    written. Raises TransactionManagementError outside a transaction: whoever calls undoes the rest.
    """
    connection = connections[alias]
    if not connection.in_atomic_block:
        raise TransactionManagementError("tables are held within a transaction")
    held = list(held)
    _lock(connection, [each.model for each in held])
    memory = Memory(held, frozen, alias)
    with memory.closing, _uncollected():
        with ExitStack() as stack:
            _installed(stack, memory)
            yield memory
        memory.flush()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows are kept, so that looking for garbage among them costs a seventh of the time in vain."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()


def _installed(stack: ExitStack, memory: Memory) -> None:
    """Let everything lead to the memory until the stack is closed."""
    for model, table in memory.tables.items():
        _stand_in(stack, model, lambda kind, table=table: _rows_kind(kind, memory, table))  # type: ignore[misc]
        stack.enter_context(saving(model, table))
    for model, answers in memory.answers.items():
        _stand_in(stack, model, lambda kind, a=answers: _answers_kind(kind, memory, a))  # type: ignore[misc]
    journal = memory.journal
    _put(stack, memory.connection, "savepoint", journal.savepoint)
    _put(stack, memory.connection, "savepoint_commit", journal.commit)
    _put(stack, memory.connection, "savepoint_rollback", journal.rollback)
    stack.enter_context(memory.connection.execute_wrapper(memory.guard))


def _rows_kind(kind: type[QuerySet[Any]], memory: Memory, table: Table) -> type:
    within = {
        **refusals(Rows),
        "table": table,
        "read": staticmethod(memory.read),
        "instance_of": staticmethod(memory.instance_of),
    }
    return type(f"Held{kind.__name__}", (Rows, kind), _own_first(Rows, kind, within))


def _answers_kind(kind: type[QuerySet[Any]], memory: Memory, answers: Answers) -> type:
    over = _rows_kind(kind, memory, answers.table)
    within = {**refusals(Remembered), "answers": answers, "kind": kind, "over": over}
    return type(f"Frozen{kind.__name__}", (Remembered, kind), _own_first(Remembered, kind, within))


def _own_first(mixin: type, kind: type, within: dict[str, Any]) -> dict[str, Any]:
    """What the model's own queryset adds or says itself is not refused."""
    own = {
        name for each in kind.__mro__ if each.__module__.startswith("linli.") for name in vars(each)
    }
    return {name: value for name, value in within.items() if name not in own - set(vars(mixin))}


def _stand_in(stack: ExitStack, model: Model, make: Callable[[type[QuerySet[Any]]], type]) -> None:
    """Let every way to ask for rows of a model lead to the stand-in."""
    meta: Any = model._meta
    managers = {
        id(each): each for each in (*meta.managers, meta.base_manager, meta.default_manager)
    }
    for manager in managers.values():
        _put(stack, manager, "_queryset_class", make(manager._queryset_class))
    for field in meta.fields:
        name = field.remote_field.get_accessor_name() if field.is_relation else None
        descriptor = getattr(field.related_model, name, None) if name else None
        related: Any = getattr(descriptor, "related_manager_cls", None)
        if related is not None:
            _put(stack, related, "_queryset_class", make(related._queryset_class))


def _put(stack: ExitStack, owner: Any, name: str, value: Any) -> None:
    """Set an attribute until the block ends."""
    if name in vars(owner):
        stack.callback(setattr, owner, name, vars(owner)[name])
    else:
        stack.callback(delattr, owner, name)
    setattr(owner, name, value)


def _lock(connection: Any, held: list[Model]) -> None:
    """Keep other writers out, as a transaction on SQLite does by itself."""
    if held and connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in held)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")

# SPDX-License-Identifier: MulanPSL-2.0
"""Each service that writes: by keyword only, for an actor, in one transaction, on the record."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from linli.config.testing.source import (
    Function,
    Source,
    calls,
    decorators,
    height,
    hold,
    part_of,
    sources,
)

WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete"}
WRITES |= {"get_or_create", "update_or_create"}

_READING = "that somebody has read a message concerns nobody else"
_SWEEP = "a job's sweep: the platform acts, each row in a transaction of its own"
_LEDGER = "rows that had their time: the ledger of kernel.retention says what went"
ALLOWED = {
    "linli.kernel.notify.notice_read": _READING,
    "linli.kernel.notify.notices_read_all": _READING,
    "linli.kernel.workflow.matters_tick": _SWEEP,
    "linli.kernel.workflow.batch_run": _SWEEP,
    "linli.engines.ballots.ballots_tick": _SWEEP,
    "linli.modules.grids.plans_tick": _SWEEP,
    "linli.modules.grids.call_ups_tick": _SWEEP,
    "linli.kernel.workflow.number_take": "a number is nothing yet; who bears it is on the record",
    "linli.modules.appeals.appeal_file": "a submission sent twice is told from the first outside",
    "linli.engines.ballots.voters_forget": _LEDGER,
    "linli.modules.subjects.words_forget": _LEDGER,
    "linli.modules.appeals.appeal_rate": "the ballot records the mark",
}
"""Services that keep another shape, and why."""


def _parts() -> Iterator[tuple[str, list[Source]]]:
    """Each part above the record of what was done, with the files of its services."""
    lowest = height("linli.kernel.accounts")
    files: dict[str, list[Source]] = {}
    for source in sources():
        module = ".".join(("linli", *source.inside))
        is_service = source.is_one_of("services") and height(module) >= lowest
        if is_service and source.inside[0] in {"kernel", "engines", "modules"}:
            files.setdefault(part_of(module), []).append(source)
    yield from files.items()


def _offered(files: list[Source]) -> set[str]:
    """What others may call: what `__init__` takes in, or a lone file's public names."""
    init = next((source for source in files if source.inside[-1] == "__init__"), None)
    if init is None:
        return {each.name for source in files for each in source.functions() if each.name[0] != "_"}
    imports = (node for node in init.tree.body if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _reached(function: Function, others: Mapping[str, Function]) -> Iterator[Function]:
    """The function and everything in its part's services that it calls."""
    seen = {function.name}
    todo = [function]
    while todo:
        each = todo.pop()
        yield each
        names = {name.rsplit(".", 1)[-1] for name, _ in calls(each)} & others.keys() - seen
        seen |= names
        todo.extend(others[name] for name in names)


def _called(function: Function, others: Mapping[str, Function]) -> set[str]:
    return {name for each in _reached(function, others) for name, _ in calls(each)}


def _writes(called: set[str]) -> bool:
    return any("." in name and name.rsplit(".", 1)[1] in WRITES for name in called)


def _faults(function: Function, called: set[str]) -> Iterator[str]:
    arguments = function.args
    if arguments.posonlyargs or arguments.args or arguments.vararg:
        yield "takes its arguments by position"
    if "actor" not in {each.arg for each in arguments.kwonlyargs}:
        yield "takes no actor"
    if "transaction.atomic" not in decorators(function):
        yield "is not atomic"
    if "audit.record" not in called:
        yield "records nothing"


def _judged(functions: list[Function], offered: set[str]) -> Iterator[tuple[str, str]]:
    """Every service that writes, with each of its faults."""
    others = {each.name: each for each in functions}
    for function in functions:
        called = _called(function, others)
        if function.name in offered and _writes(called):
            yield from ((function.name, fault) for fault in _faults(function, called))


def test_services_that_write_have_the_shape_of_a_service() -> None:
    wrong = [
        f"{part}.{name} {fault}"
        for part, files in _parts()
        for name, fault in _judged([f for s in files for f in s.functions()], _offered(files))
        if f"{part}.{name}" not in ALLOWED
    ]
    hold(wrong, "a service: (*, actor, …), @transaction.atomic, audit.record")


def test_nothing_is_allowed_that_is_not_there() -> None:
    there = {f"{part}.{name}" for part, files in _parts() for name in _offered(files)}
    assert set(ALLOWED) - there == set()


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("@transaction.atomic\ndef a(*, actor):\n    v.save()\n    audit.record(actor)", 0),
        ("def a(actor):\n    v.save()", 4),
        ("@transaction.atomic\ndef a(*, actor):\n    b()\ndef b():\n    v.save()", 1),
        ("def a(number):\n    return number + 1", 0),
    ],
)
def test_a_service_of_another_shape_is_seen(text: str, faults: int) -> None:
    functions = [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]
    assert len(list(_judged(list(functions), {"a"}))) == faults

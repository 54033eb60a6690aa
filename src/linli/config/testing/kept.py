# SPDX-License-Identifier: MulanPSL-2.0
"""Something made once for all tests of a module, of which each test has its own copy."""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock

Made = TypeVar("Made")


@contextmanager
def kept_for_module(
    blocker: DjangoDbBlocker, make: Callable[[], Made], at: dt.datetime | None = None
) -> Iterator[Made]:
    """What `make` writes stays for the tests of a module and is rolled back after them.

    Not for a module that holds tests with real transactions.
    """
    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            with _moment(at):
                made = make()
            yield made
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@contextmanager
def own_copy(kept: Made, at: dt.datetime | None = None) -> Iterator[Made]:
    """A test's own copy of what is kept: what it does to it no other test sees."""
    from linli.kernel.places import lookup

    lookup.forget()
    with _moment(at):
        yield copy.deepcopy(kept)
    lookup.forget()


def _moment(at: dt.datetime | None) -> AbstractContextManager[Any]:
    return nullcontext() if at is None else clock.at(at)

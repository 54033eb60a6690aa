# SPDX-License-Identifier: MulanPSL-2.0
"""Something made once for all tests of a module, of which each test has its own copy.

    kept, city = kept_fixtures(city_make, FRIDAY)

Not for a module that holds tests with real transactions.
"""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock

Made = TypeVar("Made")


@contextmanager
def kept_for_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written inside stays for the tests of a module and is rolled back after them."""
    from linli.kernel.places import lookup

    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            lookup.forget()


@contextmanager
def own_copy(kept: Made, at: dt.datetime | None = None) -> Iterator[Made]:
    """A test's own copy of what is kept: what it does to it no other test sees."""
    from linli.kernel.places import lookup

    lookup.forget()
    with _moment(at):
        yield copy.deepcopy(kept)
    lookup.forget()


def kept_fixtures(make: Callable[[], Any], at: dt.datetime | None = None) -> tuple[Any, Any]:
    """Two fixtures: `kept`, to be bound to that name, is what `make` made at a moment, once for a
    module; the other one gives each test its copy, at that moment.
    """

    @pytest.fixture(scope="module")
    def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        del django_db_setup
        with kept_for_module(django_db_blocker):
            with _moment(at):
                made = make()
            yield made

    @pytest.fixture
    def own(kept: Any, db: None) -> Iterator[Any]:
        del db
        with own_copy(kept, at) as mine:
            yield mine

    return kept, own


def _moment(at: dt.datetime | None) -> AbstractContextManager[Any]:
    return nullcontext() if at is None else clock.at(at)

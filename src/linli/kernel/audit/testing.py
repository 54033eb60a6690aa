# SPDX-License-Identifier: MulanPSL-2.0
"""A pytest plugin: a test with real transactions empties all tables at its end, the record too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase

from linli.kernel.audit import triggers

NAME = "_fixture_teardown"
"""Django's own step; it has no other place to step in."""


@pytest.fixture(autouse=True, scope="session")
def _record_can_be_emptied() -> Iterator[None]:
    """Lift the triggers of the record while Django empties the tables between two cases."""
    patch = pytest.MonkeyPatch()
    emptied: Any = getattr(TransactionTestCase, NAME)

    def teardown(case: Any) -> None:
        with triggers.lifted():
            emptied(case)

    patch.setattr(TransactionTestCase, NAME, teardown)
    yield
    patch.undo()

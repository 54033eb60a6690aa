# SPDX-License-Identifier: MulanPSL-2.0
"""A city made in memory is, row by row, the one that the services write to the database."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.demo.making import city_make
from linli.demo.sizes import SIZES, Size
from linli.demo.tests.conftest import UNTIL, wish
from linli.demo.tests.everything import Everything, Told
from linli.kernel.packs.selectors import pack_folder
from linli.kernel.packs.services import pack_load

pytestmark = pytest.mark.django_db

FEW = Size("few", 1, 1, 2, 3, 5, appeals=22, days=24)

SOME = Size("some", 2, 2, 2, 3, 5, appeals=60, days=40)


def made(size: Size, **how: Any) -> dict[str, list[Told]]:
    """Everything that stands after a city was made in one of the two ways; nothing of it stays."""
    with transaction.atomic(), clock.at(UNTIL):
        city_make(wish=replace(wish("binhai", size=size), **how), progress=lambda _text: None)
        found = Everything().tables()
        transaction.set_rollback(True)
    return found


def ensure_same(size: Size, parts: int) -> None:
    """Make a city twice and compare table by table, row by row."""
    pack_load(actor=SYSTEM, folder=pack_folder("binhai"))
    plain, quick = made(size), made(size, in_memory=True, parts=parts)
    assert plain.keys() == quick.keys()
    for label, rows in plain.items():
        for number, (one, other) in enumerate(zip(rows, quick[label], strict=False)):
            assert one == other, f"{label} row {number}"
        assert len(rows) == len(quick[label]), label
    written = {label for label, rows in plain.items() if rows}
    assert {"audit.AuditRecord", "events.Event", "workflow.Timer", "appeals.Appeal"} <= written
    assert all(row["is_whole"] for row in quick["audit.AuditRecord"])


@pytest.mark.both_in_full
def test_a_few_appeals_are_the_same_both_ways() -> None:
    ensure_same(FEW, parts=1)


def test_a_few_appeals_are_the_same_in_two_processes() -> None:
    ensure_same(FEW, parts=2)


@pytest.mark.full
def test_a_small_city_is_the_same_both_ways() -> None:
    is_patient = connection.vendor == "sqlite"  # PostgreSQL grows slow within one transaction
    ensure_same(SIZES["small"] if is_patient else SOME, parts=2)

# SPDX-License-Identifier: MulanPSL-2.0
"""Pages of rows that are counted beside their keys."""

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory

from linli.shells.frame.paging import page_asked
from linli.shells.frame.templatetags.linli import numbers

ROWS = [f"row {number}" for number in range(45)]


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [("", 1, 0), ("2", 2, 20), ("3", 3, 40), ("99", 3, 40), ("0", 1, 0), ("x", 1, 0), ("-1", 1, 0)],
)
def test_a_page_that_is_not_there_is_the_nearest(asked: str, number: int, first: int) -> None:
    request = RequestFactory().get("/", {"page": asked})

    def ask(start: int) -> tuple[int, list[int]]:
        return len(ROWS), list(range(len(ROWS)))[start : start + 20]

    page = page_asked(
        request, ask, size=20, shown=lambda keys: {key: ROWS[key] for key in keys if key != 1}
    )
    assert page.number == number
    assert page.object_list[0] == ROWS[first]
    assert ROWS[1] not in page.object_list  # gone between the two questions
    assert (page.paginator.num_pages, page.paginator.count) == (3, 45)


@pytest.mark.parametrize("asked", ["1", "7", "9" * 30])
def test_nothing_is_one_empty_page(asked: str) -> None:
    request = RequestFactory().get("/", {"page": asked})
    page = page_asked(request, lambda _start: (0, []), size=20, shown=lambda _keys: {})
    assert list(page.object_list) == []


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, None, 9]),
        (4, [1, None, 3, 4, 5, None, 9]),
        (9, [1, None, 8, 9]),
        (2, [1, 2, 3, None, 9]),
    ],
)
def test_pages_far_away_are_left_out(number: int, shown: list[int | None]) -> None:
    assert list(numbers(Paginator(range(180), 20).page(number))) == shown

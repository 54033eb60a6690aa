# SPDX-License-Identifier: MulanPSL-2.0
"""The day's round: what is pressing first, then along the way."""

import datetime as dt

from linli.shells.field.stops import Stop, in_order_of_way

NOON = dt.datetime(2026, 9, 21, 4, tzinfo=dt.UTC)


def _stop(title: str, hours: int = 9, lon: float | None = None, *, done: bool = False) -> Stop:
    due_at = NOON + dt.timedelta(hours=hours)
    return Stop(title, due_at=due_at, lon=lon, lat=None if lon is None else 24.5, is_done=done)


def _titles(*stops: Stop) -> list[str]:
    return [stop.title for stop in in_order_of_way(list(stops))]


def test_the_most_pressing_comes_first_and_from_there_the_nearest() -> None:
    far, near, pressing = _stop("far", 2, 118.9), _stop("near", 8, 118.11), _stop("now", 1, 118.1)
    assert _titles(far, near, pressing) == ["now", "near", "far"]


def test_without_points_due_time_decides() -> None:
    assert _titles(_stop("later", 5), _stop("first", 1), _stop("then", 3)) == [
        "first",
        "then",
        "later",
    ]


def test_what_has_no_due_time_waits() -> None:
    assert _titles(Stop("whenever"), _stop("due", 1)) == ["due", "whenever"]


def test_what_is_done_comes_last() -> None:
    assert _titles(_stop("done", 0, done=True), _stop("open", 5)) == ["open", "done"]

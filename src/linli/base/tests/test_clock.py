# SPDX-License-Identifier: MulanPSL-2.0
"""The clock: given moments, the demo's shift, and a machine whose time jumps."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from linli.base import clock

NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    clock.enable_shift(None)
    yield
    clock.enable_shift(None)


def test_today_is_the_date_in_china() -> None:
    with clock.at(NEW_YEAR):
        assert clock.now() == NEW_YEAR
        assert clock.now().utcoffset() == timedelta()
        assert clock.today() == date(2027, 1, 1)


def test_given_moments_nest_and_end() -> None:
    real = clock.now()
    with clock.at(NEW_YEAR):
        with clock.at(NEW_YEAR - timedelta(days=400)):
            assert clock.today() == date(2025, 11, 27)
        assert clock.today() == date(2027, 1, 1)
    assert abs(clock.now() - real) < timedelta(minutes=1)


def test_a_given_moment_ends_with_an_error_too() -> None:
    with pytest.raises(RuntimeError), clock.at(NEW_YEAR):
        raise RuntimeError
    assert clock.now() != NEW_YEAR


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.local(naive)
    with pytest.raises(ValueError, match="time zone"), clock.at(naive):
        pass


def test_a_machine_whose_clock_jumps_back_does_not_take_us_with_it() -> None:
    with time_machine.travel(NEW_YEAR, tick=False):
        before = clock.now()
    with time_machine.travel(NEW_YEAR - timedelta(hours=5), tick=False):
        held = clock.now()
        assert before <= held < before + timedelta(minutes=1)
        assert clock.now() >= held
    with time_machine.travel(NEW_YEAR + timedelta(hours=1), tick=False):
        assert clock.now() == NEW_YEAR + timedelta(hours=1)


def test_a_small_step_back_is_followed() -> None:
    with time_machine.travel(NEW_YEAR, tick=False):
        before = clock.now()
    with time_machine.travel(NEW_YEAR - clock.TOLERANCE / 2, tick=False):
        assert clock.now() == before - clock.TOLERANCE / 2


def test_without_demo_mode_there_is_no_shift() -> None:
    assert clock.shift_read() == 0
    with pytest.raises(ValueError, match="not enabled"):
        clock.shift_by(timedelta(days=1))


def test_the_shift_moves_now_and_is_kept_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "var" / "demo-clock"
    clock.enable_shift(path)
    real = datetime.now(UTC)
    assert clock.shift_by(timedelta(days=2)) == 2 * 86400
    assert clock.shift_by(timedelta(hours=1)) == 2 * 86400 + 3600
    assert timedelta(days=2, hours=1) <= clock.now() - real < timedelta(days=2, hours=1, minutes=1)
    clock.enable_shift(path)
    assert clock.shift_read() == 2 * 86400 + 3600
    assert sorted(each.name for each in path.parent.iterdir()) == ["demo-clock", "demo-clock.lock"]


def test_another_process_sees_the_shift_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo-clock"
    clock.enable_shift(path)
    assert clock.shift_read() == 0
    path.write_text("3600\n", encoding="ascii")
    monkeypatch.setattr(clock, "READ_AGAIN_AFTER", 0.0)
    assert clock.shift_read() == 3600


@pytest.mark.parametrize("content", ["", "tomorrow", "nan", "-5", "1e99", "\ufeff12"])
def test_a_broken_file_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    path = tmp_path / "demo-clock"
    clock.enable_shift(path)
    clock.shift_by(timedelta(hours=1))
    path.write_text(content, encoding="utf-8")
    os.utime(path, ns=(1, 1))
    monkeypatch.setattr(clock, "READ_AGAIN_AFTER", 0.0)
    assert clock.shift_read() == 3600


@pytest.mark.parametrize("delta", [timedelta(), timedelta(seconds=-1), timedelta(days=4000)])
def test_the_demo_clock_goes_forward_and_not_for_ever(tmp_path: Path, delta: timedelta) -> None:
    clock.enable_shift(tmp_path / "demo-clock")
    with pytest.raises(ValueError, match="demo clock"):
        clock.shift_by(delta)
    assert clock.shift_read() == 0


def test_two_who_press_at_once_both_count(tmp_path: Path) -> None:
    clock.enable_shift(tmp_path / "demo-clock")
    presses = [
        threading.Thread(target=clock.shift_by, args=(timedelta(hours=1),)) for _ in range(8)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert clock.shift_read() == 8 * 3600

# SPDX-License-Identifier: MulanPSL-2.0
"""The nightly backup: made, thinned out, made anew after a kill, and missed when it is gone."""

import datetime as dt
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.config.testing.processes import process_beside
from linli.kernel.audit.models import AuditRecord
from linli.kernel.backups import jobs
from linli.kernel.backups.contents import backups_in
from linli.kernel.backups.holding import held
from linli.kernel.backups.keeping import TOLD, backups_thin
from linli.kernel.backups.making import backup_make
from linli.kernel.backups.selectors import State, last_good_at, state
from linli.kernel.backups.terms import Event, Verb
from linli.kernel.backups.tests.conftest import url_of
from linli.kernel.events.models import Event as Announced
from linli.kernel.places.factories import city_tree

pytestmark = pytest.mark.django_db(transaction=True)

LATER = dt.timedelta(hours=27)
KILLED = Path(__file__).with_name("killed.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the nightly backups go."""
    return tmp_path / "backups"


def overdue() -> list[str]:
    """What was announced of backups that are too old: when the last was taken."""
    found = Announced.objects.filter(name=Event.OVERDUE).order_by("pk")
    return [event.payload["last"] for event in found]


def test_without_a_folder_nothing_is_made_and_nothing_missed() -> None:
    with override_settings(LINLI_BACKUPS=None):
        jobs.nightly()
        jobs.watch()
        assert last_good_at() is None
        assert state() == State(is_on=False, last=None, is_late=False, percent=None)
    assert not AuditRecord.objects.filter(verb__startswith="backups.").exists()


def test_the_first_is_made_as_soon_as_somebody_looks_and_the_next_every_night() -> None:
    jobs.watch()
    first = last_good_at()
    assert first is not None
    assert timezone.now() - first < dt.timedelta(minutes=1)
    jobs.watch()
    assert last_good_at() == first
    jobs.nightly()
    assert (last_good_at() or first) > first
    assert overdue() == []
    assert [row.actor_kind for row in AuditRecord.objects.filter(verb=Verb.MADE)] == ["system"] * 2


def test_an_old_one_is_missed_once_a_day_and_no_more_when_a_new_one_is_there() -> None:
    city_tree()
    jobs.nightly()
    last = last_good_at()
    assert last is not None
    assert not state().is_late
    with time_machine.travel(timezone.now() + LATER, tick=True):
        assert state().is_late
        jobs.watch()
        jobs.watch()
        assert overdue() == [last.isoformat(timespec="seconds")]
        row = AuditRecord.objects.get(verb=Verb.OVERDUE)
        assert row.detail == {"last": last.isoformat()}
        told = TOLD.tell({"last": overdue()[0]})
        assert told is not None
        assert (told.kind, told.link) == ("backups", "/console/status/")
    with time_machine.travel(timezone.now() + 3 * LATER, tick=True):
        jobs.watch()
        assert len(overdue()) == 2
        jobs.nightly()
        jobs.watch()
        assert len(overdue()) == 2


def test_one_that_cannot_be_made_is_missed_at_once(folder: Path) -> None:
    city_tree()
    folder.write_text("no folder")
    with pytest.raises(Refused):
        jobs.watch()
    assert overdue() == [""]


def test_a_job_that_comes_while_one_is_made_leaves_it_to_that() -> None:
    with held():
        jobs.nightly()
    assert last_good_at() is None


def test_older_ones_are_thinned_out_and_strangers_left_alone(folder: Path) -> None:
    made = backup_make(actor=SYSTEM, to=folder)
    for days in range(1, 40):
        at = made.contents.taken_at - dt.timedelta(days=days)
        older = folder / f"linli-{at:%Y%m%dT%H%M%S}000Z"
        older.mkdir()
        changes = {"name": older.name, "taken_at": at}
        made.contents.model_copy(update=changes).signed().write(older)
    stranger = folder / "linli-20200101T000000000Z"
    stranger.mkdir()
    (stranger / "manifest.json").write_text("{}")
    gone = backups_thin(folder)
    left = list(backups_in(folder))
    assert len(left) == 40 - gone + 1
    assert 8 <= 40 - gone <= 13
    assert made.folder in left
    assert stranger in left
    assert last_good_at() == made.contents.taken_at
    assert backups_thin(folder) == 0


def _wait_for(found: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_one_that_is_killed_counts_for_nothing_and_the_next_clears_it_away(folder: Path) -> None:
    told = {"LINLI_DATA": str(settings.LINLI_DATA)}
    told |= {"DJANGO_SETTINGS_MODULE": "linli.config.settings", "LINLI_DATABASE_URL": url_of()}
    with process_beside(
        [sys.executable, str(KILLED), str(folder)], env=os.environ | told
    ) as process:
        _wait_for(lambda: state().percent)
        process.send_signal(signal.SIGKILL)
    left = list(folder.iterdir())
    assert len(left) == 1
    assert last_good_at() is None
    jobs.nightly()
    assert last_good_at() is not None
    assert left[0] not in list(folder.iterdir())
    assert [path for path in settings.LINLI_DATA.iterdir() if "copy" in path.name] == []
    assert state().percent is None

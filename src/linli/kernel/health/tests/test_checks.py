# SPDX-License-Identifier: MulanPSL-2.0
"""What is found of the machine, and from when somebody should look."""

import datetime as dt
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from linli.base import clock
from linli.kernel.events.models import Delivery, Event
from linli.kernel.health import checks, selectors
from linli.kernel.health.terms import State
from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.jobs.services import enqueue
from linli.kernel.jobs.tests import work  # noqa: F401 - registers jobs

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


def state_of(name: str) -> State:
    """How one thing is found to be."""
    return {each.name: each.state for each in checks.found()}[name]


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (checks.LOW, State.GOOD),
        (checks.LOW - 1, State.WARNING),
        (checks.FULL, State.WARNING),
        (checks.FULL - 1, State.FAILED),
    ],
)
def test_a_disk_is_good_low_or_full(
    monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, free))
    assert state_of("disk") is state


def test_a_disk_that_takes_nothing_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert state_of("disk") is State.FAILED


def test_our_clock_is_the_database_s() -> None:
    assert selectors.clock_apart() < dt.timedelta(seconds=1)
    assert state_of("clock") is State.GOOD


def test_what_was_written_down_later_than_now_tells_of_a_wrong_clock() -> None:
    later = timezone.now() + dt.timedelta(hours=2)
    Schedule.objects.create(name="x", every_seconds=60, next_run_at=later, last_run_at=later)
    assert dt.timedelta(hours=1) < selectors.clock_apart() <= dt.timedelta(hours=2)
    assert state_of("clock") is State.WARNING


def test_a_clock_two_hours_off_the_database_s_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - dt.timedelta(hours=2))
    assert state_of("clock") is State.WARNING


def test_a_job_that_waits_too_long_is_looked_after() -> None:
    enqueue("test.note", number=1)
    enqueue("test.note", number=2, delay=dt.timedelta(hours=3))
    assert state_of("jobs.oldest_seconds") is State.GOOD
    DBTaskResult.objects.update(enqueued_at=timezone.now() - dt.timedelta(minutes=6))
    assert state_of("jobs.oldest_seconds") is State.WARNING
    DBTaskResult.objects.filter(args_kwargs__args__1__number=1).delete()
    assert state_of("jobs.oldest_seconds") is State.GOOD  # the other is not due


def test_an_event_that_nobody_has_heard_of_is_looked_after() -> None:
    event = Event.objects.create(name="x.y", at=clock.now() - dt.timedelta(minutes=6))
    told = Delivery.objects.create(event=event, handler="x", next_try_at=timezone.now())
    assert state_of("events.oldest_seconds") is State.WARNING
    told.done_at = clock.now()
    told.save()
    assert state_of("events.oldest_seconds") is State.GOOD


def test_a_worker_that_was_never_seen_or_is_away_is_looked_after() -> None:
    assert state_of("jobs.worker_seen_seconds") is State.WARNING
    now = timezone.now()
    worker = Worker.objects.create(id="w", started_at=now, seen_at=now)
    assert state_of("jobs.worker_seen_seconds") is State.GOOD
    worker.seen_at = now - dt.timedelta(minutes=2)
    worker.save()
    assert state_of("jobs.worker_seen_seconds") is State.WARNING


def certificate(path: Path, days: int) -> Path:
    """A certificate that is good for so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "linli.example.org")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=90))
        .not_valid_after(now + dt.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return path


def test_a_certificate_is_watched_where_one_is_named(settings: Settings, tmp_path: Path) -> None:
    assert "certificate" not in {each.name for each in checks.found()}
    for days, state in ((60, State.GOOD), (20, State.WARNING), (-1, State.WARNING)):
        settings.LINLI_CERTIFICATE = certificate(tmp_path / "chain.pem", days)
        assert state_of("certificate") is state
    left = selectors.certificate_left_seconds()
    assert left is not None
    assert left < 0
    settings.LINLI_CERTIFICATE = tmp_path / "nothing.pem"
    assert state_of("certificate") is State.WARNING


def test_connections_are_counted_where_there_are_any() -> None:
    count = selectors.connections()
    assert (count is None) == (connection.vendor == "sqlite")
    assert count is None or count >= 1

# SPDX-License-Identifier: MulanPSL-2.0
"""Whether the process lives and can serve pages, and the headers that every page carries."""

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from linli.kernel.health import selectors
from linli.kernel.jobs.models import Worker


def test_a_process_without_a_database_lives(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.django_db
def test_pages_can_be_served_and_somebody_should_look_after_the_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert answer.json()["state"] == "warning"
    assert answer.json()["checks"]["jobs.worker_seen_seconds"] == "warning"
    assert client.get("/readyz?strict=1").status_code == 503


@pytest.mark.django_db
def test_all_is_well_with_a_worker_at_work(client: Client) -> None:
    now = timezone.now()
    Worker.objects.create(id="w", started_at=now, seen_at=now)
    answer = client.get("/readyz?strict=1")
    assert answer.status_code == 200
    told = answer.json()["checks"]
    assert {"database", "tables", "clock", "disk", "jobs.oldest_seconds"} <= told.keys()
    assert set(told.values()) == {"good"}


@pytest.mark.django_db
def test_nothing_is_served_while_migrations_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_whole", set())
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [_Waiting()])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["tables"] == "failed"


class _Waiting:
    """A migration with its direction, as the executor plans it."""

    app_label, name = "places", "0099_more"

    def __iter__(self) -> object:
        return iter((self, False))


@pytest.mark.django_db
def test_nothing_is_served_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> list[str]:
        raise OperationalError("no route to 10.0.0.7")

    monkeypatch.setattr(selectors, "migrations_missing", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "failed", "disk": "good"}
    assert "10.0.0.7" not in answer.content.decode()


def test_no_inline_script_or_style_may_run(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy

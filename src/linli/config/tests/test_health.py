# SPDX-License-Identifier: MulanPSL-2.0
"""The health page, and the headers that every page carries."""

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from linli.config import health


@pytest.mark.django_db
def test_healthz_says_that_pages_can_be_served(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["ok"] is True
    assert response.json()["migrations_waiting"] == 0


@pytest.mark.django_db
def test_healthz_says_when_migrations_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_done", set())
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["migrations_waiting"] == 1


@pytest.mark.django_db
def test_no_inline_script_or_style_may_run(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy

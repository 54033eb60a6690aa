# SPDX-License-Identifier: MulanPSL-2.0
"""Figures for Prometheus: behind a token, of all processes, and of nobody."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from linli.kernel.jobs import services as jobs
from linli.kernel.jobs.registry import job_add
from linli.shells.frame import counting

TOKEN = "a-token-for-a-test"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counts(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Requests are counted, into a folder of their own."""
    settings.LINLI_METRICS_TOKEN = TOKEN
    counting.count_into(tmp_path)
    yield tmp_path
    counting.count_into(None)


@pytest.mark.django_db
def test_without_the_token_there_is_no_such_page(client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.LINLI_METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert client.get("/metrics", headers=BEARER).status_code == 200


@pytest.mark.django_db
def test_requests_are_told_by_page_and_never_by_address(client: Client, counts: Path) -> None:
    client.get("/portal/?q=13812345678")
    client.get("/portal/")
    client.get("/portal/appeals/CJ20261122-1/")
    client.get("/nobody/13812345678/")
    told = client.get("/metrics", headers=BEARER).content.decode()
    assert 'route="portal:home",status="2xx"} 2' in told
    assert 'route="nowhere",status="4xx"} 1' in told
    assert 'route="portal:appeal_page"' in told
    assert 'le="+Inf"} 2' in told
    assert "13812345678" not in told
    assert "CJ2026" not in told


@pytest.mark.django_db
def test_what_waits_is_told_from_the_database(client: Client, counts: Path) -> None:
    job_add("metrics.test", lambda: None, None, 1)
    jobs.enqueue("metrics.test")
    told = client.get("/metrics", headers=BEARER).content.decode()
    assert "linli_jobs_waiting 1\n" in told
    assert 'linli_check{check="jobs.worker_seen_seconds"} 1' in told
    names = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")}
    assert names >= {
        "linli_info",
        "linli_jobs_oldest_seconds",
        "linli_jobs_failed",
        "linli_events_oldest_seconds",
        "linli_exchange_messages_waiting",
        "linli_health_disk_free_bytes",
        "linli_request_seconds",
    }
    assert "jobs_worker_seen_seconds " not in told  # nobody has been seen yet


def test_each_process_tells_its_own_and_a_dead_one_none(counts: Path) -> None:
    counting.count("portal:home", "2xx", 0.02)
    code = (
        "import sys, pathlib; from linli.shells.frame import counting as c;"
        f"c.count_into(pathlib.Path({str(counts)!r})); c.count('portal:home', '5xx', 7.0);"
        "print('counted', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    other.stdout.readline()
    both = list(counting.counted())
    assert sorted(each.status for each in both) == ["2xx", "5xx"]
    assert {each.process.rpartition("-")[2] for each in both} == {str(os.getpid()), str(other.pid)}
    assert [each.heaps.index(1) for each in sorted(both, key=lambda each: each.status)] == [1, 8]
    other.kill()
    other.communicate()
    assert [each.status for each in counting.counted()] == ["2xx"]
    assert len(list(counts.iterdir())) == 1


def test_a_process_that_is_asked_nothing_counts_nothing(tmp_path: Path) -> None:
    counting.count_into(None)
    counting.count("portal:home", "2xx", 0.02)
    assert list(counting.counted()) == []


def test_what_does_not_fit_is_not_counted(counts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ROWS", 2)
    for route in ("a", "b", "c", "a"):
        counting.count(route, "2xx", 0.02)
    assert {each.route: sum(each.heaps) for each in counting.counted()} == {"a": 2, "b": 1}

# SPDX-License-Identifier: MulanPSL-2.0
"""The state of the platform: what runs, what does not, what waits, and who may know."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from linli.base import clock
from linli.kernel.access.factories import role_define
from linli.kernel.audit.models import AuditRecord
from linli.kernel.backups.tests.conftest import contents_of
from linli.kernel.events.models import Delivery, Event
from linli.kernel.health.tests.test_checks import certificate
from linli.kernel.jobs import services as jobs
from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.jobs.services import enqueue
from linli.kernel.jobs.worker import run_all
from linli.kernel.packs.models import PackLoad
from linli.shells.places.tests.towns import enter, links_of, staff, text_of


def _worker(seconds: int) -> None:
    seen = timezone.now() - dt.timedelta(seconds=seconds)
    Worker.objects.create(id=f"w{seconds}", started_at=seen, seen_at=seen)


def test_a_worker_that_is_away_is_said_with_what_to_do(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    assert "./linli worker" in text_of(client.get("/console/status/"))
    _worker(180)
    assert "the last was seen 3 minutes ago" in text_of(client.get("/console/status/"))
    _worker(1)
    assert "A worker is at work." in text_of(client.get("/console/status/"))


def _waits(path: str, **how: Any) -> None:
    event = Event.objects.create(name="places.place_added", place_path=path, at=clock.now())
    Delivery.objects.create(
        event=event, handler="linli.x.listen", next_try_at=timezone.now(), **how
    )


def test_schedules_tell_their_last_run_and_what_went_wrong(
    client: Client, towns: SimpleNamespace
) -> None:
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    Schedule.objects.create(
        name="audit.seal", every_seconds=60, next_run_at=now, last_run_at=now - hour
    )
    Schedule.objects.create(
        name="events.deliver",
        every_seconds=3600,
        next_run_at=now,
        last_run_at=now - hour,
        last_error="ValueError at linli.x:3",
        failures=2,
    )
    Schedule.objects.create(name="keys.renew", every_seconds=60, next_run_at=now - hour)
    enter(client, towns.here.admin)
    page = client.get("/console/status/")
    assert [one.name for one, _every, _ago in page.context["schedules"]] == [
        "events.deliver",
        "keys.renew",
        "audit.seal",
    ]
    text = text_of(page)
    assert "failed 2 times" in text
    assert "ValueError at linli.x:3" in text
    assert "every 1 minute · last 1 hour ago" in text
    assert "should have run" in text
    assert "has not run yet" in text


def test_each_figure_opens_its_rows(client: Client, towns: SimpleNamespace) -> None:
    jobs.job(name="status.test")(lambda: None)
    enqueue("status.test")
    enqueue("status.test", delay=dt.timedelta(minutes=5, seconds=1))
    _waits(towns.here.city.path, attempts=3, last_error="KeyError at linli.x:9")
    _waits(towns.there.city.path)
    own = Q(event__place_path__under=towns.here.city.path)
    waiting = Delivery.objects.filter(own, done_at__isnull=True).count()
    enter(client, towns.here.admin)
    page = client.get("/console/status/")
    assert page.context["jobs"] == 2
    assert page.context["deliveries"] == waiting
    queue = client.get(links_of(page, "/status/jobs/")[0])
    assert len(queue.context["rows"]) == 2
    assert "status.test" in text_of(queue)
    assert "runs in 5 minutes" in text_of(queue)
    told = client.get(links_of(page, "/status/events/")[0])
    assert len(told.context["rows"]) == waiting
    assert "tried 3 times · KeyError at linli.x:9" in text_of(told)


def test_database_tables_and_packs_are_named(client: Client, towns: SimpleNamespace) -> None:
    for pack, path in (("base", ""), ("there", "529900/")):
        PackLoad.objects.create(
            pack=pack, version="0001", place_path=path, loaded_at=clock.now(), counts={}
        )
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/status/"))
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor] in text
    assert "The tables are up to date." in text
    assert "base 0001" in text
    assert "there 0001" not in text


def _looked_at(client: Client) -> str:
    return text_of(client.get("/console/status/"))


def test_how_old_the_last_backup_is_and_how_far_the_next(
    client: Client, towns: SimpleNamespace, tmp_path: Path
) -> None:
    enter(client, towns.here.admin)
    assert "set LINLI_BACKUPS" in _looked_at(client)
    with override_settings(LINLI_BACKUPS=tmp_path):
        assert "There is no good backup yet." in _looked_at(client)
        folder = tmp_path / "linli-1"
        folder.mkdir()
        last = timezone.now() - dt.timedelta(hours=3)
        contents_of(last).write(folder)
        assert "The last good backup is 3 hours old." in _looked_at(client)
        contents_of(last - dt.timedelta(hours=24)).write(folder)
        assert "why did the night's backup fail?" in _looked_at(client)
        assert "is being made" not in _looked_at(client)
        (tmp_path / ".x.part").mkdir()
        (tmp_path / ".x.part" / "progress.json").write_text('{"percent": 40}')
        assert "A backup is being made: 40 % are done." in _looked_at(client)


def test_only_administrators_get_these_pages(client: Client, towns: SimpleNamespace) -> None:
    for account in (staff("leader", towns.here.city), towns.here.resident):
        enter(client, account)
        for address in ("", "jobs/", "events/", "failed/"):
            assert client.get(f"/console/status/{address}").status_code == 404


def test_the_page_costs_a_bounded_number_of_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    with CaptureQueriesContext(connection) as queries:
        client.get("/console/status/")
    assert len(queries) <= 45


def _given_up(name: str = "status.broken") -> str:
    """A job that failed for good; its key."""

    def fail() -> None:
        raise ValueError("13812345678")

    jobs.job(name=name, attempts=1)(fail)
    enqueue(name)
    run_all()
    return str(DBTaskResult.objects.failed().latest("finished_at").pk)


def test_what_is_not_well_is_said_with_what_to_do(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/status/")
    assert page.context["worst"] == "warning"
    assert "Pages are served, but something needs a look." in text_of(page)
    assert "A worker was last seen needs a look It is longer ago" in text_of(page)
    _worker(1)
    text = text_of(client.get("/console/status/"))
    assert "All is well." in text
    assert "needs a look" not in text


def test_disk_and_certificate_stand_on_the_page(
    client: Client, towns: SimpleNamespace, settings: Settings, tmp_path: Path
) -> None:
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/status/"))
    assert re.search(r"Disk \S+ \wB of \S+ \wB free", text.replace("\xa0", " "))
    assert "good for" not in text
    settings.LINLI_CERTIFICATE = certificate(tmp_path / "chain.pem", 20)
    text = text_of(client.get("/console/status/"))
    assert "good for 19 days more" in text
    assert "ends soon. Renew it." in text


def test_a_failed_job_is_shown_without_its_message_and_tried_again_once(
    client: Client, towns: SimpleNamespace
) -> None:
    key = _given_up()
    enter(client, towns.here.admin)
    page = client.get("/console/status/")
    assert page.context["failed"] == 1
    (address,) = links_of(page, "/status/failed/")
    rows = client.get(address)
    assert "status.broken" in text_of(rows)
    assert "tried 1 time · ValueError at linli.shells.status.tests.test_pages:" in text_of(rows)
    assert "13812345678" not in text_of(rows)
    done = client.post(f"{address}{key}/retry/", follow=True)
    assert "status.broken is tried again now." in text_of(done)
    assert "No job has failed" in text_of(done)
    assert AuditRecord.objects.get(verb="health.job.retried").subject_key == key
    again = client.post(f"{address}{key}/retry/")
    assert again.status_code == 409
    assert "somebody was quicker" in text_of(again)


def test_who_only_looks_has_no_button(client: Client, towns: SimpleNamespace) -> None:
    key = _given_up()
    role_define("watcher", ("health.view_state",))
    enter(client, staff("watcher", towns.here.city))
    rows = client.get("/console/status/failed/")
    assert "Try again" not in text_of(rows)
    assert client.post(f"/console/status/failed/{key}/retry/").status_code == 404
    assert client.get(f"/console/status/failed/{key}/retry/").status_code == 404

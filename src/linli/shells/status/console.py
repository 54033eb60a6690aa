# SPDX-License-Identifier: MulanPSL-2.0
"""How the platform is doing, for administrators: workers, schedules, queues, database, packs."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import services as access
from linli.kernel.backups.selectors import state as backups_state
from linli.kernel.events import selectors as events
from linli.kernel.health import checks
from linli.kernel.health import services as health
from linli.kernel.health.selectors import migrations_missing
from linli.kernel.health.terms import Perm
from linli.kernel.jobs import selectors as jobs
from linli.shells.frame.chips import length_words
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.procedures.console import packs_concerning
from linli.shells.status import reading

A_PAGE = 50


@console.page(
    "status/",
    name="status",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("State of the platform"), "shield", group=Group.SETUP, order=60),
)
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Whether everything runs, and if not, what does not."""
    actor, found = actor_of(request), checks.found()
    heartbeat = reading.heartbeat()
    schedules = reading.schedules()
    backups = backups_state()
    return render(
        request,
        "status/console/status.html",
        heartbeat=heartbeat,
        seen=length_words(heartbeat.ago) if heartbeat.ago is not None else "",
        schedules=[
            (one, length_words(one.every), length_words(one.ago) if one.ago is not None else "")
            for one in schedules
        ],
        found=found,
        worst=checks.worst(found),
        jobs=jobs.waiting_count(),
        failed=jobs.failed_count(),
        cards=console.filled(request, "status"),
        deliveries=events.deliveries_waiting(actor.reach(Perm.VIEW)).count(),
        disk=reading.disk(),
        certificate=reading.certificate(),
        database=reading.database_said(),
        migrations=migrations_missing(),
        backups=backups,
        backup_age=length_words(timezone.now() - backups.last) if backups.last else "",
        packs=packs_concerning(actor, Perm.VIEW),
    )


@console.page("status/jobs/", name="status_jobs", needs=Perm.VIEW)
@require_GET
def status_jobs(request: HttpRequest) -> HttpResponse:
    """The jobs that wait, one a row."""
    page = Paginator(jobs.jobs_waiting(), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (one, length_words(one.ago), length_words(one.later) if one.later is not None else "")
        for one in map(reading.waiting, page)
    ]
    return render(request, "status/console/jobs.html", page=page, rows=rows)


@console.page("status/failed/", name="status_failed", needs=Perm.VIEW)
@require_GET
def status_failed(request: HttpRequest) -> HttpResponse:
    """The jobs that were given up, one a row, with what broke and where."""
    page = Paginator(jobs.jobs_failed(), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "status/console/failed.html",
        page=page,
        rows=[jobs.failed_said(row) for row in page],
        may_retry=access.may_anywhere(actor_of(request), Perm.RETRY),
    )


@console.page("status/failed/<uuid:key>/retry/", name="status_retry", needs=Perm.RETRY)
@require_POST
def status_retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a failed job tried again."""
    name = health.job_retry(actor=actor_of(request), key=str(key))
    messages.success(request, _("%(name)s is tried again now.") % {"name": name})
    return HttpResponseRedirect(reverse("console:status_failed"))


@console.page("status/events/", name="status_events", needs=Perm.VIEW)
@require_GET
def status_events(request: HttpRequest) -> HttpResponse:
    """What happened and a listener has not heard of yet, one a row."""
    waiting = events.deliveries_waiting(actor_of(request).reach(Perm.VIEW))
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "status/console/events.html", page=page, rows=list(page))

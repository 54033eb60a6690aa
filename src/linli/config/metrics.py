# SPDX-License-Identifier: MulanPSL-2.0
"""Figures for Prometheus, for whoever has the token.

Requests are counted by each process for itself and told with its name; everything else is read from
where all processes meet, the database and the disk, whichever process is asked.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse

from linli.base.version import VERSION
from linli.kernel.health import checks
from linli.kernel.health.terms import State
from linli.kernel.sockets import registry
from linli.shells.frame import counting

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; without the right token the page is not there."""
    wanted = f"Bearer {settings.LINLI_METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.LINLI_METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    lines = [*_about(), *_checks(), *_gauges(), *_requests()]
    return HttpResponse("\n".join([*lines, ""]), content_type=CONTENT_TYPE)


def _about() -> Iterator[str]:
    yield from _head("linli_info", "gauge", "The version that runs")
    yield _line("linli_info", 1, version=VERSION)


def _checks() -> Iterator[str]:
    yield from _head("linli_check", "gauge", "0 well, 1 somebody should look, 2 failed")
    for each in checks.found():
        yield _line("linli_check", list(State).index(each.state), check=each.name)


def _gauges() -> Iterator[str]:
    for name, gauge in registry.gauges().items():
        try:
            value = gauge.read()
        except DatabaseError:  # told above, as a check that has failed
            continue
        if value is not None:
            metric = f"linli_{name.replace('.', '_')}"
            yield from _head(metric, "gauge", gauge.label["en"])
            yield _line(metric, value)


def _requests() -> Iterator[str]:
    """Requests by route and class of status, as a histogram of how long they took."""
    name = "linli_request_seconds"
    yield from _head(name, "histogram", "Requests by the name of the page and class of status")
    for each in counting.counted():
        labels = {"process": each.process, "route": each.route, "status": each.status}
        so_far = 0
        for bound, count in zip((*counting.BOUNDS, "+Inf"), each.heaps, strict=True):
            so_far += count
            yield _line(f"{name}_bucket", so_far, **labels, le=str(bound))
        yield _line(f"{name}_sum", each.seconds, **labels)
        yield _line(f"{name}_count", so_far, **labels)


def _head(name: str, kind: str, help_: str) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, value: float, **labels: str) -> str:
    escapes = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
    told = ",".join(f'{key}="{text.translate(escapes)}"' for key, text in labels.items())
    return f"{name}{{{told}}} {value!r}" if told else f"{name} {value!r}"

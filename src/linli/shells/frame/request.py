# SPDX-License-Identifier: MulanPSL-2.0
"""The request as pages get it, and the reader's choices that came with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from linli.base.actor import Actor

if TYPE_CHECKING:
    from linli.shells.frame.faces import Face

LANGUAGE_COOKIE = "linli_language"
THEME_COOKIE = "linli_theme"
SIZE_COOKIE = "linli_size"
SENT_COOKIE = "linli_sent"
WROTE_COOKIE = "linli_wrote"


@dataclass(frozen=True, slots=True)
class Look:
    """How the reader wants the page: `theme` light, dark or "" (the device); `size` large or ""."""

    theme: str = ""
    size: str = ""

    @property
    def is_large(self) -> bool:
        """Whether the page is set in large type (适老化)."""
        return self.size == "large"


class PageRequest(HttpRequest):
    """What the middleware and the faces have put on a request; for annotations only."""

    actor: Actor
    face: "Face"
    look: Look
    request_id: str
    htmx: Any


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page, not for a whole one."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def is_parcel(request: HttpRequest) -> bool:
    """Whether the outbox of a phone sends this, which may lie there for days."""
    return request.method == "POST" and "Idempotency-Key" in request.headers


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks and would rather have data than a page."""
    return request.headers.get("Accept", "").startswith("application/json")

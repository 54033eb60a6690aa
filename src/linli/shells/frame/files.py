# SPDX-License-Identifier: MulanPSL-2.0
"""Sending a kept file to somebody who may see it."""

from typing import cast

from django.http import FileResponse, HttpResponse, HttpResponseBase

from linli.kernel.files.services import Served

POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
"""Nothing in a file may load or run anything; a browser styles the page that it shows a photo on
by itself.
"""


def file_answer(served: Served) -> HttpResponse:
    """A file as an answer; rights were asked before, and are asked again at the next download."""
    response = HttpResponse(served.path.read_bytes(), content_type=served.content_type)
    _guard(response, served)
    return response


def file_streamed(served: Served) -> HttpResponse:
    """The same for a file that may be large: a stretch at a time, and kept by nobody on the way."""
    response = FileResponse(served.path.open("rb"), content_type=served.content_type)
    _guard(response, served)
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)


def _guard(response: HttpResponseBase, served: Served) -> None:
    manner = "inline" if served.is_inline else "attachment"
    response["Content-Disposition"] = f'{manner}; filename="{served.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-cache"

# SPDX-License-Identifier: MulanPSL-2.0
"""Sending a kept file to somebody who may see it."""

from django.http import HttpResponse

from linli.kernel.files.services import Served

POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
"""Nothing in a file may load or run anything; a browser styles the page that it shows a photo on
by itself.
"""


def file_answer(served: Served) -> HttpResponse:
    """A file as an answer; rights were asked before, and are asked again at the next download."""
    response = HttpResponse(served.path.read_bytes(), content_type=served.content_type)
    manner = "inline" if served.is_inline else "attachment"
    response["Content-Disposition"] = f'{manner}; filename="{served.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-cache"
    return response

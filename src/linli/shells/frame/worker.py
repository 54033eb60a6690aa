# SPDX-License-Identifier: MulanPSL-2.0
"""The service worker at /sw.js: the built script, told which pages and files to keep at hand."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.shells.frame import assets
from linli.shells.frame.faces import field, portal
from linli.shells.frame.middleware import actor_of


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the script from the top, so that it may look after every page; never from a cache."""
    actor = actor_of(request)
    told = {
        "version": assets.version(),
        "assets": assets.everything("field", "portal"),
        "pages": [*field.offline_pages(actor), *portal.offline_pages(actor)],
        "fallback": field.home,
    }
    text = f"self.LINLI = {json.dumps(told)};\n{assets.worker()}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response

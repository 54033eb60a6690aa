# SPDX-License-Identifier: MulanPSL-2.0
"""`/api/docs/`: what the API offers, for people; made of the same document that programs read."""

import json
from collections.abc import Sequence
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from linli.shells.frame.render import render
from linli.shells.tokens.bearer import CALLS_A_MINUTE
from linli.shells.tokens.described import chapters_of, shapes_of
from linli.shells.tokens.examples import Schema


@require_GET
def guide(request: HttpRequest, apis: Sequence[NinjaAPI]) -> HttpResponse:
    """Every operation with its fields, answers and an example, and what a token must carry."""
    site = request.build_absolute_uri("/").rstrip("/")
    documents = [document_of(api) for api in apis]
    return render(
        request,
        "tokens/guide/page.html",
        site=site,
        chapters=[each for found in documents for each in chapters_of(found, site=site)],
        shapes={each.name: each for found in documents for each in shapes_of(found)}.values(),
        sources=[
            (api.title, reverse(f"{api.urls_namespace}:openapi-json"), api.version) for api in apis
        ],
        calls=CALLS_A_MINUTE,
    )


@cache
def document_of(api: NinjaAPI) -> Schema:
    """The document of an API as programs get it; it does not change while we run."""
    found: Schema = json.loads(json.dumps(api.get_openapi_schema()))
    return found

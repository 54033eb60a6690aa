# SPDX-License-Identifier: MulanPSL-2.0
"""Rendering a page, or only the part of it that htmx asks for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_whole
from django.utils.cache import patch_vary_headers

from linli.shells.frame.request import is_part

Part = str | Mapping[str, str] | None


def render(
    request: HttpRequest,
    template: str,
    part: Part = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a template; for an htmx request only its named part (`{% partialdef rows %}`).

    `part` is one name, or a mapping from the id of the element that is filled to the part that
    fills it. Going back in the browser always gets the whole page.
    """
    name = _part_name(request, part)
    response = render_whole(
        request, f"{template}#{name}" if name else template, context, status=status
    )
    if part is not None:
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _part_name(request: HttpRequest, part: Part) -> str:
    if part is None or not is_part(request):
        return ""
    if isinstance(part, str):
        return part
    return part.get(request.headers.get("HX-Target", ""), "")

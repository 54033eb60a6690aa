# SPDX-License-Identifier: MulanPSL-2.0
"""Open data, `/api/open/`: no sign-in, nothing personal, the same for everybody.

Answers may be kept for five minutes and read by any page (CORS); `ETag` tells whether they
changed. Each address has a limit of its own.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Path, Query

from linli.base.address import address_of
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.sockets.outside import OpenSet
from linli.modules.exchange.selectors import open_data
from linli.shells.frame.lagging import lagging
from linli.shells.tokens.bearer import call_count, language_choose, rate_headers

router = Router(tags=["open data"])

CALLS_A_MINUTE = 120
KEPT_FOR = 300
"""Seconds for which an answer may be kept."""

LARGEST_PAGE = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Key = Annotated[str, Path(description="which data set, as the list names it", example="cases")]
Placed = Annotated[str, Query(description="the code of a place; what lies below it counts")]
After = Annotated[str, Query(description="the `next` of the page before; empty to begin")]
Size = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="how many rows at most")]


@router.get("/", auth=None, operation_id="open_catalog")
@lagging
def catalog(request: HttpRequest) -> HttpResponse:
    """What there is to read (in the manner of DCAT): each data set with its columns, the places
    for which it is open, and where its rows are.
    """
    _counted(request)
    told = {
        "type": "Catalog",
        "datasets": [
            _described(request, key, found) for key, found in open_data.sets_known().items()
        ],
    }
    return _answered(request, _json(told), "application/json")


@router.get("/{key}.json", auth=None, operation_id="open_rows_json")
@lagging
def rows_json(
    request: HttpRequest, key: Key, place: Placed = "", after: After = "", size: Size = 1000
) -> HttpResponse:
    """Rows of a data set as JSON, by their first column; `next` is what to send as `after`, empty
    at the end.
    """
    found, rows, following = _page(request, key, place, after, size)
    told = {
        "identifier": key,
        "columns": [column.key for column in found.columns],
        "rows": rows,
        "next": following,
    }
    return _answered(request, _json(told), "application/json")


@router.get("/{key}.csv", auth=None, operation_id="open_rows_csv")
@lagging
def rows_csv(
    request: HttpRequest, key: Key, place: Placed = "", after: After = "", size: Size = 1000
) -> HttpResponse:
    """The same as CSV in UTF-8; the header `Link` names the next page."""
    found, rows, following = _page(request, key, place, after, size)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in found.columns])
    for row in rows:
        writer.writerow([_cell(row.get(column.key)) for column in found.columns])
    response = _answered(request, out.getvalue().encode(), "text/csv")
    response["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    if following:
        query = request.GET.copy()
        query["after"] = following
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'
    return response


def _page(
    request: HttpRequest, key: str, place: str, after: str, size: int
) -> tuple[OpenSet, Sequence[Mapping[str, Any]], str]:
    """A data set, one page of its rows, and the cursor of the next page."""
    _counted(request)
    found = open_data.sets_known().get(key)
    if found is None:
        raise Http404
    rows = open_data.rows_open(key, place=_place(place), after=after[:100], limit=size + 1)
    shown = rows[:size]
    following = str(shown[-1][found.columns[0].key]) if len(rows) > size else ""
    return found, shown, following


def _place(code: str) -> Place | None:
    if not code:
        return None
    found = places.place_by_code(code[:64])
    if found is None:
        raise Http404
    return found


def _described(request: HttpRequest, key: str, found: OpenSet) -> dict[str, Any]:
    here = request.build_absolute_uri(f"/api/open/{key}")
    return {
        "type": "Dataset",
        "identifier": key,
        "title": dict(found.label),
        "description": dict(found.description),
        "columns": [
            {"key": each.key, "type": each.kind, "title": dict(each.label)}
            for each in found.columns
        ],
        "is_open": bool(open_data.paths_open(key)),
        "places": [
            {"code": place.code, "name": place.name} for place in open_data.places_open(key)
        ],
        "distributions": [
            {"mediaType": "application/json", "downloadURL": f"{here}.json"},
            {"mediaType": "text/csv", "downloadURL": f"{here}.csv"},
        ],
    }


def _counted(request: HttpRequest) -> None:
    language_choose(request)
    call_count(request, "open.call", address_of(request), CALLS_A_MINUTE)


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _cell(value: object) -> str:
    """A value as a cell; no table program takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _answered(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    same = tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    response = HttpResponse(status=304) if same else HttpResponse(body)
    response["Content-Type"] = f"{kind}; charset=utf-8"
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response["Access-Control-Allow-Origin"] = "*"
    for name, value in rate_headers(request).items():
        response[name] = value
    return response

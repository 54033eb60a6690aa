# SPDX-License-Identifier: MulanPSL-2.0
"""The API `/api/v1/`, of the routers that the manifests declare, and `/api/open/` for anybody; one
way of saying no for all of them.
"""

import logging
from collections.abc import Iterator, Mapping
from http.client import responses
from importlib import import_module
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.parser import Parser

from linli.base.errors import Forbidden, Message, Refused, TooMany
from linli.base.text import storable
from linli.base.trail import where
from linli.kernel.sockets import registry
from linli.modules.appeals.api.schemas import Refusal
from linli.modules.exchange.api import router as open_router
from linli.shells.frame.away import RETRY_AFTER, is_away
from linli.shells.tokens.bearer import rate_headers

log = logging.getLogger("linli.access")

OPEN = "/api/open/"
"""Below it any page of any site may read."""


class _Parser(Parser):
    """Reads a body as JSON, without what no database can keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        return _kept(super().parse_body(request))


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _kept(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return value


class _Api(NinjaAPI):
    """Says with each answer to a counted request how many more there may be, and describes what may
    be answered by any operation.
    """

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """As ninja does, with the refusals that no operation has to name."""
        found = super().get_openapi_schema(**given)
        shape = Refusal.model_json_schema(ref_template=REF_TEMPLATE)
        found["components"].setdefault("schemas", {}).setdefault(Refusal.__name__, shape)
        for address, operations in found["paths"].items():
            for told in operations.values():
                for status in _refusals_of(address, told):
                    told["responses"].setdefault(status, _refused(status))
                told["responses"] = dict(sorted(told["responses"].items()))
        return found

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As ninja does, with the RateLimit headers."""
        response = super().create_response(request, *args, **kwargs)
        for name, value in rate_headers(request).items():
            response[name] = value
        if request.path.startswith(OPEN):
            response["Access-Control-Allow-Origin"] = "*"
        if language := get_language():
            response["Content-Language"] = language
        return response


def _refusals_of(address: str, told: Mapping[str, Any]) -> Iterator[int]:
    """What may be refused anywhere: a thing that is not there, what cannot be read, too often,
    and anything while the database or the disk takes nothing.
    """
    if "{" in address:
        yield 404
    if told["parameters"] or "requestBody" in told:
        yield 422
    yield 429
    yield 503


def _refused(status: int) -> dict[str, Any]:
    shape = {"$ref": REF_TEMPLATE.format(model=Refusal.__name__)}
    return {
        "description": responses[status],
        "content": {"application/json": {"schema": shape}},
    }


api = _Api(title="Linli", version="1", urls_namespace="api", docs_url=None, parser=_Parser())
open_api = _Api(title="Linli, open data", version="1", urls_namespace="open_api", docs_url=None)


def _no(
    request: HttpRequest,
    status: int,
    code: str,
    message: Message,
    fields: Mapping[str, Message] | None = None,
) -> HttpResponse:
    said = {name: str(problem) for name, problem in (fields or {}).items()}
    told = {"code": code, "message": str(message), "fields": said}
    return api.create_response(request, told, status=status)


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal; what one may not see looks like what does not exist."""
    if isinstance(refusal, Forbidden):
        return missing(request, refusal)
    response = _no(request, refusal.status, refusal.code, refusal.message, refusal.fields)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if isinstance(refusal, TooMany) and refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def missing(request: HttpRequest, _error: Exception) -> HttpResponse:
    """What is not there, or not for this reader."""
    return _no(request, 404, "missing", _("Nothing is here."))


def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that is not what the description says, with the trouble by field."""
    fields = {str(one["loc"][-1]): str(one["msg"]) for one in error.errors}
    return _no(request, 422, "unreadable", _("Please look at it again"), fields)


def turned_away(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Nobody has signed in, the body is no JSON, or the request carries no CSRF token."""
    if error.status_code == 400:
        return _no(request, 422, "unreadable", _("Please look at it again"))
    if error.status_code == 401:
        response = _no(request, 401, "sign_in", _("Please sign in first."))
        response["WWW-Authenticate"] = "Bearer"
        return response
    return _no(request, error.status_code, "denied", error.message)


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database or the disk takes nothing just now. Raises what is another's fault again."""
    if not is_away(error):
        raise error
    log.error("nothing can be kept: %s", where(error))
    response = _no(request, 503, "away", _("Nothing can be kept just now"))
    response["Retry-After"] = str(RETRY_AFTER)
    return response


_HANDLERS: Mapping[Any, Any] = {
    Refused: refuse,
    Http404: missing,
    ValidationError: unreadable,
    HttpError: turned_away,
    OperationalError: away,
    InterfaceError: away,
    OSError: away,
}
for _each in (api, open_api):
    for _error, _handler in _HANDLERS.items():
        _each.add_exception_handler(_error, _handler)

open_api.add_router("/", open_router)
for _address, _dotted in registry.routers().items():
    _module, _dot, _name = _dotted.rpartition(".")
    api.add_router(f"/{_address}/", getattr(import_module(_module), _name))

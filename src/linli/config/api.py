# SPDX-License-Identifier: MulanPSL-2.0
"""The one API, `/api/v1/`: the routers that the manifests declare, one way of saying no for all of
them.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from linli.base.errors import Forbidden, Message, Refused
from linli.base.text import storable
from linli.kernel.sockets import registry


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


api = NinjaAPI(title="Linli", version="1", urls_namespace="api", docs_url=None, parser=_Parser())


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


@api.exception_handler(Refused)
def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal; what one may not see looks like what does not exist."""
    if isinstance(refusal, Forbidden):
        return missing(request, refusal)
    return _no(request, refusal.status, refusal.code, refusal.message, refusal.fields)


@api.exception_handler(Http404)
def missing(request: HttpRequest, _error: Exception) -> HttpResponse:
    """What is not there, or not for this reader."""
    return _no(request, 404, "missing", _("Nothing is here."))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that is not what the description says, with the trouble by field."""
    fields = {str(one["loc"][-1]): str(one["msg"]) for one in error.errors}
    return _no(request, 422, "unreadable", _("Please look at it again"), fields)


@api.exception_handler(HttpError)
def turned_away(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Nobody has signed in, or the request carries no CSRF token."""
    if error.status_code == 401:
        return _no(request, 401, "sign_in", _("Please sign in first."))
    return _no(request, error.status_code, "denied", error.message)


for _address, _dotted in registry.routers().items():
    _module, _dot, _name = _dotted.rpartition(".")
    api.add_router(f"/{_address}/", getattr(import_module(_module), _name))

# SPDX-License-Identifier: MulanPSL-2.0
"""The one API, `/api/v1/`: the routers that the manifests declare, one refusal for all of them."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from linli.base.errors import Forbidden, Refused
from linli.kernel.sockets import registry

api = NinjaAPI(title="Linli", version="1", urls_namespace="api", docs_url=None)


@api.exception_handler(Refused)
def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal; what one may not see looks like what does not exist."""
    if isinstance(refusal, Forbidden):
        return api.create_response(request, {"detail": "Not Found", "code": "missing"}, status=404)
    fields = {name: str(message) for name, message in refusal.fields.items()}
    said = {"detail": str(refusal), "code": refusal.code, "fields": fields}
    return api.create_response(request, said, status=refusal.status)


for _address, _dotted in registry.routers().items():
    _module, _, _name = _dotted.rpartition(".")
    api.add_router(f"/{_address}/", getattr(import_module(_module), _name))

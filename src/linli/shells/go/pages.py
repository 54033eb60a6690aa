# SPDX-License-Identifier: MulanPSL-2.0
"""The address that a notice carries: it leads each reader to the page that is theirs.

What a reader may not see and what is not there get the same answer, byte for byte.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from linli.shells.frame import faces, refusals
from linli.shells.frame.faces import SIGNED_IN, Face
from linli.shells.frame.middleware import actor_of
from linli.shells.go import registry

LONGEST = 64
go = Face("go", root="go/")
faces.SIGNPOSTS.append(go)


@go.page("matter/<str:number>/", name="matter", needs=SIGNED_IN)
@require_GET
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Send the reader to the matter of that number."""
    address = registry.address_of("matter", number[:LONGEST], actor_of(request))
    return refusals.missing(request) if address is None else HttpResponseRedirect(address)

# SPDX-License-Identifier: MulanPSL-2.0
"""Photos that anybody may see, and the sender's own word on that."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.files import services as files
from linli.kernel.files.terms import Variant
from linli.modules.appeals import services
from linli.modules.appeals.portal.following import appeal_of
from linli.modules.appeals.selectors import shown
from linli.shells.frame.faces import SIGNED_IN, portal
from linli.shells.frame.files import file_answer
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

A_PAGE = 24


@portal.page("shown/", name="photos_shown", public=True)
@require_GET
def photos_shown(request: HttpRequest) -> HttpResponse:
    """Photos of what was reported, covered, approved and agreed to."""
    page = Paginator(shown.releases_public(actor=actor_of(request)), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "appeals/portal/shown.html", page=page)


@portal.page("shown/<str:key>/", name="photo_shown", public=True)
@require_GET
def photo_shown(request: HttpRequest, key: str) -> HttpResponse:
    """One covered copy: of a public photo for anybody, else for whoever may make it public."""
    variant = Variant.THUMBNAIL if request.GET.get("size") == "small" else Variant.FULL
    known = key if shown.release_of_copy(key) is not None else ""
    return file_answer(files.file_read(actor=actor_of(request), key=known, variant=variant))


@portal.page("appeals/<str:number>/agree/", name="appeal_agree", needs=SIGNED_IN)
@require_POST
def appeal_agree(request: HttpRequest, number: str) -> HttpResponse:
    """Agree that the photos of one's own report are published; it is taken back on My data."""
    appeal, own = appeal_of(request, number)
    services.photos_agree(actor=own, appeal=appeal, version=request.POST.get("version", ""))
    messages.success(request, _("Noted. You can take it back on the page My data at any time."))
    return HttpResponseRedirect(reverse("portal:appeal_page", args=[appeal.number]))

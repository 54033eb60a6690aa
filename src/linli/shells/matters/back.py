# SPDX-License-Identifier: MulanPSL-2.0
"""Where one comes back to after something was done to a matter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from linli.shells.frame.middleware import actor_of
from linli.shells.go import registry as go


def done(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """Back to the matter, saying what was done; to the list for whoever does not see it any
    more.
    """
    messages.success(request, words)
    address = go.address_of("matter", number, actor_of(request))
    return HttpResponseRedirect(address or reverse("console:matter_list"))

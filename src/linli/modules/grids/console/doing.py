# SPDX-License-Identifier: MulanPSL-2.0
"""One button of a plan or a call-up: done and said, or refused on its page."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.shells.frame.middleware import actor_of

_Subject = TypeVar("_Subject")


def done(
    request: HttpRequest,
    do: Callable[[Actor, _Subject, QueryDict], str] | None,
    read: Callable[[], _Subject],
    page: Callable[[HttpRequest, _Subject, Refused], HttpResponse],
    to: Callable[[_Subject], HttpResponse],
) -> HttpResponse:
    """Do it with what `read` gives and go on `to` its page; what is refused is said on the page,
    which reads it anew, and nothing is lost. Raises Http404 for a button that is not there.
    """
    subject = read()
    if do is None:
        raise Http404
    try:
        said = do(actor_of(request), subject, request.POST)
    except Refused as refusal:
        return page(request, read(), refusal)
    messages.success(request, said)
    return to(subject)

# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens of partner systems in the console: which there are, and taking one back."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.kernel.access import services as access
from linli.kernel.access import tokens
from linli.kernel.access.terms import Perm
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.tokens.listing import token_lines
from linli.shells.units.days import LONGEST_REASON

A_PAGE = 50


@console.page(
    "tokens/",
    name="token_list",
    needs=Perm.ISSUE_TOKEN,
    menu=Menu(gettext_lazy("Partner systems"), "lock", group=Group.SETUP, order=34),
)
@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens that one looks after, newest first."""
    rows = tokens.tokens_visible(actor=actor_of(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tokens/console/list.html", page=page, lines=token_lines(list(page)))


@console.page("tokens/<slug:public_id>/revoke/", name="token_revoke", needs=Perm.ISSUE_TOKEN)
def token_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a token back, after saying what follows."""
    actor = actor_of(request)
    token = tokens.tokens_visible(actor=actor).filter(public_id=public_id).first()
    if token is None:
        raise Http404

    def revoke() -> None:
        reason = request.POST.get("reason", "")[:LONGEST_REASON]
        access.token_revoke(actor=actor, token=token, reason=reason)

    return deed_page(
        request,
        "tokens/console/revoke.html",
        revoke,
        done=_("%(label)s is shut out now.") % {"label": token.label},
        to=reverse("console:token_list"),
        line=token_lines([token])[0],
    )

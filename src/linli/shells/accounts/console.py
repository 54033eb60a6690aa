# SPDX-License-Identifier: MulanPSL-2.0
"""Accounts in the console: which there are, opening one, and what can be done to one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.base.errors import Forbidden, Refused
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.accounts import inviting, selectors, services, sign_on
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.terms import Perm
from linli.kernel.people.staffing import staff_open
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.grants.listing import grant_lines
from linli.shells.places.chosen import Chosen, place_chosen
from linli.shells.units.days import LONGEST_REASON
from linli.shells.units.people import LONGEST_QUESTION

A_PAGE = 50


@console.page(
    "accounts/",
    name="account_list",
    needs=Perm.MANAGE,
    menu=Menu(gettext_lazy("Accounts"), "users", group=Group.SETUP, order=28),
)
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """The accounts that one looks after, by log-in name; `q` narrows by a piece of it."""
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    rows = selectors.accounts_visible(actor=actor_of(request))
    if question:
        rows = rows.filter(username__icontains=question)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    names = names_of(access_selectors.accounts_with_roles(row.pk for row in page))
    lines = [(row, names.get(row.pk, "")) for row in page]
    template = "accounts/console/list.html"
    return render(request, template, page=page, lines=lines, question=question)


@console.page("accounts/open/", name="account_open", needs=Perm.MANAGE)
@never_cache
def account_open(request: HttpRequest) -> HttpResponse:
    """Open an account for a colleague; the address on which they set their password is on the
    answer and nowhere else.
    """
    actor = actor_of(request)
    access.prove(actor)
    at = place_chosen(request, Perm.MANAGE)
    if at is None:
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _form(request, at)
    try:
        account = staff_open(
            actor=actor,
            username=request.POST.get("username", ""),
            name=request.POST.get("name", ""),
            place=at.place,
        )
        code = inviting.invitation_give(actor=actor, account=account)
    except Refused as refusal:
        return _form(request, at, refusal)
    return _invited(request, account, code)


@console.page("accounts/<int:account_id>/", name="account_page", needs=Perm.MANAGE)
@require_GET
def account_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: whether it is in use, its second factors, what it may do, and what can be done
    to it.
    """
    actor, account = actor_of(request), _own(request, account_id)
    grants = list(access_selectors.grants_visible(actor=actor).filter(account=account)[:A_PAGE])
    return render(
        request,
        "accounts/console/one.html",
        account=account,
        name=names_of(access_selectors.accounts_with_roles([account.pk])).get(account.pk, ""),
        factors=selectors.factors_of(account),
        sessions=len(selectors.sessions_of(account)),
        sign_on=selectors.sign_on_of(account),
        grants=grant_lines(actor, grants),
    )


@console.page("accounts/<int:account_id>/do/", name="account_do", needs=Perm.MANAGE)
@require_POST
@never_cache
def account_do(request: HttpRequest, account_id: int) -> HttpResponse:
    """One of the deeds of the page: invite, clear, bind, release, sign_out, close or reopen."""
    actor, account = actor_of(request), _own(request, account_id)
    access.prove(actor)
    name = request.POST.get("deed", "")
    if name == "invite":
        return _invited(request, account, inviting.invitation_give(actor=actor, account=account))
    given: dict[str, Any] = {"actor": actor, "account": account}
    because = given | {"reason": request.POST.get("reason", "").strip()[:LONGEST_REASON]}
    deeds: dict[str, tuple[Any, str]] = {
        "clear": (
            lambda: services.factors_clear(**because),
            _("The second factors are cleared; the next sign-in sets up new ones."),
        ),
        "sign_out": (lambda: services.sessions_end(**given), _("Signed out on all devices.")),
        "close": (lambda: services.account_close(**because), _("The account is closed.")),
        "bind": (
            lambda: sign_on.sign_on_bind(**given, issuer=_issuer(), subject=_subject(request)),
            _("The single sign-on is bound."),
        ),
        "release": (
            lambda: sign_on.sign_on_release(**given),
            _("The single sign-on is released; signed out on all devices."),
        ),
        "reopen": (lambda: services.account_reopen(**because), _("The account is in use again.")),
    }
    if name not in deeds:
        raise Http404
    deed, done = deeds[name]
    deed()
    messages.success(request, done)
    return HttpResponseRedirect(reverse("console:account_page", args=[account.pk]))


def _issuer() -> str:
    if settings.LINLI_OIDC is None:
        raise Http404
    return str(settings.LINLI_OIDC.issuer)


def _subject(request: HttpRequest) -> str:
    return request.POST.get("subject", "")


def _own(request: HttpRequest, account_id: int) -> Account:
    rows = selectors.accounts_visible(actor=actor_of(request))
    account: Account | None = rows.filter(pk=account_id).first()
    if account is None:
        raise Http404
    return account


def _form(request: HttpRequest, at: Chosen, refusal: Refused | None = None) -> HttpResponse:
    status = 422 if isinstance(refusal, Forbidden) else getattr(refusal, "status", 200)
    template = "accounts/console/open.html"
    return render(request, template, status=status, at=at, sent=request.POST, refusal=refusal)


def _invited(request: HttpRequest, account: Account, code: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("begin", args=[code]))
    return render(request, "accounts/console/invited.html", account=account, address=address)

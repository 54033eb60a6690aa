# SPDX-License-Identifier: MulanPSL-2.0
"""Residents come in by a code on their phone, set a password anew with it, and say which of a
family they are.

Whether a number is known shows nowhere: the same work is done and the same words are said, and
whoever hands the code over looks it up later.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.address import address_of
from linli.base.errors import Invalid, Refused
from linli.kernel.access import services as access
from linli.kernel.accounts import services
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import BY_PHONE, came_by_phone
from linli.kernel.notify import codes
from linli.kernel.notify.gateways import is_open
from linli.kernel.notify.terms import Channel
from linli.kernel.people import phone_codes
from linli.kernel.people.models import Person
from linli.shells.frame import refusals
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.views import safe_next
from linli.shells.identity.pages import signed_in

TRIES_AN_HOUR = 60
"""How many codes may be typed at one address, whosever they are."""

CHOICE = "linli_phone_choice"
CHOICE_SECONDS = 300
"""Under this name a session keeps, for so long, whom a code has let in."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Where a code is asked for and typed."""
    if not is_open(Channel.SMS):
        return refusals.missing(request)
    if request.method != "POST":
        return _form(request)
    try:
        address = address_of(request)
        access.rate_hit("phone_code.try", address, limit=TRIES_AN_HOUR, per_seconds=3600)
        people = phone_codes.phone_code_check(
            phone=request.POST.get("phone", ""), typed=request.POST.get("code", "")
        )
        if not people:
            raise _wrong()
    except Refused as refusal:
        return _form(request, refusal=refusal)
    if len(people) == 1:
        return _come_in(request, people[0])
    ids = [person.pk for person in people]
    request.session[CHOICE] = {"people": ids, "until": time.time() + CHOICE_SECONDS}
    return HttpResponseRedirect(f"{reverse('who')}?{urlencode({'next': safe_next(request)})}")


@require_POST
@never_cache
def phone_code(request: HttpRequest) -> HttpResponse:
    """Have a code sent."""
    if not is_open(Channel.SMS):
        return refusals.missing(request)
    try:
        codes.phone_code_send(phone=request.POST.get("phone", ""), address=address_of(request))
    except Refused as refusal:
        return _form(request, refusal=refusal)
    return _form(request, is_sent=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def who(request: HttpRequest) -> HttpResponse:
    """Where somebody says which of those with this phone they are, once."""
    if not is_open(Channel.SMS):
        return refusals.missing(request)
    kept = request.session.get(CHOICE, {})
    ids = kept.get("people", []) if kept.get("until", 0) > time.time() else []
    people = phone_codes.people_let_in(person_ids=ids)
    if not people:
        return HttpResponseRedirect(reverse("phone"))
    chosen = request.POST.get("person", "")
    person = next((each for each in people if str(each.pk) == chosen), None)
    if request.method == "POST" and person is not None:
        del request.session[CHOICE]
        return _come_in(request, person)
    return render(request, "identity/who.html", {"people": people, "next": safe_next(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def password_new(request: HttpRequest, account: Account) -> HttpResponse:
    """Where somebody who has just come in by phone sets a password, without the one before; all
    other devices are signed out.
    """
    if not came_by_phone(request, account):
        return refusals.missing(request)
    refused: Refused | None = None
    if request.method == "POST":
        first, second = (request.POST.get(name, "") for name in ("password1", "password2"))
        try:
            if first != second:
                raise Invalid(_("The two are not the same."), code="password_twice")
            services.password_set(actor=actor_of(request), account=account, password=first)
        except Refused as refusal:
            refused = refusal
        else:
            update_session_auth_hash(request, account)
            keep = request.session.session_key
            services.sessions_end(actor=actor_of(request), account=account, keep=keep)
            messages.success(request, _("The password is changed."))
            return HttpResponseRedirect(reverse("mfa_index"))
    shown = {"account": account, "refusal": refused}
    status = refused.status if refused else 200
    return render(request, "identity/password_new.html", shown, status=status)


def _come_in(request: HttpRequest, person: Person) -> HttpResponse:
    """Sign in; whoever has set up a second factor is asked for it, too."""
    try:
        account = phone_codes.resident_account(person=person)
    except Refused as refusal:
        return _form(request, refusal=refusal)
    record_authentication(request, account, BY_PHONE)
    wanted = safe_next(request)
    back = reverse("portal:home") if wanted == "/" else wanted
    answer: HttpResponse = perform_login(request, account, redirect_url=back)
    return answer


def _wrong() -> Invalid:
    message = _(
        "This code does not fit or serves no more: after three wrong ones or five minutes it is"
        " over. Have a new one sent."
    )
    return Invalid(message, code="phone_code_wrong", fields={"code": message})


def _form(
    request: HttpRequest, *, refusal: Refused | None = None, is_sent: bool = False
) -> HttpResponse:
    shown: dict[str, Any] = {
        "phone": request.POST.get("phone", ""),
        "next": safe_next(request),
        "is_sent": is_sent,
        "refusal": refusal,
        "problems": dict.fromkeys(("phone", "code"), "") | (refusal.fields if refusal else {}),
        "here": f"{reverse('phone')}?{urlencode({'next': safe_next(request)})}",
    }
    answer = render(
        request, "identity/phone.html", shown, status=refusal.status if refusal else 200
    )
    wait = getattr(refusal, "retry_after", None)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer

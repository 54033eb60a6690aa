# SPDX-License-Identifier: MulanPSL-2.0
"""Signing in through the provider of a single sign-on: there and back, for whom it is bound."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.base.address import address_of
from linli.base.errors import Refused
from linli.base.provider import Provider
from linli.kernel.access import services as access
from linli.kernel.accounts import selectors, sign_on
from linli.kernel.accounts.adapter import BACKEND
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import SECOND_FACTOR, SIGN_ON
from linli.shells.frame import refusals
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.page import sign_in
from linli.shells.frame.views import safe_next
from linli.shells.identity.oidc import LEEWAY, Asked, Client, SignOnFailed, Why

ASKED = "linli_sign_on"
"""Under this name a session keeps what its browser has asked the provider."""

MOST_ASKED = 4
"""So many tabs of one browser may be on their way."""

LONGEST = 600
"""Seconds for which an answer is waited for."""

TRIES_A_MINUTE = 60
"""How often one address may go there and come back."""

PURPOSES = ("in", "bind", "again")
"""Why somebody goes there: to sign in, to bind it, to show once more that it is them."""

SAID = {
    Why.AWAY: gettext_lazy(
        "The sign-in service does not answer. Try again in a while, or sign in here."
    ),
    Why.REFUSED: gettext_lazy("The sign-in service let nobody in."),
    Why.UNTRUSTED: gettext_lazy(
        "What the sign-in service answered cannot be trusted. Tell whoever runs this platform."
    ),
    Why.STALE: gettext_lazy(
        "The sign-in service did not ask anew who you are, or somebody else answered."
    ),
    Why.OVER: gettext_lazy("This sign-in is over or was used already. Begin again."),
    Why.UNKNOWN: gettext_lazy(
        "No account here is bound to you. Sign in here and bind it under “Sign-in and security”,"
        " or ask whoever looks after your account."
    ),
}
STATUS = {Why.AWAY: 503, Why.UNTRUSTED: 502, Why.UNKNOWN: 403}
"""What the others answer with is 400."""

Claims = Mapping[str, Any]
View = Callable[[HttpRequest, Client], HttpResponse]
log = logging.getLogger("linli.sign_on")


def offered(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Serve a step of the way there and back, where there is a provider; not without end."""

    @wraps(view)
    def served(request: HttpRequest) -> HttpResponse:
        if settings.LINLI_OIDC is None:
            raise Http404
        back = request.build_absolute_uri(reverse("sign_on_back"))
        try:
            address = address_of(request)
            access.rate_hit("sign_on", address, limit=TRIES_A_MINUTE, per_seconds=60)
            return view(request, Client(settings.LINLI_OIDC, back))
        except SignOnFailed as failed:
            return _failed(request, failed)
        except Refused as refusal:
            return refusals.answer(request, refusal)

    return served


@require_POST
@never_cache
@offered
def go(request: HttpRequest, client: Client) -> HttpResponse:
    """Send a browser to the provider, with what only it can answer."""
    purpose = request.POST.get("for", "")
    if purpose not in PURPOSES:
        raise Http404
    if purpose != "in" and not isinstance(request.user, Account):
        return sign_in(request)
    if purpose == "bind":
        access.prove(actor_of(request))
    asked = Asked.new(purpose, safe_next(request))
    address = client.address(asked, is_anew=purpose != "in")
    waiting = list(request.session.get(ASKED, []))[1 - MOST_ASKED :]
    request.session[ASKED] = [*waiting, asked.kept()]
    return render(request, "identity/sign_on_going.html", {"address": address})


@require_GET
@never_cache
@offered
def back(request: HttpRequest, client: Client) -> HttpResponse:
    """Take a browser back from the provider: in, or on with what it came for."""
    asked, given = _asked(request), request.GET
    if given.get("iss", client.provider.issuer) != client.provider.issuer:
        raise SignOnFailed(Why.UNTRUSTED, "another provider answers")
    if "error" in given or not given.get("code"):
        raise SignOnFailed(Why.REFUSED, given.get("error", "")[:40])
    claims = client.claims(given["code"], asked)
    issuer, subject = client.provider.issuer, str(claims["sub"])
    if asked.purpose == "bind":
        return _bound(request, claims, asked, issuer)
    account = selectors.signed_on(issuer, subject)
    if account is None:
        raise SignOnFailed(Why.UNKNOWN)
    if asked.purpose == "again":
        _ensure_anew(claims, asked, is_same=account == request.user)
        _noted(request, account, claims, client.provider)
        return HttpResponseRedirect(asked.next)
    if request.user.is_authenticated and request.user != account:
        get_adapter().logout(request)
    _noted(request, account, claims, client.provider)
    return _entered(request, account, asked.next)


def _entered(request: HttpRequest, account: Account, to: str) -> HttpResponse:
    """Sign in, as allauth does after a password: a second factor that is set up is still asked."""
    account.backend = BACKEND
    answer: HttpResponse = perform_login(request, Login(user=account, redirect_url=to))
    return answer


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Let nobody sign in through the provider any more."""
    account = request.user
    if not isinstance(account, Account):
        return sign_in(request)
    try:
        access.prove(actor_of(request))
        sign_on.sign_on_release(actor=actor_of(request), account=account)
    except Refused as refusal:
        return refusals.answer(request, refusal)
    messages.success(request, _("The single sign-on is released."))
    return HttpResponseRedirect(reverse("mfa_index"))


def _bound(request: HttpRequest, claims: Claims, asked: Asked, issuer: str) -> HttpResponse:
    account = selectors.account_get(request.user.pk or 0)
    if account is None:
        return sign_in(request)
    _ensure_anew(claims, asked, is_same=True)
    sign_on.sign_on_bind(
        actor=actor_of(request), account=account, issuer=issuer, subject=str(claims["sub"])
    )
    messages.success(request, _("The single sign-on is bound to your account."))
    return HttpResponseRedirect(reverse("mfa_index"))


def _asked(request: HttpRequest) -> Asked:
    """What this browser asked under the state that comes back, once. Raises SignOnFailed."""
    waiting = list(request.session.get(ASKED, []))
    found = [each for each in waiting if each["state"] == request.GET.get("state")]
    if not found:
        raise SignOnFailed(Why.OVER)
    request.session[ASKED] = [each for each in waiting if each not in found]
    request.session.save()  # before the provider is asked: the same answer serves nobody twice
    asked = Asked(**found[0])
    if time.time() - asked.at > LONGEST:
        raise SignOnFailed(Why.OVER)
    return asked


def _ensure_anew(claims: Claims, asked: Asked, *, is_same: bool) -> None:
    """Make sure that the provider asked the very person, and just now. Raises SignOnFailed."""
    if not is_same or _shown_at(claims) < asked.at - LEEWAY:
        raise SignOnFailed(Why.STALE)


def _shown_at(claims: Claims) -> float:
    """When somebody showed there who they are; long ago where the provider does not say."""
    told = claims.get("auth_time")
    if not isinstance(told, int | float) or isinstance(told, bool):
        return 0.0
    return min(float(told), time.time())


def _noted(request: HttpRequest, account: Account, claims: Claims, provider: Provider) -> None:
    """Note how somebody came in: as fresh as the provider says, by two factors if it says so."""
    at = _shown_at(claims)
    record_authentication(request, account, SIGN_ON, at=at)
    if claims.get("acr") in provider.second_factor:
        record_authentication(request, account, SECOND_FACTOR, at=at)


def _failed(request: HttpRequest, failed: SignOnFailed) -> HttpResponse:
    log.warning("sign-on failed: %s", failed.why)
    log.info("%s", failed)
    known = isinstance(request.user, Account)
    shown = {"said": SAID[failed.why], "to": reverse("mfa_index" if known else "account_login")}
    status = STATUS.get(failed.why, 400)
    return render(request, "identity/sign_on_failed.html", shown, status=status)

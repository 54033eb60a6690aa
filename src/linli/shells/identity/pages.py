# SPDX-License-Identifier: MulanPSL-2.0
"""How somebody gets in and where they are in: one page, the same for everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account_views
from allauth.account.views import PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.base.address import address_of
from linli.base.errors import Invalid, Refused
from linli.kernel.access import services as access
from linli.kernel.accounts import inviting, selectors, services
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import came_by_phone
from linli.kernel.accounts.rules import session_id_of
from linli.kernel.accounts.sessions import PASSWORD_OLD
from linli.kernel.notify.gateways import is_open
from linli.kernel.notify.terms import Channel
from linli.shells.frame import refusals
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.page import sign_in
from linli.shells.frame.views import safe_next


def login(request: HttpRequest) -> HttpResponse:
    """The way in by name and password; who comes from a page for residents and has not chosen it is
    shown that by phone, where it is open.
    """
    is_resident = request.GET.get("next", "").startswith(reverse("portal:home"))
    has_chosen = request.method != "GET" or "way" in request.GET or request.user.is_authenticated
    if is_resident and not has_chosen and is_open(Channel.SMS):
        return HttpResponseRedirect(f"{reverse('phone')}?{request.GET.urlencode()}")
    answer: HttpResponse = account_views.login(request)
    return answer


class PasswordChange(PasswordChangeView):  # type: ignore[misc]
    """Changing one's password; afterwards one is back where devices and factors are, and so is
    whoever has none.
    """

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **values: Any) -> Any:
        """Serve the page."""
        user = request.user
        if isinstance(user, Account) and not user.has_usable_password():
            return HttpResponseRedirect(str(self.success_url))
        return super().dispatch(request, *args, **values)

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """Say it where the page comes by itself, as the password is too old."""
        shown: dict[str, Any] = super().get_context_data(**values)
        return shown | {"is_old": self.request.session.get(PASSWORD_OLD, False)}


TRIES_AN_HOUR = 60
"""How often one address may ask for invitations."""

View = Callable[[HttpRequest, Account], HttpResponse]


def signed_in(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Send whoever is a stranger to sign in first."""

    @wraps(view)
    def served(request: HttpRequest) -> HttpResponse:
        known = isinstance(request.user, Account)
        return view(request, request.user) if known else sign_in(request)  # type: ignore[arg-type]

    return served


@require_safe
@never_cache
@signed_in
def security(request: HttpRequest, account: Account) -> HttpResponse:
    """Second factors, the devices where one is signed in, and the password."""
    here = request.session.session_key
    devices = [
        {
            "id": session_id_of(session.session_key),
            "session": session,
            "is_here": session.session_key == here,
        }
        for session in selectors.sessions_of(account)
    ]
    factors = selectors.factors_of(account)
    shown = {
        "devices": devices,
        "factors": factors,
        "account": account,
        "by_phone": came_by_phone(request, account),
        "sign_on": selectors.sign_on_of(account),
    }
    return render(request, "identity/security.html", shown)


@require_POST
@signed_in
def device_end(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign out on one device."""
    actor, session_id = actor_of(request), request.POST.get("device", "")
    try:
        services.session_end(actor=actor, account=account, session_id=session_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("That device is signed out."))
    return HttpResponseRedirect(reverse("mfa_index"))


@require_POST
@signed_in
def devices_end(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign out everywhere but here."""
    keep = request.session.session_key
    count = services.sessions_end(actor=actor_of(request), account=account, keep=keep)
    said = ngettext("%(count)s device is signed out.", "%(count)s devices are signed out.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(reverse("mfa_index"))


@require_safe
@never_cache
@signed_in
def prove(request: HttpRequest, account: Account) -> HttpResponse:
    """Where somebody shows once more who they are: by a second factor if that is asked for, else by
    what they have; whoever has none yet sets one up first.
    """
    way_back = urlencode({"next": safe_next(request)})
    if request.GET.get("for") == "second_factor":
        factors = selectors.factors_of(account)
        if not factors:
            messages.warning(request, _("Set up a second factor first; then personal data opens."))
            return HttpResponseRedirect(reverse("mfa_index"))
        page = "mfa_reauthenticate_webauthn" if factors.passkeys else "mfa_reauthenticate"
        return HttpResponseRedirect(f"{reverse(page)}?{way_back}")
    is_known = settings.LINLI_OIDC is not None and selectors.sign_on_of(account) is not None
    if is_known and not account.has_usable_password():
        return render(request, "identity/prove.html")
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{way_back}")


@never_cache
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Where somebody with an invitation sets the password of their account."""
    try:
        access.rate_hit("invitation", address_of(request), limit=TRIES_AN_HOUR, per_seconds=3600)
    except Refused as refusal:
        return refusals.answer(request, refusal)
    refused: Refused | None = None
    invitation = inviting.invitation_find(code)
    if request.method == "POST" and invitation is not None:
        first, second = (request.POST.get(name, "") for name in ("password1", "password2"))
        try:
            if first != second:
                raise Invalid(_("The two are not the same."), code="password_twice")
            inviting.invitation_use(code=code, password=first)
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(request, _("The password is set. Sign in with it now."))
            return HttpResponseRedirect(reverse("account_login"))
    status = 404 if invitation is None else getattr(refused, "status", 200)
    shown = {"invitation": invitation, "refusal": refused}
    return render(request, "identity/begin.html", shown, status=status)

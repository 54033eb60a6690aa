# SPDX-License-Identifier: MulanPSL-2.0
"""What the pages of the way in ask for."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from linli.base.text import label
from linli.kernel.accounts.selectors import sign_on_of
from linli.kernel.notify.gateways import is_open
from linli.kernel.notify.terms import Channel

register = template.Library()


@register.simple_tag
def phone_is_open() -> bool:
    """Whether residents can come in by a code on their phone."""
    return is_open(Channel.SMS)


@register.simple_tag
def residents_way() -> str:
    """Where residents sign in: by phone where that is open."""
    return reverse("phone" if phone_is_open() else "account_login")


@register.simple_tag(takes_context=True)
def way_back(context: dict[str, Any], way: str = "") -> str:
    """Where somebody goes on afterwards, and the way in they chose, as the end of an address."""
    request = context["request"]
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    asked = {"next": wanted, "way": way}
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"?{told}" if told else ""


@register.simple_tag
def sign_on_name() -> str:
    """What the provider is called in the reader's language; empty where there is none."""
    return label(settings.LINLI_OIDC.name) if settings.LINLI_OIDC else ""


@register.inclusion_tag("identity/sign_on_button.html", takes_context=True)
def sign_on_button(context: Context, purpose: str = "in") -> dict[str, Any]:
    """The button that leads there and back to where somebody was; to show once more who they are
    only for whom it is bound.
    """
    request = context["request"]
    is_offered = purpose == "in" or sign_on_of(request.user) is not None
    return {
        "request": request,
        "provider": sign_on_name() if is_offered else "",
        "next": request.GET.get("next", ""),
        "purpose": purpose,
        "csrf_token": context.get("csrf_token", ""),
    }

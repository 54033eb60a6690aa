# SPDX-License-Identifier: MulanPSL-2.0
"""What the pages of the way in ask for."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

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
def way_back(context: dict[str, Any]) -> str:
    """Where somebody goes on afterwards, as the end of an address."""
    request = context["request"]
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return f"?{urlencode({'next': wanted})}" if wanted else ""

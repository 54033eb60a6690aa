# SPDX-License-Identifier: MulanPSL-2.0
"""What pages say of the single sign-on, where there is one."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context

from linli.base.text import label
from linli.kernel.accounts.selectors import sign_on_of

register = template.Library()


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

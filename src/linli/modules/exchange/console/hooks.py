# SPDX-License-Identifier: MulanPSL-2.0
"""Webhooks in the console: who is told of what, what was sent and how it went."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.kernel.access import services as access
from linli.kernel.health import terms as health
from linli.modules.exchange.console.words import event_words, message_lines
from linli.modules.exchange.models import Webhook
from linli.modules.exchange.selectors import hooks
from linli.modules.exchange.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents, Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

A_PAGE = 50


@console.page(
    "webhooks/",
    name="webhook_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Outgoing messages"), "speak", group=Group.SETUP, order=36),
)
@require_GET
def webhook_list(request: HttpRequest) -> HttpResponse:
    """The addresses outside that are told of something."""
    actor = actor_of(request)
    page = Paginator(hooks.webhooks_visible(actor=actor), A_PAGE).get_page(request.GET.get("page"))
    lines = [(webhook, event_words(webhook.events)) for webhook in page]
    return render(
        request,
        "exchange/console/webhooks.html",
        page=page,
        lines=lines,
        may_set=access.may_anywhere(actor, Perm.SET_WEBHOOK),
    )


@console.card("status", "exchange/console/status.html", needs=health.Perm.VIEW)
def messages_card(request: HttpRequest) -> Contents:
    """How messages to partner systems are going, on the page about the platform."""
    actor = actor_of(request)
    may_view = access.may_anywhere(actor, Perm.VIEW)
    return {**hooks.messages_told(actor=actor), "may_view": may_view}


@console.page("webhooks/<int:webhook_id>/", name="webhook_page", needs=Perm.VIEW)
@require_GET
def webhook_page(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One webhook: what it is told of, how it is going, and each message with its attempts."""
    actor = actor_of(request)
    webhook = webhook_seen(request, webhook_id)
    page = Paginator(hooks.messages_of(actor=actor, webhook=webhook), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "exchange/console/webhook.html",
        webhook=webhook,
        events=event_words(webhook.events),
        page=page,
        lines=message_lines(list(page)),
        may_set=bool(access.may(actor, Perm.SET_WEBHOOK, webhook.place))
        and webhook.ended_at is None,
    )


def webhook_seen(request: HttpRequest, webhook_id: int) -> Webhook:
    """A webhook that the reader may see. Raises Http404."""
    rows = hooks.webhooks_visible(actor=actor_of(request))
    webhook = rows.filter(pk=webhook_id).first()
    if webhook is None:
        raise Http404
    return webhook

# SPDX-License-Identifier: MulanPSL-2.0
"""Setting and changing webhooks in the console; their secret is shown once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.base.errors import Forbidden, Refused
from linli.kernel.access import services as access
from linli.modules.exchange import services
from linli.modules.exchange.console.hooks import webhook_seen
from linli.modules.exchange.console.words import events_to_choose
from linli.modules.exchange.models import Webhook
from linli.modules.exchange.selectors import hooks
from linli.modules.exchange.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen

LONGEST_REASON = 500


@console.page("webhooks/set/", name="webhook_set", needs=Perm.SET_WEBHOOK)
def webhook_set(request: HttpRequest) -> HttpResponse:
    """Let an address outside be told of what happens at a place."""
    access.prove(actor_of(request))
    at = place_chosen(request, Perm.SET_WEBHOOK)
    if at is None:
        raise Forbidden("", code="forbidden")
    if request.method != "POST":
        return _form(request, at=at)
    try:
        made = services.webhook_set(
            actor=actor_of(request),
            label=request.POST.get("label", ""),
            address=request.POST.get("address", ""),
            events=request.POST.getlist("events"),
            place=at.place,
        )
    except Refused as refusal:
        return _form(request, refusal, at=at)
    return _shown(request, made)


@console.page("webhooks/<int:webhook_id>/change/", name="webhook_change", needs=Perm.SET_WEBHOOK)
def webhook_change(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Give a webhook another name, address or choice of events."""
    webhook = _own(request, webhook_id)
    if request.method != "POST":
        return _form(request, webhook=webhook)
    try:
        services.webhook_change(
            actor=actor_of(request),
            webhook=webhook,
            label=request.POST.get("label", ""),
            address=request.POST.get("address", ""),
            events=request.POST.getlist("events"),
        )
    except Refused as refusal:
        return _form(request, refusal, webhook=webhook)
    messages.success(request, _("It is changed."))
    return _back(webhook)


@console.page("webhooks/<int:webhook_id>/end/", name="webhook_end", needs=Perm.SET_WEBHOOK)
def webhook_end(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Tell an address nothing any more, after saying what follows."""
    webhook = _own(request, webhook_id)
    if request.method != "POST":
        return render(request, "exchange/console/end.html", webhook=webhook)
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    services.webhook_end(actor=actor_of(request), webhook=webhook, reason=reason)
    messages.success(request, _("%(label)s is told nothing any more.") % {"label": webhook.label})
    return _back(webhook)


@console.page("webhooks/<int:webhook_id>/renew/", name="webhook_renew", needs=Perm.SET_WEBHOOK)
@require_POST
def webhook_renew(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Give a webhook a new secret and show it once."""
    webhook = _own(request, webhook_id)
    return _shown(request, services.secret_renew(actor=actor_of(request), webhook=webhook))


@console.page("webhooks/<int:webhook_id>/pause/", name="webhook_pause", needs=Perm.SET_WEBHOOK)
@require_POST
def webhook_pause(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Stop sending for a while."""
    return _done(request, webhook_id, services.webhook_pause, _("Sending pauses."))


@console.page("webhooks/<int:webhook_id>/resume/", name="webhook_resume", needs=Perm.SET_WEBHOOK)
@require_POST
def webhook_resume(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Go on sending."""
    return _done(request, webhook_id, services.webhook_resume, _("Sending goes on."))


@console.page("webhooks/<int:webhook_id>/replay/", name="webhook_replay", needs=Perm.SET_WEBHOOK)
@require_POST
def webhook_replay(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send one message again, or all that were given up."""
    actor, webhook = actor_of(request), _own(request, webhook_id)
    key = request.POST.get("message", "")
    message = hooks.messages_of(actor=actor, webhook=webhook).filter(key=key).first()
    if key and message is None:
        raise Http404
    count = services.messages_replay(actor=actor, webhook=webhook, message=message)
    messages.success(request, _("To be sent again: %(count)s.") % {"count": count})
    return _back(webhook)


def _done(
    request: HttpRequest, webhook_id: int, deed: Callable[..., Any], said: str
) -> HttpResponse:
    webhook = _own(request, webhook_id)
    deed(actor=actor_of(request), webhook=webhook)
    messages.success(request, said)
    return _back(webhook)


def _own(request: HttpRequest, webhook_id: int) -> Webhook:
    """A webhook that the reader may change. Raises Http404, Forbidden."""
    webhook = webhook_seen(request, webhook_id)
    access.require(actor_of(request), Perm.SET_WEBHOOK, at=webhook.place)
    return webhook


def _back(webhook: Webhook) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:webhook_page", args=[webhook.pk]))


def _shown(request: HttpRequest, made: services.WebhookSet) -> HttpResponse:
    response = render(
        request, "exchange/console/secret.html", webhook=made.webhook, secret=made.secret
    )
    add_never_cache_headers(response)
    return response


def _form(request: HttpRequest, refusal: Refused | None = None, **about: Any) -> HttpResponse:
    webhook: Webhook | None = about.get("webhook")
    sent = request.POST
    chosen = sent.getlist("events") if sent or webhook is None else webhook.events
    status = 200 if refusal is None else 422 if isinstance(refusal, Forbidden) else refusal.status
    return render(
        request,
        "exchange/console/set.html",
        status=status,
        at=about.get("at"),
        webhook=webhook,
        events=events_to_choose(),
        chosen=chosen,
        label=sent.get("label", "") or (webhook.label if webhook else ""),
        address=sent.get("address", "") or (webhook.address if webhook else ""),
        refusal=refusal,
    )

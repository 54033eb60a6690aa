# SPDX-License-Identifier: MulanPSL-2.0
"""The phone of the round's resident, as a page: what is sent to it can be read here."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.base.errors import Refused
from linli.demo import services
from linli.demo.phone import texts_to
from linli.demo.selectors import city_shown
from linli.demo.terms import Persona
from linli.demo.walk import account_of, round_of
from linli.kernel.people.selectors import person_for_account
from linli.shells.frame import refusals


@require_safe
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """A phone with its number and its messages, newest first; wall time, as messages keep it."""
    try:
        services.ensure_demo()
        city = city_shown()
        if city is None:
            raise services.no_door()
    except Refused as refused:
        return refusals.answer(request, refused)
    account = account_of(round_of(city), Persona.RESIDENT)
    person = person_for_account(account.pk) if account is not None else None
    texts = texts_to(person.phone) if person is not None else []
    here = timezone.get_current_timezone()
    shown = [(text, dt.datetime.fromtimestamp(text.at, here)) for text in texts]
    return render(request, "demo/phone.html", {"person": person, "texts": shown})

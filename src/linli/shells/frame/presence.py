# SPDX-License-Identifier: MulanPSL-2.0
"""Who else has the same thing open now, so that two people do not act past each other."""

import datetime as dt

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.kernel.access import services as access
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.models import Presence

SALT = "linli.presence"
FRESH = dt.timedelta(seconds=45)
LONGEST = 24 * 3600


def token(kind: str, key: str | int) -> str:
    """A sealed name of what a page shows; whoever was shown it may ask who else has it open."""
    return signing.dumps(f"{kind}:{key}", salt=SALT)


@require_GET
def busy(request: HttpRequest) -> HttpResponse:
    """Note that the reader has it open; answer with the names of the others."""
    actor = actor_of(request)
    try:
        subject: str = signing.loads(request.GET.get("of", ""), salt=SALT, max_age=LONGEST)
    except signing.BadSignature:
        return JsonResponse({"names": []}, status=404)
    if actor.account_id is None:
        return JsonResponse({"names": []}, status=401)
    now = clock.now()
    Presence.objects.update_or_create(
        subject=subject, account_id=actor.account_id, defaults={"seen_at": now}
    )
    others = Presence.objects.filter(subject=subject, seen_at__gte=now - FRESH)
    accounts = others.exclude(account_id=actor.account_id).values_list("account_id", flat=True)
    people = (access.person_resolver(account_id) for account_id in accounts)
    return JsonResponse({"names": sorted(person.name for person in people if person)})

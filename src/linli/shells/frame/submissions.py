# SPDX-License-Identifier: MulanPSL-2.0
"""The same form sent twice is taken once, be it by a phone without an answer or a double tap."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from linli.base import clock
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.models import Submission

NOT_CONTENT = ("csrfmiddlewaretoken", "_once", "_draft")


class _NotTaken(Exception):
    """Undoes the note of a submission whose page refused it."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Run `work`; for a form with a key only if this key with this content was not taken yet.

    The key is the header `Idempotency-Key` or the field `_once`. The note is written in the
    transaction of the work itself, so a crash in between leaves neither. A key with other content
    is a new form (somebody went back and wrote a second one).
    """
    key = _key(request)
    if key is None:
        return work()
    digest = _digest(request)
    try:
        with transaction.atomic():
            note = Submission.objects.create(key=key, digest=digest, at=clock.now())
            response = work()
            if response.status_code >= 400:
                raise _NotTaken(response)
            note.location = response.get("Location", "")[:500]
            note.save(update_fields=["location"])
            return response
    except _NotTaken as refused:
        return refused.response
    except IntegrityError:
        earlier = Submission.objects.filter(key=key, digest=digest).first()
        if earlier is None:
            raise
        return HttpResponseRedirect(earlier.location or request.path)


def once_for(request: HttpRequest, key: str, content: str, work: Callable[[], None]) -> bool:
    """The same for a program: run `work` unless this very content was taken under this key from
    this sender before; says whether it ran.

    The key is any text, and nobody's key is another's. Without a key it runs always.
    """
    if not key:
        work()
        return True
    account = actor_of(request).account_id
    known = uuid.uuid5(uuid.NAMESPACE_URL, f"{account}\0{key}")
    digest = hashlib.sha256(f"{request.path}\0{content}".encode()).hexdigest()
    if Submission.objects.filter(key=known, digest=digest).exists():
        return False
    try:
        with transaction.atomic():
            Submission.objects.create(key=known, digest=digest, at=clock.now())
            work()
    except IntegrityError:
        if not Submission.objects.filter(key=known, digest=digest).exists():
            raise
        return False
    return True


def _key(request: HttpRequest) -> uuid.UUID | None:
    if request.method != "POST":
        return None
    try:
        return uuid.UUID(request.headers.get("Idempotency-Key") or request.POST.get("_once", ""))
    except ValueError:
        return None


def _digest(request: HttpRequest) -> str:
    """A fingerprint of who sent what; no value can be read back from it."""
    total = hashlib.sha256(f"{request.path}\0{getattr(request.user, 'pk', '')}".encode())
    for name in sorted(request.POST):
        if name not in NOT_CONTENT:
            total.update("\0".join([name, *request.POST.getlist(name)]).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            total.update(f"{name}\0{file.size}".encode())
    return total.hexdigest()


def submissions_aged(until: dt.datetime) -> QuerySet[Submission]:
    """Marks of forms that were taken before a moment."""
    return Submission.objects.filter(at__lt=until)

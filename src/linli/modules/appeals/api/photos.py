# SPDX-License-Identifier: MulanPSL-2.0
"""Photos of appeals by API: sent as the files of a form, read by whoever may read the appeal."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.files import UploadedFile
from ninja.params.functions import File
from ninja.responses import Status

from linli.base.actor import ANONYMOUS, Actor
from linli.base.errors import Invalid
from linli.kernel.access import services as access
from linli.kernel.files import services as files
from linli.kernel.files.terms import Variant
from linli.modules.appeals import forms, services
from linli.modules.appeals.api.asked import Code, Key, Number, Size
from linli.modules.appeals.api.reaching import (
    appeal_by_code,
    appeal_filed,
    ensure_there,
    source_of,
)
from linli.modules.appeals.api.schemas import PhotosOut, Refusal
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases
from linli.modules.appeals.terms import Perm
from linli.shells.frame.files import file_answer
from linli.shells.frame.middleware import actor_of
from linli.shells.tokens.bearer import ANYBODY_KNOWN, carries, rate_headers

router = Router()

SENDINGS_AN_HOUR = 30
LOOKS_A_MINUTE = 120

Photos = Annotated[
    list[UploadedFile],
    File(
        description="up to nine JPEG, PNG or WebP photos or PDF papers, each of at most 10 MB and "
        "40 million pixels"
    ),
]
BYTES = {"schema": {"type": "string", "format": "binary"}}
PICTURE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"image/jpeg": BYTES, "application/pdf": BYTES},
        }
    }
}


@router.post(
    "/public/{number}/photos/",
    response={201: PhotosOut, 404: Refusal, 409: Refusal, 422: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_photos_add_public",
)
def add_public(request: HttpRequest, number: Number, code: Code, photos: Photos) -> Status[Any]:
    """Add photos to an appeal, by number and query code; the same photo sent twice is kept once."""
    appeal = appeal_by_code(request, number, code)
    return Status(201, _added(cases.acting_for(ANONYMOUS, appeal), appeal, photos))


@router.post(
    "/{number}/photos/",
    response={
        201: PhotosOut,
        401: Refusal,
        403: Refusal,
        404: Refusal,
        409: Refusal,
        422: Refusal,
        429: Refusal,
    },
    auth=ANYBODY_KNOWN,
    operation_id="appeals_photos_add",
)
@carries(Perm.REGISTER_FOR)
def add(request: HttpRequest, number: Number, photos: Photos) -> Status[Any]:
    """Add photos to an appeal that one reported or took in; the same photo sent twice is kept
    once.
    """
    actor = actor_of(request)
    return Status(201, _added(actor, appeal_filed(actor, number), photos))


@router.get(
    "/public/{number}/photos/{key}",
    response={404: Refusal, 429: Refusal},
    auth=None,
    operation_id="appeals_photo_public",
    url_name="appeals_photo_public",
    openapi_extra=PICTURE,
)
def get_public(
    request: HttpRequest, number: Number, key: Key, code: Code, size: Size = "full"
) -> HttpResponse:
    """One photo of an appeal, by number and query code; `small` is at most 480 pixels a side."""
    _looked(request, ANONYMOUS)
    appeal = ensure_there(cases.appeal_by_code(number=number, code=code))
    return _sent(request, cases.acting_for(ANONYMOUS, appeal), key, size)


@router.get(
    "/photos/{key}",
    response={401: Refusal, 403: Refusal, 404: Refusal, 429: Refusal},
    auth=ANYBODY_KNOWN,
    operation_id="appeals_photo",
    url_name="appeals_photo",
    openapi_extra=PICTURE,
)
@carries(Perm.VIEW)
def get(request: HttpRequest, key: Key, size: Size = "full") -> HttpResponse:
    """One photo of an appeal or of the work on it; `small` is at most 480 pixels a side."""
    actor = actor_of(request)
    _looked(request, actor)
    return _sent(request, actor, key, size)


def _added(actor: Actor, appeal: Appeal, photos: Sequence[Any]) -> PhotosOut:
    access.rate_hit("appeals.photos", appeal.number, limit=SENDINGS_AN_HOUR, per_seconds=3600)
    try:
        found = services.appeal_photos_add(actor=actor, appeal=appeal, photos=photos)
    except Invalid as refusal:
        fields = forms.errors_of(refusal)
        raise Invalid(refusal.message, code=refusal.code, fields=fields) from refusal
    return PhotosOut(number=appeal.number, count=len(found))


def _looked(request: HttpRequest, actor: Actor) -> None:
    """Nobody guesses the key of a photo, so looks are counted only for what they cost."""
    source = source_of(request, actor)
    access.rate_hit("appeals.photo", source, limit=LOOKS_A_MINUTE, per_seconds=60)


def _sent(request: HttpRequest, actor: Actor, key: str, size: str) -> HttpResponse:
    variant = Variant.THUMBNAIL if size == "small" else Variant.FULL
    response = file_answer(files.file_read(actor=actor, key=key, variant=variant))
    for name, value in rate_headers(request).items():
        response[name] = value
    return response

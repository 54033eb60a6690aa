# SPDX-License-Identifier: MulanPSL-2.0
"""Covering faces and plates on a photo by hand, looking at the copy, and approving it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Refused
from linli.kernel.files.pictures import Box
from linli.modules.appeals import rules, services
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import shown
from linli.modules.appeals.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

SPARE = 4
"""Empty rows for boxes, for browsers without script."""

SIDES = ("x", "y", "width", "height")


@console.page(
    "appeals/<str:number>/photos/<str:key>/", name="appeal_photo_show", needs=Perm.SHOW_PHOTO
)
def appeal_photo_show(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One photo: draw boxes, look at the covered copy, approve it, or take it back."""
    actor = actor_of(request)
    found = shown.photo_find(actor=actor, number=number, key=key)
    if found is None:
        raise Http404
    appeal, photo = found
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            words = _deed(request, actor, appeal, photo)()
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, words)
            address = reverse("console:appeal_photo_show", args=[number, key])
            return HttpResponseRedirect(address)
    boxes = _rows(request) if refusal else [list(map(_percent, box)) for box in _known(photo)]
    return render(
        request,
        "appeals/console/showing.html",
        status=getattr(refusal, "status", 200),
        appeal=appeal,
        photo=photo,
        boxes=[*boxes, *[[""] * 4] * SPARE][: rules.MOST_BOXES],
        refusal=refusal,
    )


def _deed(
    request: HttpRequest, actor: Actor, appeal: Appeal, photo: shown.Photo
) -> Callable[[], str]:
    """What the pressed button does, and the words for having done it."""
    release = photo.release

    def cover() -> str:
        services.photo_cover(
            actor=actor,
            appeal=appeal,
            key=photo.file.key,
            boxes=_boxes(request),
            has_nobody=request.POST.get("nobody") == "yes",
        )
        return _("Covered. Look at the copy; it is public only after you approve it.")

    def show() -> str:
        if release is None:
            raise Http404
        copy = request.POST.get("copy", "")
        services.photo_show(actor=actor, release=release, covered_key=copy)
        return _("Anybody can see the covered copy now.")

    def hide() -> str:
        if release is None:
            raise Http404
        services.photo_hide(actor=actor, release=release)
        return _("Taken back. Nobody but staff sees it now.")

    return {"show": show, "hide": hide}.get(request.POST.get("do", ""), cover)


def _known(photo: shown.Photo) -> list[list[int]]:
    return list(photo.release.boxes) if photo.release is not None else []


def _percent(thousandths: int) -> str:
    return f"{thousandths / 10:g}"


def _rows(request: HttpRequest) -> list[list[str]]:
    """The boxes as they were written, in percent; rows that are empty are none."""
    written = zip(
        *(request.POST.getlist(side)[: 2 * rules.MOST_BOXES] for side in SIDES), strict=False
    )
    return [list(row) for row in written if any(cell.strip() for cell in row)]


def _boxes(request: HttpRequest) -> list[Box]:
    try:
        return [Box(*(round(float(cell) * 10) for cell in row)) for row in _rows(request)]
    except (ValueError, OverflowError):
        message = _("Write each side of a box as a percentage.")
        raise Invalid(message, code="box_number", fields={"boxes": message}) from None

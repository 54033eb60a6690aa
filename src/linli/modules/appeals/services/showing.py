# SPDX-License-Identifier: MulanPSL-2.0
"""Making a photo public: its sender agrees, somebody covers faces and plates, looks at the covered
copy and approves it.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.files import services as files
from linli.kernel.files.pictures import Box
from linli.kernel.privacy import services as privacy
from linli.kernel.privacy.models import Consent
from linli.kernel.privacy.terms import Purpose
from linli.modules.appeals.models import Appeal, PhotoRelease
from linli.modules.appeals.rules import MOST_BOXES, ensure_box
from linli.modules.appeals.selectors import shown
from linli.modules.appeals.terms import FILES_OWNER, SHOWN_OWNER, Perm, ReleaseState, Verb


@transaction.atomic
def photos_agree(*, actor: Actor, appeal: Appeal, version: str) -> Consent:
    """Agree, as the sender, that the photos of an appeal are published once they are covered.

    Recorded as a consent of its own. Raises Forbidden for anybody else, and for photos of
    confidential reporters and of children, Conflict if another notice is in force by now.
    """
    if not shown.may_be_asked(actor, appeal):
        raise Forbidden(_("These photos are never made public."), code="photos_closed")
    return privacy.consent_give(
        actor=actor,
        purpose=Purpose.PUBLISH_PHOTO,
        version=version,
        subject=(FILES_OWNER, appeal.number),
    )


@transaction.atomic
def photo_cover(
    *, actor: Actor, appeal: Appeal, key: str, boxes: Sequence[Box], has_nobody: bool = False
) -> PhotoRelease:
    """Make a covered copy of a photo, to be looked at before it is approved; done again it is made
    anew, and what was public is so no more.

    Without a box somebody has to say that no face and no plate is in it. Raises Forbidden, Invalid,
    Conflict without the sender's consent.
    """
    _ensure_may(actor, appeal, key)
    _ensure_boxes(boxes, has_nobody=has_nobody)
    release, _is_new = PhotoRelease.objects.select_for_update().get_or_create(
        file_key=key, defaults={"appeal": appeal, "covered_at": clock.now()}
    )
    owner_key = str(release.pk)
    files.files_drop(actor=actor, owner_kind=SHOWN_OWNER, owner_key=owner_key)
    copy = files.file_cover(
        actor=actor, key=key, boxes=boxes, owner_kind=SHOWN_OWNER, owner_key=owner_key
    )
    release.covered_key = copy.key
    release.boxes = [[box.x, box.y, box.width, box.height] for box in boxes]
    release.state = ReleaseState.DRAFT
    release.covered_by_id, release.covered_at = actor.account_id, clock.now()
    release.approved_by = release.approved_at = None
    release.save()
    detail = {"photo": key, "boxes": len(boxes)}
    path = appeal.case.matter.place.path
    audit.record(actor, Verb.PHOTO_COVERED, on=("appeal", appeal.number), at=path, detail=detail)
    return release


@transaction.atomic
def photo_show(*, actor: Actor, release: PhotoRelease, covered_key: str) -> PhotoRelease:
    """Approve the covered copy that was looked at: anybody may see it from now on.

    Raises Forbidden, Conflict where the copy was made anew meanwhile, or without consent.
    """
    kept = lock(release)
    _ensure_may(actor, kept.appeal, kept.file_key)
    if kept.state != ReleaseState.DRAFT or kept.covered_key != covered_key:
        message = _("This copy has changed meanwhile. Look at it once more.")
        raise Conflict(message, code="release_changed")
    kept.state = ReleaseState.SHOWN
    kept.approved_by_id, kept.approved_at = actor.account_id, clock.now()
    kept.save(update_fields=["state", "approved_by", "approved_at"])
    _told(actor, kept, Verb.PHOTO_SHOWN)
    return kept


@transaction.atomic
def photo_hide(*, actor: Actor, release: PhotoRelease) -> PhotoRelease:
    """Take a photo back from the public. Raises Forbidden, Conflict where it is not shown."""
    kept = lock(release)
    access.require(actor, Perm.SHOW_PHOTO, at=kept.appeal.place)
    if kept.state != ReleaseState.SHOWN:
        raise Conflict(_("This photo is not public."), code="release_hidden")
    kept.state = ReleaseState.HIDDEN
    kept.save(update_fields=["state"])
    _told(actor, kept, Verb.PHOTO_HIDDEN)
    return kept


def _told(actor: Actor, release: PhotoRelease, verb: Verb) -> None:
    appeal, detail = release.appeal, {"photo": release.file_key, "copy": release.covered_key}
    path = appeal.case.matter.place.path
    audit.record(actor, verb, on=("appeal", appeal.number), at=path, detail=detail)


def _ensure_may(actor: Actor, appeal: Appeal, key: str) -> None:
    """That the actor may make this very photo public, and its sender agrees now."""
    access.require(actor, Perm.SHOW_PHOTO, at=appeal.place)
    found = shown.photo_find(actor=actor, number=appeal.number, key=key)
    if found is None or appeal.is_confidential or appeal.is_minor:
        raise Forbidden(_("There is no such photo."), code="photo_unknown")
    if not found[1].is_agreed:
        message = _("Whoever sent this photo has not agreed to publish it.")
        raise Conflict(message, code="photo_not_agreed")


def _ensure_boxes(boxes: Sequence[Box], *, has_nobody: bool) -> None:
    if not boxes and not has_nobody:
        message = _("Cover faces and plates, or say that there are none.")
        raise Invalid(message, code="boxes_missing", fields={"boxes": message})
    if len(boxes) > MOST_BOXES:
        message = _("At most %(most)s boxes.") % {"most": MOST_BOXES}
        raise Invalid(message, code="boxes_many", fields={"boxes": message})
    for box in boxes:
        ensure_box(box.x, box.y, box.width, box.height)

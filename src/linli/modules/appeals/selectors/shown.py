# SPDX-License-Identifier: MulanPSL-2.0
"""Which photos anybody may see: covered, approved, and agreed to by their sender now; no others."""

from collections.abc import Iterable
from dataclasses import dataclass

from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.files.models import StoredFile
from linli.kernel.privacy import selectors as privacy
from linli.kernel.privacy.terms import Purpose
from linli.modules.appeals.models import Appeal, PhotoRelease, PhotoReleaseQuerySet
from linli.modules.appeals.selectors import cases, saying
from linli.modules.appeals.terms import FILES_OWNER, Perm, ReleaseState

PICTURE = "image/jpeg"


@dataclass(frozen=True)
class Photo:
    """A photo of an appeal on the page of whoever makes it public."""

    file: StoredFile
    release: PhotoRelease | None
    is_agreed: bool

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it now."""
        is_shown = self.release is not None and self.release.state == ReleaseState.SHOWN
        return is_shown and self.is_agreed


def releases_public(*, actor: Actor) -> PhotoReleaseQuerySet:
    """What anybody of the reader's city may see, the newest first; of two cities in one house a
    stranger sees neither.
    """
    rows: PhotoReleaseQuerySet = PhotoRelease.objects.below(*_city_of(actor)).filter(
        state=ReleaseState.SHOWN,
        appeal__is_confidential=False,
        appeal__is_minor=False,
        appeal__withdrawn_at=None,
    )
    rows = rows.select_related("appeal__place", "appeal__case__matter")
    numbers = rows.values_list("appeal__number", flat=True).distinct()
    agreed = agreed_numbers(numbers)
    return rows.filter(appeal__number__in=agreed).order_by("-approved_at", "-pk")


def agreed_numbers(numbers: Iterable[str]) -> set[str]:
    """Of these appeals, those whose sender agrees now that their photos are published."""
    return privacy.subjects_agreed(Purpose.PUBLISH_PHOTO, FILES_OWNER, list(numbers))


def is_agreed(appeal: Appeal) -> bool:
    """Whether the sender agrees now."""
    return bool(agreed_numbers([appeal.number]))


def may_be_asked(actor: Actor, appeal: Appeal) -> bool:
    """Whether this reader is the sender, and their photos may become public at all: never those of
    a confidential reporter or of a child.
    """
    is_sender = actor.account_id is not None and appeal.account_id == actor.account_id
    is_closed = appeal.is_confidential or appeal.is_minor or appeal.withdrawn_at is not None
    return is_sender and not is_closed


def is_shareable(actor: Actor, appeal: Appeal) -> bool:
    """Whether the actor may make photos public there, and these may become so; no query."""
    is_closed = appeal.is_confidential or appeal.is_minor
    return not is_closed and bool(access.may(actor, Perm.SHOW_PHOTO, appeal.place))


def photos_of(*, actor: Actor, appeal: Appeal) -> list[Photo]:
    """The pictures of an appeal for whoever may make them public there; nothing for others."""
    if not _may_show(actor, appeal):
        return []
    agreed = is_agreed(appeal)
    known = {row.file_key: row for row in appeal.releases.all()}
    files = saying.said_photos([appeal]).get(appeal.number, [])
    return [
        Photo(file, known.get(file.key), agreed) for file in files if file.content_type == PICTURE
    ]


def photo_find(*, actor: Actor, number: str, key: str) -> tuple[Appeal, Photo] | None:
    """One picture of an appeal, for whoever may make it public."""
    rows = Appeal.objects.visible_to(actor, Perm.SHOW_PHOTO).filter(number=number)
    for appeal in rows.select_related("case__matter__place"):
        for photo in photos_of(actor=actor, appeal=appeal):
            if photo.file.key == key:
                return appeal, photo
    return None


def file_is_visible(actor: Actor, owner_key: str) -> bool:
    """Whether this actor may see a covered copy: anybody once it is public, before whoever may make
    it so.
    """
    if not owner_key.isdecimal():
        return False
    if releases_public(actor=actor).filter(pk=int(owner_key)).exists():
        return True
    release = PhotoRelease.objects.select_related("appeal").filter(pk=int(owner_key)).first()
    return release is not None and _may_show(actor, release.appeal)


def _city_of(actor: Actor) -> tuple[str, ...]:
    """The city a reader lives or works in, else the only one there is."""
    works = (held.path for held in actor.grants if held.path)
    path = privacy.path_for(actor) or next(works, "")
    return (f"{path.partition('/')[0]}/",) if path else ()


def _may_show(actor: Actor, appeal: Appeal) -> bool:
    rows = Appeal.objects.visible_to(actor, Perm.SHOW_PHOTO).filter(pk=appeal.pk)
    return rows.exists() and cases.cases_seen(actor=actor).filter(pk=appeal.case_id).exists()


def release_of_copy(key: str) -> PhotoRelease | None:
    """Whose covered copy a key is of."""
    return PhotoRelease.objects.filter(covered_key=key).first() if key else None

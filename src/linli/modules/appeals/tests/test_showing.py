# SPDX-License-Identifier: MulanPSL-2.0
"""Photos are public nowhere but covered, approved, and while their sender agrees."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files import services as files
from linli.kernel.files.models import StoredFile
from linli.kernel.files.pictures import Box
from linli.kernel.people.models import Person
from linli.kernel.privacy import rules as privacy_rules
from linli.kernel.privacy import selectors as privacy
from linli.kernel.privacy import services as privacy_services
from linli.kernel.privacy.models import Consent
from linli.modules.appeals import services
from linli.modules.appeals.models import Appeal, PhotoRelease
from linli.modules.appeals.selectors import shown
from linli.modules.appeals.terms import FILES_OWNER, ReleaseState, Verb
from linli.modules.appeals.tests.town import account_of, actor_of, resident, staff

HALF = Box(0, 0, 500, 1000)
SHOWN = "/portal/shown/"


def white(size: tuple[int, int] = (200, 100)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


def grey(picture: Image.Image, at: tuple[int, int]) -> int:
    """How light a picture is at a point."""
    value = picture.convert("L").getpixel(at)
    assert isinstance(value, int | float)
    return round(value)


def filed(city: SimpleNamespace, person: Person, **given: Any) -> Appeal:
    draft = services.Draft(what="路灯不亮", place=city.grid, photos=(white(),), **given)
    return services.appeal_file(actor=actor_of(account_of(person)), draft=draft)


def photo_of(appeal: Appeal) -> StoredFile:
    return StoredFile.objects.get(owner_kind=FILES_OWNER, owner_key=appeal.number)


def agreed(appeal: Appeal, person: Person) -> Consent:
    actor = actor_of(account_of(person))
    version = privacy.notice_at(privacy.path_for(actor)).version
    return services.photos_agree(actor=actor, appeal=appeal, version=version)


def released(city: SimpleNamespace, appeal: Appeal, *boxes: Box) -> PhotoRelease:
    clerk = actor_of(staff("community_clerk", city.community))
    release = services.photo_cover(
        actor=clerk, appeal=appeal, key=photo_of(appeal).key, boxes=boxes or (HALF,)
    )
    return services.photo_show(actor=clerk, release=release, covered_key=release.covered_key)


class TestPublishing:
    def test_what_is_covered_is_gone_and_the_sent_photo_stays(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        agreed(appeal, person)
        release = released(city, appeal)
        for size in ("", "?size=small"):
            answer = client.get(f"{SHOWN}{release.covered_key}/{size}")
            picture = Image.open(io.BytesIO(answer.content))
            width, height = picture.size
            assert all(grey(picture, (x, height // 2)) < 60 for x in (1, width // 2 - 4))
            assert grey(picture, (width - 2, height // 2)) > 200
        path = files.file_read(actor=actor_of(account_of(person)), key=photo_of(appeal).key).path
        assert grey(Image.open(Path(path)), (1, 50)) > 200
        assert release.covered_key in client.get(SHOWN).content.decode()
        assert SHOWN in client.get("/portal/").content.decode()
        rows = AuditRecord.objects.filter(subject_kind="appeal", subject_key=appeal.number)
        assert {Verb.PHOTO_COVERED, Verb.PHOTO_SHOWN} <= {row.verb for row in rows}

    def test_without_consent_box_or_right_nothing_is_covered(self, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        clerk = actor_of(staff("community_clerk", city.community))
        given: dict[str, Any] = {"appeal": appeal, "key": photo_of(appeal).key, "boxes": (HALF,)}
        with pytest.raises(Conflict):
            services.photo_cover(actor=clerk, **given)
        agreed(appeal, person)
        for wrong in ((), (Box(900, 0, 200, 10),), (Box(0, 0, 0, 10),), (Box(-1, 0, 9, 9),)):
            with pytest.raises(Invalid):
                services.photo_cover(actor=clerk, **{**given, "boxes": wrong})
        elsewhere = actor_of(staff("community_clerk", city.other_community))
        for other in (elsewhere, actor_of(account_of(person)), ANONYMOUS):
            with pytest.raises(Forbidden):
                services.photo_cover(actor=other, **given)
        with pytest.raises(Forbidden):
            services.photo_cover(actor=clerk, **{**given, "key": "0" * 32})
        assert not PhotoRelease.objects.exists()
        services.photo_cover(actor=clerk, **{**given, "boxes": ()}, has_nobody=True)

    def test_only_the_copy_that_was_looked_at_is_approved(self, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        agreed(appeal, person)
        release = released(city, appeal)
        first, clerk = release.covered_key, actor_of(staff("community_clerk", city.community))
        services.photo_cover(
            actor=clerk, appeal=appeal, key=release.file_key, boxes=(Box(0, 0, 10, 10),)
        )
        assert not shown.releases_public(actor=ANONYMOUS).exists()
        with pytest.raises(Conflict):
            services.photo_show(actor=clerk, release=release, covered_key=first)
        assert not StoredFile.objects.filter(key=first).exists()

    def test_confidential_reporters_and_children_are_not_asked(self, city: SimpleNamespace) -> None:
        for closed in ({"is_confidential": True}, {"is_minor": True, "has_guardian_consent": True}):
            person = resident(city.grid)
            with pytest.raises(Forbidden):
                agreed(filed(city, person, **closed), person)
        with pytest.raises(Forbidden):
            agreed(filed(city, resident(city.grid)), resident(city.grid))


class TestTheEnd:
    def test_it_is_public_only_while_the_sender_agrees(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        given = agreed(appeal, person)
        address = f"{SHOWN}{released(city, appeal).covered_key}/"
        assert client.get(address).status_code == 200
        privacy_services.consent_withdraw(actor=actor_of(account_of(person)), consent=given)
        assert client.get(address).status_code == 404
        again = agreed(appeal, person)
        assert (again.pk != given.pk, client.get(address).status_code) == (True, 200)
        words = privacy_rules.Draft(
            "2026-12", "新的", "New", clock.today(), asks_again=("publish_photo",)
        )
        notice = privacy_services.notice_draft(actor=SYSTEM, place=city.city, draft=words)
        privacy_services.notice_publish(actor=SYSTEM, notice=notice)
        assert client.get(address).status_code == 404

    def test_staff_take_it_back(self, client: Client, city: SimpleNamespace) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        agreed(appeal, person)
        release = released(city, appeal)
        clerk = actor_of(staff("community_clerk", city.community))
        with pytest.raises(Forbidden):
            services.photo_hide(actor=actor_of(account_of(person)), release=release)
        services.photo_hide(actor=clerk, release=release)
        assert client.get(f"{SHOWN}{release.covered_key}/").status_code == 404
        release.refresh_from_db()
        assert release.state == ReleaseState.HIDDEN
        with pytest.raises(Conflict):
            services.photo_hide(actor=clerk, release=release)

    def test_nothing_else_shows_a_photo_to_everybody(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        person = resident(city.grid)
        appeal = filed(city, person)
        key = photo_of(appeal).key
        for address in (
            f"/portal/appeals/photos/{key}/",
            f"{SHOWN}{key}/",
            f"/api/v1/appeals/public/{appeal.number}/photos/{key}?code=AAAA2222",
            f"/api/v1/appeals/photos/{key}",
        ):
            assert client.get(address).status_code in (401, 404), address
        agreed(appeal, person)
        clerk = actor_of(staff("community_clerk", city.community))
        draft = services.photo_cover(actor=clerk, appeal=appeal, key=key, boxes=(HALF,))
        assert client.get(f"{SHOWN}{draft.covered_key}/").status_code == 404
        assert draft.covered_key not in client.get(SHOWN).content.decode()
        assert SHOWN not in client.get("/portal/").content.decode()
        told = json.dumps(client.get("/api/open/openapi.json").json())
        assert "photo" not in told.lower()

# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping uploads, and who gets them out again."""

import io
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from linli.base.actor import ANONYMOUS, SYSTEM, Actor
from linli.base.errors import Forbidden, Invalid
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.services import self_actor
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files import jobs, rules, selectors, services, storage
from linli.kernel.files.models import StoredFile
from linli.kernel.files.pictures import picture_clean
from linli.kernel.files.terms import Variant, Verb
from linli.kernel.files.tests import samples
from linli.kernel.sockets import registry

pytestmark = pytest.mark.django_db

KIND = "test.thing"


def knows_the_word(actor: Actor, owner_key: str) -> bool:
    """Lets the platform see everything and others what is open."""
    return actor.is_system or owner_key == "open"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    settings.LINLI_DATA = tmp_path
    monkeypatch.setitem(registry._all.file_guards, KIND, knows_the_word)


def store(data: bytes, key: str = "open", actor: Actor = SYSTEM) -> StoredFile:
    """Keep an upload that hangs on a thing."""
    return services.file_store(
        actor=actor,
        upload=io.BytesIO(data),
        owner_kind=KIND,
        owner_key=key,
        place_path="51/5111/",
    )


def bytes_of(stored: StoredFile, variant: str = Variant.FULL) -> bytes:
    """What somebody gets who may see it."""
    return services.file_read(actor=SYSTEM, key=stored.key, variant=variant).path.read_bytes()


def kept_files() -> list[Path]:
    """Every file below the data folder."""
    return [path for path in storage.folder().rglob("*") if path.is_file()]


class TestPictures:
    @pytest.mark.parametrize(
        ("kind", "mode"),
        [
            ("JPEG", "RGB"),
            ("JPEG", "L"),
            ("JPEG", "CMYK"),
            ("PNG", "RGBA"),
            ("PNG", "P"),
            ("PNG", "I;16"),
            ("WEBP", "RGB"),
        ],
    )
    def test_a_photo_is_kept_as_jpeg(self, kind: str, mode: str) -> None:
        data = samples.picture(kind, mode=mode) if mode != "I;16" else _sixteen_bit()
        stored = store(data)
        with Image.open(io.BytesIO(bytes_of(stored))) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
        assert (stored.content_type, stored.width, stored.height) == ("image/jpeg", 60, 40)
        assert stored.size == len(bytes_of(stored))

    def test_where_and_by_whom_it_was_taken_is_gone(self) -> None:
        data = samples.photo_with_place()
        assert samples.SECRET.encode() in data
        stored = store(data)
        for variant in Variant:
            kept = bytes_of(stored, variant)
            assert samples.SECRET.encode() not in kept
            with Image.open(io.BytesIO(kept)) as image:
                assert not image.getexif()
                assert "comment" not in image.info

    def test_it_stands_upright(self) -> None:
        stored = store(samples.photo_with_place(orientation=6))
        assert (stored.width, stored.height) == (40, 60)
        with Image.open(io.BytesIO(bytes_of(stored))) as image:
            top, bottom = image.getpixel((20, 5)), image.getpixel((20, 55))
        assert top[0] > 150  # type: ignore[index]
        assert bottom[2] > 150  # type: ignore[index]

    def test_what_was_transparent_is_white(self) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
        with Image.open(io.BytesIO(bytes_of(store(out.getvalue())))) as image:
            assert image.getpixel((5, 5)) == (255, 255, 255)

    def test_a_large_photo_is_made_smaller_and_has_a_thumbnail(self) -> None:
        stored = store(samples.picture(size=(4000, 3000)))
        assert (stored.width, stored.height) == (2560, 1920)
        with Image.open(io.BytesIO(bytes_of(stored, Variant.THUMBNAIL))) as image:
            assert image.size == (480, 360)

    def test_a_photo_of_many_pixels_in_few_bytes_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            store(samples.bomb())
        assert refused.value.code in ("file_pixels", "file_broken")
        with pytest.raises(Invalid) as refused:
            store(samples.bomb(8000, 8000))
        assert refused.value.code == "file_pixels"
        assert not kept_files()

    @pytest.mark.parametrize("cut", [20, 200, 600])
    def test_half_a_photo_is_refused_with_words(self, cut: int) -> None:
        with pytest.raises(Invalid) as refused:
            store(samples.picture()[:cut])
        assert refused.value.code == "file_broken"

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
    def test_a_damaged_photo_never_does_worse_than_be_refused(
        self, kind: str, data: st.DataObject
    ) -> None:
        whole = bytearray(samples.picture(kind))
        for _ in range(data.draw(st.integers(1, 8))):
            whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
        cleaned = None
        with suppress(Invalid):
            cleaned = picture_clean(bytes(whole))
        assert all(each.data[:3] == b"\xff\xd8\xff" for each in cleaned or ())


def _sixteen_bit() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (60, 40), 30_000).save(out, "PNG")
    return out.getvalue()


class TestSorts:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (samples.SVG, "file_type"),
            (samples.HTML, "file_type"),
            (samples.GIF, "file_type"),
            (samples.ZIP, "file_type"),
            (samples.HEIC, "file_heic"),
            (b"", "file_empty"),
            (b"a", "file_type"),
            (samples.picture() + b"\0" * rules.LARGEST, "file_large"),
        ],
        ids=["svg", "html", "gif", "zip", "heic", "empty", "one byte", "large"],
    )
    def test_what_cannot_be_kept_is_refused_at_its_field(self, data: bytes, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            store(data)
        assert refused.value.code == code
        assert "upload" in refused.value.fields
        assert not kept_files()
        assert not StoredFile.objects.exists()
        assert not AuditRecord.objects.exists()

    def test_a_page_that_calls_itself_a_photo_is_no_photo(self) -> None:
        upload = io.BytesIO(samples.HTML)
        upload.name = "photo.jpg"
        with pytest.raises(Invalid):
            services.file_store(actor=SYSTEM, upload=upload, owner_kind=KIND, owner_key="1")

    def test_a_page_hidden_in_a_photo_does_not_survive(self) -> None:
        data = samples.picture() + samples.HTML
        assert b"<script>" not in bytes_of(store(data))

    def test_a_paper_is_kept_as_it_is_and_never_shown_in_a_page(self) -> None:
        stored = store(samples.PDF)
        served = services.file_read(actor=SYSTEM, key=stored.key, variant=Variant.THUMBNAIL)
        assert served.path.read_bytes() == samples.PDF
        assert (served.content_type, served.is_inline) == ("application/pdf", False)
        assert served.name.endswith(".pdf")

    def test_a_photo_may_be_shown_in_a_page(self) -> None:
        served = services.file_read(actor=SYSTEM, key=store(samples.picture()).key)
        assert (served.content_type, served.is_inline) == ("image/jpeg", True)


class TestRights:
    def test_the_owner_is_asked_each_time_and_a_guess_tells_nothing(self) -> None:
        open_one, closed = store(samples.picture()), store(samples.picture(), key="closed")
        assert services.file_read(actor=ANONYMOUS, key=open_one.key).path.exists()
        reasons = set()
        for key in (closed.key, "0" * 32, "", "../../etc/passwd", open_one.key.upper() + "x"):
            with pytest.raises(Forbidden) as refused:
                services.file_read(actor=ANONYMOUS, key=key)
            reasons.add((refused.value.status, refused.value.code, str(refused.value)))
        assert len(reasons) == 1
        assert next(iter(reasons))[0] == 404
        StoredFile.objects.filter(pk=open_one.pk).update(owner_key="closed")
        with pytest.raises(Forbidden):
            services.file_read(actor=ANONYMOUS, key=open_one.key)

    def test_a_file_whose_owner_has_no_guard_is_nobodys(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stored = store(samples.picture())
        monkeypatch.delitem(registry._all.file_guards, KIND)
        with pytest.raises(Forbidden):
            services.file_read(actor=SYSTEM, key=stored.key)
        with pytest.raises(LookupError):
            store(samples.picture())

    def test_names_cannot_be_guessed_and_bytes_are_the_platforms_alone(self) -> None:
        first, second = store(samples.picture()), store(samples.picture())
        assert first.key != second.key
        assert rules.KEY.fullmatch(first.key)
        assert first.sha256 == second.sha256
        for path in kept_files():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_kept_is_on_record() -> None:
    account = AccountFactory.create()
    stored = store(samples.picture(), actor=self_actor(account))
    assert stored.uploaded_by == account
    row = AuditRecord.objects.get()
    assert (row.verb, row.subject_kind, row.subject_key) == (Verb.FILE_STORED, KIND, "open")
    assert row.place_path == "51/5111/"
    assert row.detail["key"] == stored.key


def test_the_files_of_many_things_are_found_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first, second = store(samples.picture(), key="1"), store(samples.PDF, key="1")
    other = store(samples.picture(), key="2")
    with django_assert_num_queries(1):
        found = selectors.files_of_many(KIND, ["1", "2", "3"])
    assert found == {"1": [first, second], "2": [other]}
    assert selectors.files_of(KIND, "3") == []


def test_what_a_crash_left_behind_is_cleared_away_after_a_day() -> None:
    kept = store(samples.picture())
    with transaction.atomic():
        orphan = store(samples.picture())
        transaction.set_rollback(True)
    half = storage.path_of(kept.key, "jpg").with_name(".0123.part")
    half.write_bytes(b"half")
    assert len(kept_files()) == 5
    jobs.orphans_remove()
    assert len(kept_files()) == 5  # not a day old yet
    long_ago = time.time() - 2 * jobs.A_DAY
    for path in kept_files():
        os.utime(path, (long_ago, long_ago))
    jobs.orphans_remove()
    assert {path.name.partition(".")[0] for path in kept_files()} == {kept.key}
    assert not storage.path_of(orphan.key, "jpg").exists()
    assert bytes_of(kept, Variant.THUMBNAIL)


def test_a_file_is_written_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        store(samples.picture())
    assert not kept_files()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("data", [samples.picture(), samples.PDF], ids=["picture", "paper"])
def test_what_is_kept_once_is_not_kept_again_on_the_same_thing(data: bytes) -> None:
    first = store_once(data)
    count, records = len(kept_files()), AuditRecord.objects.count()
    assert store_once(data) == first
    assert (len(kept_files()), AuditRecord.objects.count()) == (count, records)
    assert store_once(data, key="closed") != first
    assert store_once(samples.picture(size=(30, 20))) != first
    assert store(data) != first


def store_once(data: bytes, key: str = "open") -> StoredFile:
    """Keep an upload unless it hangs there already."""
    return services.file_store(
        actor=SYSTEM, upload=io.BytesIO(data), owner_kind=KIND, owner_key=key, once=True
    )

# SPDX-License-Identifier: MulanPSL-2.0
"""Sealed streams: what went in comes out, and nothing else does."""

import io
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from linli.base import crypto
from linli.base.errors import Invalid
from linli.base.keyring import Key, Purpose
from linli.kernel.backups import streams
from linli.kernel.backups.streams import Sealed, key_newest, opened, seal

HEAD = len(streams.MAGIC) + streams.ID_BYTES + streams.SALT_BYTES
SEALED = 100 + streams.TAG_BYTES


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PIECE", 100)


def sealed_in(folder: Path, data: bytes, name: str = "database") -> tuple[Path, Sealed]:
    """A sealed file with these bytes in it."""
    path = folder / f"sealed-{len(list(folder.iterdir()))}"
    told = seal(io.BytesIO(data), path, name=name, key=key_newest(), count=lambda _size: None)
    return path, told


def read(path: Path, told: Sealed, name: str = "database") -> bytes:
    """All that was sealed."""
    return b"".join(opened(path, name=name, sealed=told))


@given(size=st.integers(0, 450))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    path, told = sealed_in(tmp_path_factory.mktemp("sealed"), data)
    assert read(path, told) == data
    assert (told.size, Sealed.of(path.read_bytes())) == (path.stat().st_size, told)
    assert not data[20:] or data[:20] not in path.read_bytes()


def _changes(whole: bytes) -> dict[str, bytes]:
    pieces = [whole[at : at + SEALED] for at in range(HEAD, len(whole), SEALED)]
    flipped = [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        for at in (0, 9, 20, HEAD, -1 % len(whole))
    ]
    return {
        **{f"a byte, {number}": each for number, each in enumerate(flipped)},
        "swapped": whole[:HEAD] + pieces[1] + pieces[0] + b"".join(pieces[2:]),
        "one out": whole[:HEAD] + pieces[0] + pieces[2],
        "one twice": whole[:HEAD] + pieces[0] + b"".join(pieces),
        "cut after a piece": whole[: HEAD + 2 * SEALED],
        "cut in a piece": whole[: HEAD + SEALED + 50],
        "only the head": whole[:HEAD],
        "nothing": b"",
        "more": whole + b"more",
    }


def test_no_change_goes_unnoticed(tmp_path: Path) -> None:
    path, _told = sealed_in(tmp_path, b"x" * 250)
    whole = path.read_bytes()
    for what, bad in _changes(whole).items():
        path.write_bytes(bad)
        with pytest.raises(Invalid):
            assert not read(path, Sealed.of(bad)), what


def test_a_sealed_file_is_good_under_its_own_name_and_as_itself_only(tmp_path: Path) -> None:
    path, told = sealed_in(tmp_path, b"one", "ab/one.pdf")
    assert read(path, told, "ab/one.pdf") == b"one"
    with pytest.raises(Invalid):
        read(path, told, "ab/two.pdf")
    _other, other = sealed_in(tmp_path, b"one", "ab/one.pdf")
    with pytest.raises(Invalid):
        read(path, other, "ab/one.pdf")
    with pytest.raises(Invalid):
        read(tmp_path / "nosuch", told, "ab/one.pdf")


def test_a_ring_from_before_makes_do_and_goes_on_reading_after_it_has_a_key_of_its_own(
    tmp_path: Path,
) -> None:
    file = tmp_path / "keys.json"
    old = crypto.ring_new(file)
    text = file.read_text("utf-8").replace('"backup"', '"unknown"')
    file.write_text(text, "utf-8")
    with override_settings(LINLI_KEYS_FILE=file):
        assert key_newest() == old.newest(Purpose.FIELD)
        path, told = sealed_in(tmp_path, b"old")
        fresh = crypto.ring_add(file, Purpose.BACKUP)
        assert key_newest() == fresh.newest(Purpose.BACKUP)
        assert read(path, told) == b"old"


def test_without_the_key_it_says_which_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    told = seal(io.BytesIO(b"x"), path, name="a", key=Key.new(demo=True), count=lambda _size: None)
    with pytest.raises(Invalid, match="LINLI_KEYS_FILE"):
        read(path, told, "a")

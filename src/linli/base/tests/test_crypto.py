# SPDX-License-Identifier: MulanPSL-2.0
"""The key ring and what it encrypts."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.base import crypto
from linli.base.crypto import KeyRing, KeyRingError, Purpose, Undecryptable

PHONE = "people.person.phone"


@pytest.fixture
def ring_file(tmp_path: Path, settings: object) -> Path:
    path = tmp_path / "keys" / "ring.json"
    crypto.ring_new(path)
    settings.LINLI_KEYS_FILE = str(path)  # type: ignore[attr-defined]
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_what_was_encrypted_is_read_back_and_never_looks_the_same(
    ring_file: Path, value: str
) -> None:
    token = crypto.encrypt(value, context=PHONE)
    assert crypto.decrypt(token, context=PHONE) == value
    assert crypto.encrypt(value, context=PHONE) != token
    assert token.startswith(f"{crypto.ring().newest(Purpose.FIELD).id}.")


@pytest.mark.usefixtures("ring_file")
def test_a_value_moved_to_another_column_cannot_be_read_there() -> None:
    token = crypto.encrypt("13812342046", context=PHONE)
    with pytest.raises(Undecryptable, match=r"people\.person\.address"):
        crypto.decrypt(token, context="people.person.address")


@pytest.mark.usefixtures("ring_file")
def test_a_changed_value_is_refused_without_showing_anything() -> None:
    token = crypto.encrypt("13812342046", context=PHONE)
    for broken in (
        token[:-4] + "AAAA",
        token[:20],
        token + "A",
        "13812342046",
        "",
        "k000000." + "A" * 40,
    ):
        with pytest.raises(Undecryptable) as caught:
            crypto.decrypt(broken, context=PHONE)
        assert "2046" not in str(caught.value)


def test_after_a_rotation_the_new_key_writes_and_all_read(ring_file: Path) -> None:
    old = crypto.encrypt("13812342046", context=PHONE)
    found_before = crypto.blind_index("13812342046", context=PHONE)
    crypto.ring_add(ring_file, Purpose.FIELD)
    crypto.ring_add(ring_file, Purpose.INDEX)
    new = crypto.encrypt("13812342046", context=PHONE)
    assert old.split(".")[0] != new.split(".")[0]
    assert crypto.decrypt(old, context=PHONE) == crypto.decrypt(new, context=PHONE)
    assert crypto.blind_index("13812342046", context=PHONE) != found_before
    assert found_before in crypto.blind_indexes("13812342046", context=PHONE)


@pytest.mark.usefixtures("ring_file")
def test_a_blind_index_finds_equal_values_of_one_context_only() -> None:
    index = crypto.blind_index("13812342046", context=PHONE)
    assert index == crypto.blind_index("13812342046", context=PHONE)
    assert index != crypto.blind_index("13812342047", context=PHONE)
    assert index != crypto.blind_index("13812342046", context="appeals.appeal.phone")
    assert len(index) == crypto.INDEX_LENGTH
    assert crypto.blind_index("", context=PHONE) == ""
    assert crypto.blind_indexes("", context=PHONE) == []


@pytest.mark.usefixtures("ring_file")
def test_a_persons_own_key_opens_the_name_and_nothing_else_does() -> None:
    key = crypto.key_new()
    wrapped = crypto.key_wrap(key, context="audit.name_key.17")
    name = crypto.encrypt_with(key, "郭小娣", context="audit.entry.name")
    opened = crypto.key_unwrap(wrapped, context="audit.name_key.17")
    assert crypto.decrypt_with(opened, name, context="audit.entry.name") == "郭小娣"
    with pytest.raises(Undecryptable):
        crypto.decrypt_with(crypto.key_new(), name, context="audit.entry.name")
    with pytest.raises(Undecryptable):
        crypto.key_unwrap(wrapped, context="audit.name_key.18")
    with pytest.raises(Undecryptable):
        crypto.key_unwrap("", context="audit.name_key.17")


def test_a_ring_is_private_and_never_overwritten(ring_file: Path) -> None:
    before = ring_file.read_bytes()
    assert ring_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyRingError, match="never overwritten"):
        crypto.ring_new(ring_file)
    assert ring_file.read_bytes() == before
    assert [each.name for each in ring_file.parent.iterdir()] == ["ring.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o700])
def test_a_ring_open_to_others_is_refused_even_after_it_was_read(
    ring_file: Path, mode: int
) -> None:
    crypto.ring()
    ring_file.chmod(mode)
    with pytest.raises(KeyRingError, match="chmod 600"):
        crypto.ring()
    assert crypto.ring_check(ring_file)
    ring_file.chmod(0o400)
    assert crypto.ring_check(ring_file) == []


@pytest.mark.parametrize("damage", ["cut", "empty", "list", "no_audit", "short_key", "twice"])
def test_a_broken_ring_is_refused(ring_file: Path, damage: str) -> None:
    data = json.loads(ring_file.read_text())
    if damage == "no_audit":
        data["audit"] = []
    if damage == "short_key":
        data["field"][0]["key"] = "AAAA"
    if damage == "twice":
        data["index"][0]["id"] = data["field"][0]["id"]
    text = {"cut": json.dumps(data)[:80], "empty": "", "list": "[]"}.get(damage, json.dumps(data))
    ring_file.write_text(text)
    assert len(crypto.ring_check(ring_file)) == 1
    with pytest.raises(KeyRingError):
        crypto.ring()


def test_a_missing_ring_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="keys new"):
        KeyRing.read(tmp_path / "none.json")
    with pytest.raises(KeyRingError, match="plain file"):
        KeyRing.read(tmp_path)


def test_the_ring_is_named_by_settings_or_environment(
    ring_file: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINLI_KEYS_FILE = None  # type: ignore[attr-defined]
    monkeypatch.delenv("LINLI_KEYS_FILE", raising=False)
    with pytest.raises(KeyRingError, match="LINLI_KEYS_FILE"):
        crypto.ring()
    monkeypatch.setenv("LINLI_KEYS_FILE", str(ring_file))
    assert crypto.ring() == KeyRing.read(ring_file)


def test_a_demo_ring_is_known_as_one(tmp_path: Path, ring_file: Path) -> None:
    crypto.ring_new(tmp_path / "demo.json", demo=True)
    assert crypto.ring_is_demo(tmp_path / "demo.json")
    assert not crypto.ring_is_demo(ring_file)


def test_session_keys_rotate_without_logging_anybody_out(ring_file: Path) -> None:
    first = crypto.ring().session_secret()
    assert crypto.ring().session_fallbacks() == []
    crypto.ring_add(ring_file, Purpose.SESSION)
    assert crypto.ring().session_fallbacks() == [first]
    assert crypto.ring().session_secret() != first


@pytest.mark.usefixtures("ring_file")
def test_no_key_shows_in_a_representation() -> None:
    ring = crypto.ring()
    secrets = [key["key"] for keys in list(ring.to_json().values())[1:] for key in keys]
    assert len(secrets) == len(Purpose)
    assert not any(secret in repr(ring) for secret in secrets)

# SPDX-License-Identifier: MulanPSL-2.0
"""Where a request comes from, with and without proxies before us."""

from types import SimpleNamespace

import pytest

from linli.base.address import (
    address_masked,
    address_of,
    address_read,
    address_told,
    networks_read,
)

TRUSTED = networks_read("127.0.0.1, ::1, 10.1.0.0/16, 2001:db8:1::/48")
RESIDENT, OTHER = "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize("forged", ["", OTHER, f"{OTHER}, 127.0.0.1", "127.0.0.1", "garbage"])
def test_who_speaks_to_us_directly_cannot_forge_an_address(forged: str) -> None:
    assert address_told(RESIDENT, forged, TRUSTED) == RESIDENT


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        ("127.0.0.1", RESIDENT, RESIDENT),
        ("127.0.0.1", f"{OTHER}, {RESIDENT}", RESIDENT),
        ("127.0.0.1", f"{OTHER},{RESIDENT} , 10.1.2.3", RESIDENT),
        ("10.1.2.3", f"127.0.0.1, {RESIDENT}", RESIDENT),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "10.1.9.9, 10.1.2.3", "10.1.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_behind_trusted_proxies_the_rightmost_stranger_is_meant(
    peer: str, forwarded: str, told: str
) -> None:
    assert address_told(peer, forwarded, TRUSTED) == told


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert address_told("127.0.0.1", RESIDENT, ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        ("::1", "2001:DB8:0:0::7", "2001:db8::7"),
        ("2001:db8:1::5", "2001:db8::7", "2001:db8::7"),
        ("2001:db8::7", RESIDENT, "2001:db8::7"),
        ("::ffff:127.0.0.1", RESIDENT, RESIDENT),
        ("127.0.0.1", f"::ffff:{RESIDENT}", RESIDENT),
        ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("127.0.0.1", f"{RESIDENT}:4711", RESIDENT),
        ("fe80::1%eth0", "", "fe80::1"),
    ],
)
def test_an_address_has_one_form(peer: str, forwarded: str, told: str) -> None:
    assert address_told(peer, forwarded, TRUSTED) == told


@pytest.mark.parametrize(
    "garbage", ["unknown", f"{RESIDENT}, unknown", f"{RESIDENT},", ",", "1.2.3", "'; drop", "[]"]
)
def test_nonsense_from_a_proxy_leaves_the_proxy(garbage: str) -> None:
    assert address_told("127.0.0.1", garbage, TRUSTED) == "127.0.0.1"


@pytest.mark.parametrize("peer", ["", "unix:", "testclient"])
def test_a_peer_without_an_address_is_believed_in_nothing(peer: str) -> None:
    assert address_told(peer, RESIDENT, TRUSTED) == peer


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        networks_read("127.0.0.1, nowhere")


@pytest.mark.parametrize(
    ("address", "masked"),
    [("203.0.113.9", "203.0.*.*"), ("2001:db8::7", "2001:db8:*"), ("::7", "0:0:*"), ("x", "*")],
)
def test_half_of_an_address_is_hidden(address: str, masked: str) -> None:
    assert address_masked(address) == masked


def test_an_address_is_read_in_its_one_form() -> None:
    assert address_read(" 2001:DB8::0007 ") == "2001:db8::7"
    with pytest.raises(ValueError, match="no network address"):
        address_read("everywhere")


def test_the_settings_say_whom_to_trust(settings: SimpleNamespace) -> None:
    request = SimpleNamespace(META={"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": RESIDENT})
    settings.LINLI_TRUSTED_PROXIES = ()
    assert address_of(request) == "10.1.2.3"
    settings.LINLI_TRUSTED_PROXIES = TRUSTED
    assert address_of(request) == RESIDENT

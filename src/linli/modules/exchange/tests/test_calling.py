# SPDX-License-Identifier: MulanPSL-2.0
"""Calling out: to what may be called only, within its limits, to real servers on this machine."""

import datetime as dt
import ipaddress
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linli.base import calling, outgoing
from linli.base.wire import Trouble
from linli.modules.exchange.tests.conftest import Partner, Start


def called(address: str) -> calling.Answer:
    """What comes back from an address."""
    return calling.post(address, headers={"webhook-id": "msg_1"}, body='{"a":"诉求"}')


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name stand for these addresses; gives what was asked for."""
    asked: list[str] = []

    def answer(host: str, port: int, **_kind: Any) -> list[Any]:
        asked.append(host)
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (families[ipaddress.ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_body_arrives_as_it_was_sent(partner: Partner) -> None:
    answer = called(partner.address("ok?a=1"))
    assert (answer.status, answer.trouble, answer.text) == (200, "", "taken")
    assert answer.is_taken
    (heard,) = partner.heard()
    assert heard["path"] == "/ok?a=1"
    assert heard["body"] == '{"a":"诉求"}'
    assert heard["headers"]["Host"] == f"127.0.0.1:{partner.port}"
    assert heard["headers"]["webhook-id"] == "msg_1"
    assert heard["headers"]["Content-Type"].startswith("application/json")


def test_loopback_is_not_called_unless_it_is_allowed(partner_start: Start, settings: Any) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ()
    partner = partner_start()
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "[::1]"):
        assert called(partner.address("ok", host)).trouble == Trouble.ADDRESS, host
    assert partner.heard() == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
    ],
)
def test_a_name_that_stands_for_an_inner_address_is_not_called(
    monkeypatch: pytest.MonkeyPatch, settings: Any, address: str
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ()
    asked = resolve_to(monkeypatch, address)
    assert called("https://partner.example/hook").trouble == Trouble.ADDRESS
    assert asked == ["partner.example"]
    assert not outgoing.is_public(ipaddress.ip_address(address))


def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ()
    resolve_to(monkeypatch, "93.184.216.34", "192.168.1.1")
    assert called("https://partner.example/").trouble == Trouble.ADDRESS


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address))


def test_plain_http_goes_to_allowed_hosts_only(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ("10.1.0.0/16",)
    resolve_to(monkeypatch, "93.184.216.34")
    assert called("http://partner.example/").trouble == Trouble.ADDRESS


def test_the_checked_address_is_the_one_that_is_called(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for once; what it would say a moment later (rebinding) is never used."""
    asked = resolve_to(monkeypatch, "127.0.0.1")
    answer = called(partner.address("ok", "partner.example"))
    assert answer.is_taken
    assert asked == ["partner.example"]
    assert partner.heard()[0]["headers"]["Host"] == f"partner.example:{partner.port}"


def test_a_host_may_be_allowed_by_name(partner_start: Start, settings: Any) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ("localhost",)
    partner = partner_start()
    assert called(partner.address("ok", "localhost")).is_taken
    assert called(partner.address("ok", "127.0.0.1")).trouble == Trouble.ADDRESS


def test_a_redirect_is_not_followed(partner: Partner) -> None:
    answer = called(partner.address("redirect"))
    assert (answer.status, answer.trouble, answer.is_taken) == (302, Trouble.REDIRECT, False)
    assert [each["path"] for each in partner.heard()] == ["/redirect"]


def test_a_slow_answer_is_left_after_five_seconds(partner: Partner) -> None:
    began = time.monotonic()
    answer = called(partner.address("drip"))
    assert (answer.status, answer.trouble) == (None, Trouble.TIME)
    assert 4.5 < time.monotonic() - began < 6.5


def test_no_more_than_a_megabyte_is_read(partner: Partner) -> None:
    answer = called(partner.address("big"))
    assert (answer.status, answer.trouble) == (200, Trouble.SIZE)
    assert answer.is_taken
    assert len(answer.text) == 500


def test_a_head_of_megabytes_is_no_answer(partner: Partner) -> None:
    answer = called(partner.address("bighead"))
    assert (answer.status, answer.is_taken) == (None, False)
    assert answer.trouble == Trouble.SIZE


def test_what_is_no_http_is_no_answer(partner: Partner) -> None:
    assert called(partner.address("nonsense")).trouble == Trouble.ANSWER


def test_an_error_is_told_with_its_status(partner: Partner) -> None:
    answer = called(partner.address("never"))
    assert (answer.status, answer.trouble, answer.text) == (422, Trouble.STATUS, "not this one")


def test_nobody_there_is_said_so(partner: Partner) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert called(f"http://127.0.0.1:{port}/").trouble == Trouble.CONNECTION


def test_a_name_that_nobody_knows_is_said_so(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def unknown(*_args: Any, **_kind: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert called("https://nowhere.example/").trouble == Trouble.NAME


def test_a_resolver_that_does_not_answer_takes_no_longer_than_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.3)

    def slow(*_args: Any, **_kind: Any) -> list[Any]:
        time.sleep(3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    assert called("https://partner.example/").trouble == Trouble.TIME
    assert time.monotonic() - began < 2


def test_proxies_of_the_surroundings_are_not_used(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert called(partner.address("ok")).is_taken


@pytest.mark.parametrize(
    "address",
    [
        "",
        "partner.cn/hook",
        "ftp://partner.cn/",
        "gopher://partner.cn/",
        "https://",
        "https://user:word@partner.cn/",
        "https://partner.cn/#x",
        "https://partner.cn/a b",
        "https://partner.cn/\r\nX: y",
        "https://partner.cn:99999/",
        "https://partner.cn:0/",
        "https://par_tner.cn/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://partner.cn/" + "a" * 500,
        "https://邻里.cn/",
    ],
)
def test_what_is_no_address_is_never_called(address: str) -> None:
    assert outgoing.target_of(address) is None
    assert called(address).trouble == Trouble.ADDRESS


def test_certificates_are_looked_at(
    partner_start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ("127.0.0.0/8", "::1")
    certificate = certificate_make(tmp_path)
    partner = partner_start(certificate)
    address = partner.address("ok", "localhost", "https")
    assert called(address).trouble == Trouble.CERTIFICATE
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate))
    resolve_to(monkeypatch, "127.0.0.1")
    assert called(address).is_taken
    other = partner.address("ok", "other.example", "https")
    assert called(other).trouble == Trouble.CERTIFICATE
    assert len(partner.heard()) == 1


def certificate_make(folder: Path) -> Path:
    """A key and a certificate for localhost, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file

# SPDX-License-Identifier: MulanPSL-2.0
"""Serving phones in the same network."""

import ipaddress
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from linli.config import lan


def test_the_certificate_names_every_address_and_its_key_is_private(tmp_path: Path) -> None:
    made = lan.certificate_make(tmp_path / "lan", ["10.1.2.3"])
    found = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    assert addresses == [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("10.1.2.3")]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600


def test_a_server_can_use_the_certificate(tmp_path: Path) -> None:
    made = lan.certificate_make(tmp_path, [])
    lan.certificate_make(tmp_path, [])  # a second start makes another one
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made.certificate, made.key)


def test_our_own_addresses_leave_out_this_machine_alone() -> None:
    assert "127.0.0.1" not in lan.addresses()


def test_the_qr_code_goes_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    lan.qr_print("https://10.1.2.3:8000")
    assert len(capsys.readouterr().err.splitlines()) > 10

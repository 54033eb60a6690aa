# SPDX-License-Identifier: MulanPSL-2.0
"""Serving a phone in the same network: our addresses, a certificate made on the spot, a QR code."""

import ipaddress
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_DAYS = 30


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate and its key."""

    certificate: Path
    key: Path


def addresses() -> list[str]:
    """This machine's addresses in its networks, the one towards the outside first."""
    found = [_towards("192.0.2.1")]
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except socket.gaierror:
        infos = []
    found.extend(str(info[4][0]) for info in infos)
    return [address for address in dict.fromkeys(found) if address and address != "127.0.0.1"]


def _towards(address: str) -> str:
    """Our own address on the way to another one; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def certificate_make(folder: Path, hosts: list[str]) -> Certificate:
    """Write a self-signed certificate for these addresses; phones ask once whether to trust it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(_signed(key, hosts).public_bytes(serialization.Encoding.PEM))
    made.key.touch(mode=0o600)
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _signed(key: ec.EllipticCurvePrivateKey, hosts: list[str]) -> x509.Certificate:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Linli demo")])
    names = [x509.DNSName("localhost"), *(_name(host) for host in ["127.0.0.1", *hosts])]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(host: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(host))


def qr_print(url: str) -> None:
    """Print an address as a QR code that a phone can read from the terminal."""
    segno.make(url).terminal(out=sys.stderr, compact=True)

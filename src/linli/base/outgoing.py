# SPDX-License-Identifier: MulanPSL-2.0
"""Which addresses outside may be called at all."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_ADDRESS = 500
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\]")
_PATH = re.compile(r"[!-~]*")

NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""IPv4 that is no address of a public host (IANA special-purpose registry, RFC 6890)."""

PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""Within global unicast: protocols, documentation, and tunnels that hide an IPv4 address (Teredo,
6to4). What lies outside global unicast (loopback, link-local, unique local, mapped and translated
IPv4, multicast) is refused as a whole.
"""


def is_public(address: Address) -> bool:
    """Whether an address belongs to a host on the public net, seen from anywhere."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address not in PUBLIC_6:
            return False
        return not any(address in network for network in NOT_PUBLIC_6)
    return not any(address in network for network in NOT_PUBLIC)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an installation allows although it is not public: networks, and hosts by name."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, words: Iterable[str]) -> "Allowed":
        """From the words of LINLI_WEBHOOK_ALLOW: networks (10.1.0.0/16), addresses, host names."""
        networks: list[Network] = []
        hosts = set()
        for word in words:
            try:
                networks.append(ipaddress.ip_network(word))
            except ValueError:
                hosts.add(word.lower())
        return cls(tuple(networks), frozenset(hosts))

    def holds(self, host: str, address: Address) -> bool:
        """Whether a host at an address is allowed by name or by network."""
        return host in self.hosts or any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts; `host` is in lower case ASCII, without the brackets of IPv6."""

    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_secure else 80
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(text: str) -> Target | None:
    """The parts of an address that may be called at all; None if it cannot be one.

    Only http and https, no user name in it, no fragment, and nothing that would break a header.
    """
    if len(text) > LONGEST_ADDRESS or not _PATH.fullmatch(text.partition("://")[2] or " "):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or "#" in text:
        return None
    host = (parts.hostname or "").lower()
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or port == 0:
        return None
    is_secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_secure, host, port or (443 if is_secure else 80), path)


def may_call(target: Target, address: Address, allowed: Allowed) -> bool:
    """Whether a target may be called at an address it stands for: public ones over https, allowed
    ones also over http.
    """
    if allowed.holds(target.host, address):
        return True
    return target.is_secure and is_public(address)


def literal_of(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_plain_allowed(target: Target, allowed: Allowed) -> bool:
    """Whether plain http may go to a host: one allowed by name, or perhaps one within an allowed
    network, which each call looks at.
    """
    literal = literal_of(target.host)
    if literal is not None:
        return allowed.holds(target.host, literal)
    return target.host in allowed.hosts or bool(allowed.networks)

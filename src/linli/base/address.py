# SPDX-License-Identifier: MulanPSL-2.0
"""Where a request comes from, once the proxies that we trust are passed by.

A proxy adds the address of whoever spoke to it at the right end of `X-Forwarded-For`; what stands
further left was sent along by that one and may be invented. So the list is read from the right, as
long as the one who added an entry is trusted.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[\d.]+):\d+")


class Asked(Protocol):
    """A request, as far as its origin is asked for."""

    @property
    def META(self) -> Mapping[str, Any]:  # noqa: N802 - what Django calls it
        """What the web server says about the request."""


def networks_read(text: str) -> tuple[Network, ...]:
    """Addresses and networks parted by commas or blanks. Raises ValueError for what is neither."""
    return tuple(
        ipaddress.ip_network(part, strict=False) for part in text.replace(",", " ").split()
    )


def address_of(request: Asked) -> str:
    """The address that rate limits, the abuse list and a token's networks go by.

    A header is believed only as far as it was written by one of `LINLI_TRUSTED_PROXIES`.
    """
    from django.conf import settings

    meta = request.META
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    return address_told(str(meta.get("REMOTE_ADDR", "")), forwarded, settings.LINLI_TRUSTED_PROXIES)


def address_told(peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """The rightmost address that is no trusted proxy's; the last proxy's where it tells nonsense.

    `peer` is who speaks to us; one that is no address is given back as it is.
    """
    here = _read(peer)
    if here is None:
        return peer
    known = tuple(trusted)
    further = reversed(forwarded.split(","))
    while any(here in network for network in known):
        before = _read(next(further, ""))
        if before is None:
            break
        here = before
    return str(here)


def address_read(text: str) -> str:
    """An address in its one form. Raises ValueError for what is none."""
    found = _read(text)
    if found is None:
        raise ValueError(f"{text!r} is no network address")
    return str(found)


def address_masked(text: str) -> str:
    """An address with its further half hidden: `203.0.*.*`, `2001:db8:*`; what is none, wholly."""
    found = _read(text)
    if isinstance(found, ipaddress.IPv4Address):
        return ".".join([*str(found).split(".")[:2], "*", "*"])
    if isinstance(found, ipaddress.IPv6Address):
        return ":".join([*(part.lstrip("0") or "0" for part in found.exploded.split(":")[:2]), "*"])
    return "*" * len(text)


def _read(text: str) -> Address | None:
    """An address in its one form: without port, brackets and zone, an IPv4 one never as IPv6."""
    words = text.strip()
    with_port = _WITH_PORT.fullmatch(words)
    if with_port is not None:
        words = with_port["six"] or with_port["four"] or ""
    try:
        found = ipaddress.ip_address(words.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found

# SPDX-License-Identifier: MulanPSL-2.0
"""How rows become a tree and trees a chain, so that one hash outside tells of all before it. Pure.

A leaf is SHA-256 of 0x00, the row's number, "." and its hash; a node SHA-256 of 0x01 and the nodes
below it, as in RFC 6962. A seal's chain hash covers its number, its last row, how many rows it has,
the root of their tree and the chain hash before it. Another way of hashing will have another
number.
"""

import hashlib
from collections.abc import Sequence

VERSION = 1
START = bytes(32)
"""The chain hash before the first seal."""

SHORT = 8
"""So many bytes of each leaf are kept beside a seal: enough to say which row was touched."""


def leaf(seq: int, row_hash: str) -> bytes:
    """The leaf of one row."""
    return hashlib.sha256(b"\x00" + f"{seq}.{row_hash}".encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over some leaves; that of none is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0]


def link(number: int, last_seq: int, rows: int, top: bytes, previous: bytes) -> bytes:
    """The chain hash of a seal."""
    told = f"linli.seal.{VERSION}.{number}.{last_seq}.{rows}.".encode()
    return hashlib.sha256(told + top + previous).digest()

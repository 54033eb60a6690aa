# SPDX-License-Identifier: MulanPSL-2.0
"""A month of the record as a file, and the check that it is whole. It asks no database: whoever
holds the file can run `python -m linli.kernel.audit.exported FILE…`.

JSON lines under gzip: the head, then each seal followed by its rows, then the times that seals were
sent outside, then the end. The end tells the SHA-256 of all lines before it and is signed. Names
are ciphertext under keys that the file does not hold.
"""

import datetime as dt
import gzip
import hashlib
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.kernel.audit import chain, rules

KIND = "linli.audit.export.1"
Line = Mapping[str, Any]
_UNREADABLE = (
    OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError,
)  # fmt: skip


class NotWhole(Exception):
    """A file that is not as it was exported; the message says where it breaks."""


@dataclass(frozen=True, slots=True)
class End:
    """What a file comes to: its month, its seals and rows, the links of the chain before and after
    it, the digest of all its lines; signed with a key of the installation.
    """

    month: str
    first_seal: int
    last_seal: int
    rows: int
    before: str
    chain: str
    digest: str
    key: str
    public: str
    signature: str = ""

    def signed_text(self) -> bytes:
        """What the signature covers."""
        return line_of({"kind": KIND, **asdict(self), "signature": ""})

    @property
    def is_signed(self) -> bool:
        """Whether the signature fits; whose it is, the public half tells."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public))
            public.verify(bytes.fromhex(self.signature), self.signed_text())
        except (ValueError, InvalidSignature):
            return False
        return True


def line_of(told: Line) -> bytes:
    """One line of the file, always the same for the same."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def export_check(file: Path, notes: Iterable[Mapping[str, Any]] = ()) -> End:
    """Check a file from its first line to its last: each row's hash, each seal's root, the chain
    over them, the digest and the signature; and that it has the links that notes from outside tell
    of.

    Raises:
        NotWhole: it breaks somewhere.
    """
    try:
        return _Check({note["number"]: note["chain"] for note in notes}).run(_lines(file))
    except _UNREADABLE as error:
        raise NotWhole("it is no exported month, or it is cut off") from error


def exports_check(files: Iterable[Path], notes: Iterable[Mapping[str, Any]] = ()) -> list[End]:
    """Check files, and that each goes on where the one before it ends."""
    known = list(notes)
    ends = sorted((export_check(file, known) for file in files), key=lambda end: end.first_seal)
    for older, newer in pairwise(ends):
        if (older.last_seal + 1, older.chain) != (newer.first_seal, newer.before):
            raise NotWhole(f"{newer.month} does not go on where {older.month} ends")
    return ends


def _lines(file: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    with gzip.open(file) as lines:
        for line in lines:
            yield line, json.loads(line)


@dataclass
class _Check:
    notes: dict[int, str]
    digest: Any = field(default_factory=hashlib.sha256)
    head: dict[str, Any] = field(default_factory=dict)
    seal: dict[str, Any] = field(default_factory=dict)
    link: bytes = b""
    last: int = 0
    rows: int = 0
    leaves: list[bytes] = field(default_factory=list)

    def run(self, lines: Iterator[tuple[bytes, dict[str, Any]]]) -> End:
        line, self.head = next(lines, (b"", {}))
        if self.head.get("kind") != KIND:
            raise NotWhole("it is no exported month")
        self.link = bytes.fromhex(self.head["before"])
        self.last = self.head["first_seal"] - 1
        self.digest.update(line)
        for line, told in lines:
            if "end" in told:
                return self._ended(End(**told["end"]), next(lines, None))
            self.digest.update(line)
            self._take(told)
        raise NotWhole("it is cut off")

    def _take(self, told: dict[str, Any]) -> None:
        if "row" in told:
            self._row_take(told["row"])
            return
        self._seal_end()
        self.seal = told.get("seal", {})

    def _row_take(self, row: dict[str, Any]) -> None:
        known = {**row, "at": dt.datetime.fromisoformat(row["at"])}
        if rules.row_hash(known) != row["row_hash"]:
            raise NotWhole(f"row {row['seq']} is not as it was written")
        self.leaves.append(chain.leaf(row["seq"], row["row_hash"]))
        self.rows += 1

    def _seal_end(self) -> None:
        """The rows of a seal are all there: they make its root, and that its link."""
        seal, top = self.seal, chain.root(self.leaves)
        if seal:
            number, count = seal["number"], len(self.leaves)
            self.link = chain.link(number, seal["last_seq"], count, top, self.link)
            is_fitting = (number, count, top.hex()) == (self.last + 1, seal["rows"], seal["root"])
            if not is_fitting or self.link.hex() != seal["chain"]:
                raise NotWhole(f"seal {number} does not fit its rows or the one before it")
            if self.notes.get(number, seal["chain"]) != seal["chain"]:
                raise NotWhole(f"seal {number} is not the one that the anchor tells of")
            self.last = number
        self.seal, self.leaves = {}, []

    def _ended(self, end: End, more: object) -> End:
        self._seal_end()
        told = (end.month, end.first_seal, end.before, end.last_seal, end.rows, end.chain)
        head = (self.head["month"], self.head["first_seal"], self.head["before"])
        if told != (*head, self.last, self.rows, self.link.hex()) or more is not None:
            raise NotWhole("its end does not fit what stands before it")
        if end.digest != self.digest.hexdigest() or not end.is_signed:
            raise NotWhole("its digest or its signature does not fit")
        return end


def main(files: list[str]) -> int:
    """Check files and tell what came of it."""
    try:
        for end in exports_check([Path(name) for name in files]):
            print(f"{end.month}: {end.rows} rows, all as they were written; {end.public}")  # noqa: T201 - a program of its own
    except NotWhole as broken:
        print(broken, file=sys.stderr)  # noqa: T201 - a program of its own
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

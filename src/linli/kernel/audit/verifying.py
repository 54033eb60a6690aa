# SPDX-License-Identifier: MulanPSL-2.0
"""Checking that no row of the record was touched, taken away or put in, and that none of it was
rewritten.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linli.kernel.audit import chain, rules
from linli.kernel.audit.anchoring import Note
from linli.kernel.audit.exports import exports_dropped, is_genuine
from linli.kernel.audit.models import AuditRecord, RecordExport, Seal


class Fault(StrEnum):
    """What is wrong: a row was touched, one before it is missing, it was added; a seal itself was
    touched, those after it were cut off, the whole up to it was rewritten; rows are gone without an
    export that is ours.
    """

    TOUCHED = "touched"
    MISSING = "missing"
    ADDED = "added"
    SEAL = "seal"
    CUT = "cut"
    REWRITTEN = "rewritten"
    EXPORT = "export"


@dataclass(frozen=True)
class VerifyResult:
    """How many rows were checked, how many of them are sealed, and what is wrong first (None:
    nothing) at which row or seal; how many are only in exported files any more.
    """

    rows: int
    first_broken: int | None = None
    fault: Fault | None = None
    sealed: int = 0
    dropped: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every row is as it was written."""
        return self.fault is None


class _Broken(Exception):
    def __init__(self, fault: Fault, at: int) -> None:
        super().__init__(fault, at)
        self.fault, self.at = fault, at


Row = Mapping[str, Any]


def verify(note: Note | None = None) -> VerifyResult:
    """Check every row against its hash, every seal against its rows and the one before it, and the
    chain against a note that lay outside; stops at the first fault.
    """
    count, sealed, dropped = 0, 0, 0
    try:
        if note is not None:
            _check_note(note)
        last, previous, gaps = 0, chain.START, _gaps()
        seals = Seal.objects.order_by("number").iterator(chunk_size=100)
        for number, seal in enumerate(seals, start=1):
            if seal.number != number:
                raise _Broken(Fault.SEAL, number)
            if number in gaps:
                top = _check_gap(last, seal, gaps[number])
                dropped += seal.rows
            else:
                found = _check_rows(last, seal)
                count, sealed = count + len(found), sealed + len(found)
                top = chain.root(found)
            told = chain.link(seal.number, seal.last_seq, seal.rows, top, previous)
            if seal.root != top.hex() or seal.chain != told.hex():
                raise _Broken(Fault.SEAL, seal.number)
            last, previous = seal.last_seq, told
        for row in _rows_of(last):
            _check_hash(row)
            count += 1
    except _Broken as broken:
        return VerifyResult(count, broken.at, broken.fault, sealed, dropped)
    return VerifyResult(count, sealed=sealed, dropped=dropped)


def _gaps() -> dict[int, RecordExport]:
    """The seals whose rows were dropped, each with its export, which must be ours."""
    found: dict[int, RecordExport] = {}
    for export in exports_dropped():
        if not is_genuine(export):
            raise _Broken(Fault.EXPORT, export.first_seal)
        found |= dict.fromkeys(range(export.first_seal, export.last_seal + 1), export)
    return found


def _check_gap(last: int, seal: Seal, export: RecordExport) -> bytes:
    """The root of a seal whose rows are in a file: the chain over it must be the one exported, and
    no row may stand in the gap.
    """
    row = AuditRecord.objects.filter(seq__gt=last, seq__lte=seal.last_seq).order_by("seq").first()
    if row is not None:
        raise _Broken(Fault.ADDED, row.seq)
    if seal.number == export.last_seal and seal.chain != export.chain:
        raise _Broken(Fault.SEAL, seal.number)
    return bytes.fromhex(seal.root)


def _rows_of(after: int, until: int | None = None) -> Iterator[Row]:
    rows = AuditRecord.objects.filter(seq__gt=after).order_by("seq")
    if until is not None:
        rows = rows.filter(seq__lte=until)
    found: Iterator[Row] = rows.values("seq", "row_hash", *rules.HASHED).iterator(chunk_size=2000)
    return found


def _check_hash(row: Row) -> None:
    if rules.row_hash(row) != row["row_hash"]:
        raise _Broken(Fault.TOUCHED, row["seq"])


def _check_rows(last: int, seal: Seal) -> list[bytes]:
    """The leaves of a seal's rows, each of which is as it was when it was sealed."""
    size, kept = chain.SHORT, bytes(seal.leaves)
    wanted = [kept[start : start + size] for start in range(0, len(kept), size)]
    leaves: list[bytes] = []
    seq = last
    for row in _rows_of(last, seal.last_seq):
        _check_hash(row)
        seq, place = row["seq"], len(leaves)
        leaf = chain.leaf(seq, row["row_hash"])
        if wanted[place : place + 1] != [leaf[:size]]:
            raise _Broken(_fault_at(leaf[:size], wanted[place:], last, seal), seq)
        leaves.append(leaf)
    if len(leaves) < len(wanted):
        raise _Broken(Fault.MISSING, seq)
    return leaves


def _fault_at(leaf: bytes, wanted: list[bytes], last: int, seal: Seal) -> Fault:
    """Why a row is not the next that was sealed: one before it is gone, it is one too many, or it
    was changed together with its own hash.
    """
    if leaf in wanted:
        return Fault.MISSING
    there = AuditRecord.objects.filter(seq__gt=last, seq__lte=seal.last_seq).count()
    return Fault.ADDED if there > seal.rows else Fault.TOUCHED


def _check_note(note: Note) -> None:
    seal = Seal.objects.defer("leaves").filter(number=note.number).first()
    if seal is None:
        raise _Broken(Fault.CUT, note.number)
    if seal.chain != note.chain:
        raise _Broken(Fault.REWRITTEN, note.number)

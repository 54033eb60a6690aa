# SPDX-License-Identifier: MulanPSL-2.0
"""Checking that no row of the record was touched."""

from dataclasses import dataclass

from linli.kernel.audit import rules
from linli.kernel.audit.models import AuditRecord


@dataclass(frozen=True)
class VerifyResult:
    """How many rows were checked, and the first whose hash does not fit (None: all fit)."""

    rows: int
    first_broken: int | None

    @property
    def is_whole(self) -> bool:
        """Whether every row is as it was written."""
        return self.first_broken is None


def verify() -> VerifyResult:
    """Check every row against its hash, in order; stops at the first that does not fit."""
    count = 0
    rows = AuditRecord.objects.order_by("seq").values("seq", "row_hash", *rules.HASHED)
    for row in rows.iterator(chunk_size=2000):
        count += 1
        if rules.row_hash(row) != row["row_hash"]:
            return VerifyResult(count, row["seq"])
    return VerifyResult(count, None)

# SPDX-License-Identifier: MulanPSL-2.0
"""Exports in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from linli.base import clock
from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.files.models import Export
from linli.kernel.files.terms import ExportState, Format, Personal
from linli.kernel.sockets import registry
from linli.kernel.workflow.selectors import names_of

TONES = {
    ExportState.WAITING: "soon",
    ExportState.MAKING: "brand",
    ExportState.READY: "good",
    ExportState.DECLINED: "late",
    ExportState.FAILED: "late",
}


@dataclass(frozen=True, slots=True)
class ExportLine:
    """An export in a list: what it is of, who asked and who decided, how far it is."""

    export: Export
    name: str
    asked_by: str
    decided_by: str
    state: Message
    tone: str
    personal: Message
    format: Message

    @property
    def can_fetch(self) -> bool:
        """Whether its file is there to be fetched."""
        ends_at = self.export.ends_at
        is_ready = self.export.state == ExportState.READY
        return is_ready and ends_at is not None and clock.now() < ends_at

    @property
    def is_making(self) -> bool:
        """Whether it is being made just now."""
        return self.export.state == ExportState.MAKING


def export_lines(rows: Iterable[Export]) -> list[ExportLine]:
    """Exports for a list; one query however many."""
    found = list(rows)
    names = names_of([who for row in found for who in (row.asked_by_id, row.decided_by_id)])
    return [
        ExportLine(
            row,
            list_name(row.source),
            names.get(row.asked_by_id, ""),
            names.get(row.decided_by_id or 0, ""),
            ExportState(row.state).label,
            TONES.get(ExportState(row.state), ""),
            Personal(row.personal).label,
            Format(row.format).label,
        )
        for row in found
    ]


def list_name(key: str) -> str:
    """What a list is called."""
    source = registry.exports().get(key)
    return label(source.label) if source is not None else key

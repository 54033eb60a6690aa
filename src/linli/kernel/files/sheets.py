# SPDX-License-Identifier: MulanPSL-2.0
"""Writing the rows of an export, one after the other: as CSV, or as a workbook of one sheet.

No cell is ever taken for a formula, whatever people have written into it.
"""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.text import clean
from linli.kernel.files.terms import Format

RISKY = frozenset("=+-@\t\r＝＋－＠")
"""A cell that begins so is run by spreadsheets, some of which read the wide forms alike."""
MARK = "'"
CELL_LONGEST = 32_000
"""Characters that every spreadsheet takes in one cell."""


def cell(value: object) -> str:
    """A value as it stands in a cell: plain text without control characters, half characters or
    anything that runs.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | dt.date):
        return str(value)
    text = str(value).strip()
    text = (text if text.isprintable() else clean(text))[:CELL_LONGEST]
    return f"{MARK}{text}" if text[:1] in RISKY else text


class Sheet(Protocol):
    """What takes rows, one at a time, and writes them into a file."""

    def add(self, cells: Sequence[object]) -> None:
        """One more row."""

    def close(self) -> None:
        """That was the last one."""


class CsvSheet:
    """CSV as spreadsheets open it: UTF-8 with a mark at its beginning, every cell in quotes."""

    def __init__(self, file: BinaryIO, title: str) -> None:
        del title
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def add(self, cells: Sequence[object]) -> None:
        """One more row."""
        self._writer.writerow([cell(value) for value in cells])

    def close(self) -> None:
        """That was the last one; the file stays open."""
        self._text.flush()
        self._text.detach()


class XlsxSheet:
    """A workbook that is written row by row and never whole in memory; its metadata tell whose it
    is.
    """

    def __init__(self, file: BinaryIO, title: str) -> None:
        from openpyxl import Workbook

        self._file = file
        self._book = Workbook(write_only=True)
        self._book.properties.title = self._book.properties.description = title
        self._book.properties.creator = "Linli"
        self._sheet = self._book.create_sheet("Linli")

    def add(self, cells: Sequence[object]) -> None:
        """One more row, of text alone."""
        from openpyxl.cell import WriteOnlyCell

        row = [WriteOnlyCell(self._sheet, value=cell(value)) for value in cells]
        for each in row:
            each.data_type = "s"
        self._sheet.append(row)

    def close(self) -> None:
        """That was the last one."""
        self._book.save(self._file)


SHEETS: dict[str, type[CsvSheet] | type[XlsxSheet]] = {
    Format.CSV: CsvSheet,
    Format.XLSX: XlsxSheet,
}

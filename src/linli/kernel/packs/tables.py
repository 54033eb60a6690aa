# SPDX-License-Identifier: MulanPSL-2.0
"""Changing one row of a table as text: every other line stays as it is, byte for byte."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from linli.kernel.packs.terms import KEYS, TABLES

FILES = {kind: file for file, kind in TABLES.items()}
"""The file of each table."""

HEADINGS = {
    "class": "id,part_of,zh,en,workflow,urgency,contact_limit,close_limit,calendar,open,clause,"
    "words",
    "duty": "id,class,where_kind,list,lead,support,clause",
    "day": "date,day,zh,en,clause",
    "unit": "id,zh,en,place,clause",
    "service": "id,zh,en,at,workflow,promised_limit,clause",
    "place": "code,part_of,zh,en,level,kind,tags,clause",
}
"""How a table begins that is not there yet."""

BOM = "\ufeff"


@dataclass(frozen=True)
class TableRow:
    """A row as it is written, with the first of its lines and the one behind its last."""

    cells: dict[str, str]
    first: int
    end: int


@dataclass
class Table:
    """A table as its lines, each with its line end, and its rows by key."""

    mark: str
    lines: list[str]
    heading: list[str]
    heading_end: int
    rows: dict[str, TableRow]

    @property
    def line_end(self) -> str:
        """How the lines of this file end."""
        first = self.lines[0] if self.lines else ""
        return "\r\n" if first.endswith("\r\n") else "\n"

    @property
    def text(self) -> str:
        """The whole file."""
        return self.mark + "".join(self.lines)


def table_read(text: str, kind: str) -> Table:
    """Read a table; "" is a table without rows. Raises csv.Error for what is no table."""
    mark = BOM if text.startswith(BOM) else ""
    lines = (text.removeprefix(BOM) or f"{HEADINGS[kind]}\n").splitlines(keepends=True)
    reader = csv.reader([line.rstrip("\r\n") for line in lines], strict=True)
    heading = [name.strip() for name in next(reader, [])]
    table = Table(mark, lines, heading, reader.line_num, {})
    before = reader.line_num
    for cells in reader:
        named = zip(heading, (cell.strip() for cell in cells), strict=False)
        row = {name: cell for name, cell in named if cell}
        if cells:
            key = row.get(KEYS[kind], "")
            table.rows.setdefault(key, TableRow(row, before, reader.line_num))
        before = reader.line_num
    return table


def row_put(text: str, kind: str, key: str, cells: Mapping[str, str]) -> str:
    """The table with a row of that key saying these cells: in place of the one there, else last."""
    table = table_read(text, kind)
    given = {name: one_line(cell) for name, cell in cells.items() if one_line(cell)}
    given[KEYS[kind]] = key
    standing = table.rows.get(key)
    if standing is not None and standing.cells == given:
        return text
    for name in given:
        if name not in table.heading:
            _column_add(table, name)
    line = _written([given.get(name, "") for name in table.heading])
    if standing is not None:
        table.lines[standing.first : standing.end] = [line + table.line_end]
    else:
        if table.lines and not table.lines[-1].endswith(("\n", "\r")):
            table.lines[-1] += table.line_end
        table.lines.append(line + table.line_end)
    return table.text


def row_drop(text: str, kind: str, key: str) -> str:
    """The table without the row of that key."""
    table = table_read(text, kind)
    standing = table.rows.get(key)
    if standing is not None:
        del table.lines[standing.first : standing.end]
    return table.text


def one_line(cell: str) -> str:
    """A cell without line breaks, which a table cannot hold."""
    return " ".join(str(cell).split()).strip()


def _column_add(table: Table, name: str) -> None:
    """One more column, empty in every row; nothing else of the lines changes."""
    table.heading.append(name)
    _extend(table, table.heading_end, name)
    for row in table.rows.values():
        _extend(table, row.end, "")


def _extend(table: Table, end: int, cell: str) -> None:
    line = table.lines[end - 1]
    bare = line.rstrip("\r\n")
    table.lines[end - 1] = f"{bare},{cell}{line[len(bare) :]}"


def _written(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()

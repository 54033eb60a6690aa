# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a list from a CSV or Excel file row by row, whatever its encoding; says plainly what it
cannot read.
"""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.base.text import clean_line, narrow

LARGEST = 100 * 1024 * 1024
"""Bytes of a file, and (times ten) of what an Excel file unpacks to, (times two) of a part of it
that is read at once.
"""
HEADS_WITHIN = 10
"""The row of heads is looked for among so many first rows; titles may stand above it."""
MOST_CELLS = 200
MOST_PARTS, DENSEST = 2_000, 200
"""Parts of an Excel file, and how many times smaller than its content it may be: lists are some
twenty times smaller.
"""
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    ET.ParseError,
    KeyError,
    ValueError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the parts of a damaged Excel file end with."""
CHUNK = 1 << 20
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = ("utf-8-sig", "gb18030")
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Row:
    """One row of a list: the line it stands in, its cells by field, and what is wrong with it as a
    whole.
    """

    line: int
    cells: Mapping[str, Any]
    problem: str = ""


Columns = Mapping[str, Sequence[str]]
"""For each field the heads that its column may have."""
Table = Iterator[tuple[int, Sequence[Any]]]
"""The rows of a file with the lines they stand in."""


def rows_of(path: Path, columns: Columns, needed: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, empty ones left out; only the columns that are asked for.

    Raises Invalid as `table_of`, and without the columns that are needed (merged or missing heads).
    """
    table, may_overflow = table_of(path)
    return _rows(table, columns, needed, may_overflow=may_overflow)


def table_of(path: Path) -> tuple[Table, bool]:
    """All rows of a file, and whether a row may be longer than its heads (Excel's are).

    The sort of file is told by its content. Raises Invalid for one that is too large, of another
    sort, or in no known encoding.
    """
    size = path.stat().st_size
    if size == 0:
        raise _refused(_("The file is empty."), "file_empty")
    if size > LARGEST:
        raise _refused(_("The file is larger than 100 MB. Please split it."), "file_large")
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(OLD_EXCEL):
        message = _("This is an old Excel file (.xls). Save it as .xlsx and try again.")
        raise _refused(message, "file_old")
    is_excel = head.startswith(ZIP)
    return (_excel(path) if is_excel else _csv(path, head)), is_excel


def heads_of(path: Path, known: Collection[str]) -> list[str]:
    """The heads of a file: of its first rows that in which most are known, else the fullest.

    Raises Invalid as `table_of`, and for a file without any rows.
    """
    table, _may_overflow = table_of(path)
    first = [_trimmed(cells) for _line, cells in islice(table, HEADS_WITHIN)]
    wanted = {_head(name) for name in known}
    best = max(
        first,
        key=lambda cells: (sum(_head(cell) in wanted for cell in cells), _filled(cells)),
        default=(),
    )
    if not best:
        raise _refused(_("The file is empty."), "file_empty")
    return [clean_line(str(cell)) if cell is not None else "" for cell in best]


def _filled(cells: Sequence[Any]) -> int:
    return sum(_head(cell) != "" for cell in cells)


def _rows(
    table: Table, columns: Columns, needed: Sequence[str], *, may_overflow: bool
) -> Iterator[Row]:
    seen: list[Sequence[Any]] = []
    for _line, cells in table:
        seen.append(cells)
        fields = _fields(cells, columns)
        if all(name in fields for name in needed):
            _ensure_once(cells, columns)
            return _below(table, fields, MOST_CELLS if may_overflow else len(_trimmed(cells)))
        if len(seen) >= HEADS_WITHIN:
            break
    raise _refused(_heads_words(seen, columns, needed), "heads_unknown")


def _fields(cells: Sequence[Any], columns: Columns) -> dict[str, int]:
    """At which cell each field's column begins, by its head."""
    heads = {_head(cell): number for number, cell in reversed(list(enumerate(cells)))}
    found: dict[str, int] = {}
    for field, names in columns.items():
        for name in names:
            if _head(name) in heads and field not in found:
                found[field] = heads[_head(name)]
    return found


def _head(cell: Any) -> str:
    return narrow(str(cell)).casefold() if cell is not None else ""


def _ensure_once(cells: Sequence[Any], columns: Columns) -> None:
    wanted = {_head(name) for names in columns.values() for name in names}
    heads = [_head(cell) for cell in cells]
    twice = sorted({head for head in heads if head in wanted and heads.count(head) > 1})
    if twice:
        message = _("The column “%(name)s” is there twice. Which one is meant?")
        raise _refused(message % {"name": twice[0]}, "head_twice")


def _heads_words(seen: Sequence[Sequence[Any]], columns: Columns, needed: Sequence[str]) -> str:
    """What is missing, what was found, and how to mend it."""
    best = max((_fields(cells, columns) for cells in seen), key=len, default={})
    missing = [columns[name][0] for name in needed if name not in best]
    found = [clean_line(str(cell))[:20] for cell in (seen[0] if seen else ()) if cell is not None]
    message = _(
        "None of the first %(rows)s rows has the heads that are needed; missing: %(missing)s. "
        "The file begins with: %(found)s. Heads in merged cells or over two rows have to be one "
        "row of single cells."
    )
    return message % {
        "rows": HEADS_WITHIN,
        "missing": ", ".join(missing),
        "found": ", ".join(found[:12]) or _("nothing"),
    }


def _below(table: Table, fields: Mapping[str, int], width: int) -> Iterator[Row]:
    for line, cells in table:
        kept = _trimmed(cells)
        if not kept:
            continue
        values = {name: kept[at] if at < len(kept) else None for name, at in fields.items()}
        problem = ""
        if len(kept) > width:
            problem = _("%(count)s cells under %(width)s heads: a quote or comma is amiss.") % {
                "count": len(kept),
                "width": width,
            }
        yield Row(line, values, problem)


def _trimmed(cells: Sequence[Any]) -> Sequence[Any]:
    """The cells up to the last one that holds something."""
    end = len(cells)
    while end and (cells[end - 1] is None or str(cells[end - 1]).strip() == ""):
        end -= 1
    return cells[:end]


def _csv(path: Path, head: bytes) -> Table:
    encoding = next((name for mark, name in MARKS.items() if head.startswith(mark)), "")
    if not encoding or not _decodes(path, encoding):
        encoding = _encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",\t;", key=first.count)
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeError) as error:
                message = _("Line %(line)s cannot be read: %(why)s.")
                said = {"line": line, "why": str(error)[:80]}
                raise _refused(message % said, "line_unreadable") from error
            yield line, cells[:MOST_CELLS]


def _encoding_of(path: Path) -> str:
    """The first encoding in which the whole file makes sense; files from Chinese Excel are often
    GBK.
    """
    for name in ENCODINGS:
        if _decodes(path, name):
            return name
    message = _("The file is neither in UTF-8 nor in GBK. Save it as “CSV UTF-8” and try again.")
    raise _refused(message, "encoding_unknown")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while data := file.read(CHUNK):
                if "\0" in decoder.decode(data):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _excel(path: Path) -> Table:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as packed:
                _ensure_no_bomb(packed.infolist())
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            yield from enumerate(sheet.iter_rows(values_only=True, max_col=MOST_CELLS), start=1)
    except (InvalidFileException, *DAMAGES) as error:
        message = _("This is no Excel file, or it is damaged. Save it again as .xlsx or CSV.")
        raise _refused(message, "file_broken") from error


def _ensure_no_bomb(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Raises Invalid where a file unpacks to what no list is: sizes are believed, as no more than
    what is told of a part is ever read of it.
    """
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    at_once = [part.file_size for part in parts if "/worksheets/" not in part.filename]
    is_dense = unpacked > LARGEST / 10 and unpacked > DENSEST * packed
    is_large = unpacked > 10 * LARGEST or max(at_once, default=0) > 2 * LARGEST
    if is_large or is_dense or len(parts) > MOST_PARTS:
        raise _refused(_("The file is larger than 100 MB. Please split it."), "file_large")


def _refused(message: str, code: str) -> Invalid:
    return Invalid(message, code=code)

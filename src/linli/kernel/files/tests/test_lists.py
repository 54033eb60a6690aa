# SPDX-License-Identifier: MulanPSL-2.0
"""Excel files that are made to do harm."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from linli.base.errors import Invalid
from linli.kernel.files import lists

COLUMNS = {"what": ["留言详情"]}
SHEET = "xl/worksheets/sheet1.xml"
CELL = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    '<c t="inlineStr"><is><t>留言详情{}</t></is></c></row></sheetData></worksheet>'
)
LAUGHS = (
    '<!DOCTYPE worksheet [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE worksheet [<!ENTITY a SYSTEM "/etc/passwd">]>'
SHEETS = {
    "words that grow": LAUGHS + CELL.format("&a9;"),
    "words from elsewhere": OUTSIDE + CELL.format("&a;"),
    "a sheet that breaks off": CELL.format("")[:-30],
}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Writes an Excel file with a list, then puts other parts into it."""

    def write(**parts: str) -> Path:
        book = Workbook()
        assert book.active is not None
        book.active.append(["留言详情"])
        book.active.append(["路坏了"])
        plain = io.BytesIO()
        book.save(plain)
        path = tmp_path / "list.xlsx"
        names = {
            name.replace("__", "/").replace("_dot_", "."): text for name, text in parts.items()
        }
        with (
            zipfile.ZipFile(plain) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                if name not in names:
                    new.writestr(name, old.read(name))
            for name, text in names.items():
                new.writestr(name, text)
        return path

    return write


def read(path: Path) -> list[lists.Row]:
    """Every row of a file."""
    return list(lists.rows_of(path, COLUMNS, ["what"]))


def refused(path: Path) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Invalid) as refusal:
        read(path)
    return refusal.value.code


def test_an_ordinary_one_is_read(changed: Callable[..., Path]) -> None:
    assert [row.cells["what"] for row in read(changed())] == ["路坏了"]


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(changed: Callable[..., Path]) -> None:
    path = changed(xl__media__image1_dot_png="0" * 30_000_000)
    assert path.stat().st_size < 100_000
    assert refused(path) == "file_large"


def test_one_of_very_many_parts_is_refused(changed: Callable[..., Path]) -> None:
    parts = {f"xl__media__{number}_dot_png": "" for number in range(lists.MOST_PARTS)}
    assert refused(changed(**parts)) == "file_large"


@pytest.mark.parametrize("text", SHEETS.values(), ids=SHEETS)
def test_a_sheet_that_is_no_list_of_cells_is_damage(
    changed: Callable[..., Path], text: str
) -> None:
    assert refused(changed(xl__worksheets__sheet1_dot_xml=text)) == "file_broken"


def test_bytes_that_do_not_unpack_are_damage(changed: Callable[..., Path]) -> None:
    path = changed()
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        at = packed.getinfo(SHEET).header_offset
    begin = at + 30 + len(SHEET)
    whole[begin : begin + 20] = b"\xff" * 20
    path.write_bytes(bytes(whole))
    assert refused(path) == "file_broken"

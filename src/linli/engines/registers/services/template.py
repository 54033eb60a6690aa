# SPDX-License-Identifier: MulanPSL-2.0
"""The workbook that somebody fills in to take a list into a register."""

import io
import re
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.text import label
from linli.engines.registers.rules.columns import Column, columns_of
from linli.engines.registers.selectors import Register
from linli.kernel.forms.rules.checking import offered
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.terms import FieldType

_WHEN = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
WIDTH = 18
MOST_OPTIONS = 60
_SAID = {
    FieldType.WHOLE: gettext_lazy("a whole number"),
    FieldType.NUMBER: gettext_lazy("a number"),
    FieldType.MONEY: gettext_lazy("an amount in yuan"),
    FieldType.DATE: gettext_lazy("a day, such as 2025-03-07"),
    FieldType.YES_NO: gettext_lazy("是 or 否 (yes or no)"),
    FieldType.PHONE: gettext_lazy("a mobile number, or a landline with its area code"),
    FieldType.USCC: gettext_lazy("the 18 characters of the credit code"),
    FieldType.PERSON: gettext_lazy("an ID number, a phone, or a name nobody else has"),
    FieldType.UNIT: gettext_lazy("the name of the unit as it is on file"),
    FieldType.PLACE: gettext_lazy("the name or code of the place"),
    FieldType.HOUSEHOLD: gettext_lazy("the name or code of the dwelling"),
    FieldType.RECORD: gettext_lazy("its name as it is on file"),
}


def template_write(file: BinaryIO, register: Register, path: str) -> None:
    """Write it: a sheet with the heads alone, and one that says what may stand below each."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    columns = list(columns_of(register.spec).values())
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = register.label[:31]
    sheet.append([label(each.label) for each in columns])
    for number, each in enumerate(columns, start=1):
        sheet.cell(row=1, column=number).font = Font(bold=each.is_needed)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    sheet.freeze_panes = "A2"
    told = book.create_sheet(_("What to write"))
    told.append([_("Column"), _("Needed"), _("What to write")])
    for each in columns:
        told.append(
            [label(each.label), _("Yes") if each.is_needed else "", _hint(register, each, path)]
        )
    for letter, width in (("A", WIDTH), ("B", 8), ("C", 80)):
        told.column_dimensions[letter].width = width
    drawn = io.BytesIO()
    book.save(drawn)
    _steady(drawn, file)


def _steady(drawn: BinaryIO, file: BinaryIO) -> None:
    """The same workbook for the same register, whenever it is made: nothing tells the time."""
    with (
        zipfile.ZipFile(drawn) as parts,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in parts.infolist():
            content = _WHEN.sub(b"", parts.read(part))
            target.writestr(zipfile.ZipInfo(part.filename), content)


def _hint(register: Register, column: Column, path: str) -> str:
    """What may stand in a column: its options, else what sort of value it takes."""
    if column.field is None:
        return ""
    options = offered(column.key, column.field, choices_for(register.spec, path)) or {}
    words = [
        label(each if isinstance(each, dict) else each.as_label()) for each in options.values()
    ]
    if words:
        return "、".join(words[:MOST_OPTIONS])
    helped = column.field.help
    said = [_SAID.get(column.field.kind, ""), label(helped.as_label()) if helped else ""]
    return " · ".join(str(each) for each in said if each)

# SPDX-License-Identifier: MulanPSL-2.0
"""The columns that a list to be taken into a register may have, and what stands in their cells."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.base.text import clean, clean_line, digits, narrow
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.terms import About
from linli.kernel.files.dates import UnreadableDate, moment_read
from linli.kernel.forms.grammar import FieldSpec
from linli.kernel.forms.terms import FILES, REFERENCES, FieldType

PLACE, SUBJECT, NAME, ID_NUMBER, PHONE = "@place", "@subject", "@name", "@id_number", "@phone"
"""Columns beside the fields: where a record lies, and whom or what it is about."""

TOTALS = ("合计", "总计", "小计", "total", "sum")
"""A row that begins so is no record."""

_BETWEEN = re.compile(r"[、,，;；/\n]+")
_BESIDE = re.compile(r"[*＊]|[（(](必填|选填|单位.*|required|optional)[)）]", re.IGNORECASE)
_PLACE_NAMES = (
    "所在地点",
    "地点",
    "Place",
    "所在社区",
    "社区",
    "社区（村）",
    "村（社区）",
    "网格",
    "小区",
    "楼栋",
)
_PERSON = {
    NAME: {"zh": "姓名", "en": "Name of the person"},
    ID_NUMBER: {"zh": "身份证号", "en": "ID number"},
    PHONE: {"zh": "手机号", "en": "Phone"},
}
_PERSON_NAMES = {
    NAME: ("名字", "name"),
    ID_NUMBER: ("身份证", "身份证号码", "公民身份号码", "证件号码"),
    PHONE: ("电话", "手机", "联系电话", "手机号码", "联系方式"),
}
_SUBJECT = {
    About.UNIT: {"zh": "单位名称", "en": "Name of the unit"},
    About.HOUSEHOLD: {"zh": "住户（房屋）", "en": "Household (dwelling)"},
}


@dataclass(frozen=True)
class Column:
    """One column: what it is called in a template, and what else it may be called."""

    key: str
    label: Mapping[str, str]
    names: tuple[str, ...]
    is_needed: bool
    field: FieldSpec | None = None


def columns_of(spec: RegisterSpec) -> dict[str, Column]:
    """The columns of a register's list, in the order of a template: place, subject, fields."""
    found = [Column(PLACE, {"zh": "所在地点", "en": "Place"}, _PLACE_NAMES, is_needed=False)]
    found += _of_subject(spec)
    for name, field in spec.own.items():
        if field.kind is FieldType.TABLE or field.kind in FILES:
            continue
        said = field.title
        names = (*said.values(), name, *field.also_called)
        found.append(Column(name, said, names, field.need and field.when is None, field))
    return {each.key: each for each in found}


def _of_subject(spec: RegisterSpec) -> list[Column]:
    if not spec.asks_subject:
        return []
    if spec.about is About.PERSON:
        return [
            Column(key, said, (*said.values(), *_PERSON_NAMES[key]), is_needed=key == NAME)
            for key, said in _PERSON.items()
        ]
    said = _SUBJECT[spec.about]
    return [Column(SUBJECT, said, tuple(said.values()), is_needed=True)]


def guessed(columns: Mapping[str, Column], heads: Sequence[str]) -> dict[str, str]:
    """Which head each column most likely has; a field that is called so comes before all else."""
    found: dict[str, str] = {}
    left = {_plain(head): head for head in reversed(heads) if head}
    for each in sorted(columns.values(), key=lambda one: one.field is None):
        for name in each.names:
            if _plain(name) in left:
                found[each.key] = left.pop(_plain(name))
                break
    return {key: found[key] for key in columns if key in found}


def _plain(head: str) -> str:
    return narrow(_BESIDE.sub("", head)).casefold()


def text_of(cell: Any) -> str:
    """A cell as one line of text; a number without the ".0" that a spreadsheet gives it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return clean_line(str(cell))


def is_total(cells: Mapping[str, Any]) -> bool:
    """Whether a row sums up others."""
    first = next(filter(None, map(text_of, cells.values())), "")
    return narrow(first).casefold().startswith(TOTALS)


def value_of(field: FieldSpec, options: Mapping[str, Any] | None, cell: Any) -> Any:
    """A cell as somebody would have filled it into the form; what cannot be read stays as it is, so
    that the check of its type says how to mend it.
    """
    text = text_of(cell)
    if not text or field.kind in REFERENCES:
        return text or None
    if field.kind in (FieldType.CHOICES, FieldType.CHECK_LIST):
        return [_key_of(each, options) for each in _BETWEEN.split(text) if each.strip()]
    if options is not None:
        return _key_of(text, options)
    if field.kind is FieldType.LONG_TEXT:
        return clean(str(cell))
    return _TYPED.get(field.kind, _as_it_is)(cell, text)


def _as_it_is(_cell: Any, text: str) -> str:
    return text


def _key_of(text: str, options: Mapping[str, Any] | None) -> str:
    """The option that is called so, in either language."""
    wanted = _plain(text)
    for key, said in (options or {}).items():
        words = said if isinstance(said, Mapping) else said.as_label()
        if wanted in (key, *(_plain(each) for each in words.values())):
            return key
    return text


def _day_of(cell: Any, text: str) -> str:
    try:
        moment = moment_read(cell)
    except UnreadableDate:
        return text
    return "" if moment is None else moment.date().isoformat()


def _number_of(_cell: Any, text: str) -> str:
    return digits(text).upper()


_TYPED = {
    FieldType.DATE: _day_of,
    FieldType.ID_NUMBER: _number_of,
    FieldType.USCC: _number_of,
}


def row_key(cells: Mapping[str, Any]) -> str:
    """What makes a row the same row when a list is taken in again: everything it says."""
    said = "\x1e".join(f"{name}\x1f{text_of(cells[name])}" for name in sorted(cells))
    return hashlib.sha256(said.encode()).hexdigest()

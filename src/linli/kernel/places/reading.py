# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a file of divisions (CSV) or boundaries (GeoJSON) into rows; nothing is written here."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.base.text import clean_line, narrow
from linli.kernel.places import rules
from linli.kernel.places.terms import Level, Shape

ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_NAME = 200

HEADINGS = {
    "code": ("code", "代码", "区划代码", "统计用区划代码"),
    "name": ("name", "名称", "区划名称"),
    "level": ("level", "级别", "层级"),
    "parent_code": ("parent_code", "parentcode", "parent", "上级代码", "上级区划代码"),
    "street_code": ("streetcode", "street_code"),
    "area_code": ("areacode", "area_code"),
    "city_code": ("citycode", "city_code"),
    "province_code": ("provincecode", "province_code"),
}
"""What the columns of the known shapes are called, in lower case."""

CODES_ABOVE = (
    ("street_code", Level.COMMUNITY),
    ("area_code", Level.SUBDISTRICT),
    ("city_code", Level.DISTRICT),
    ("province_code", Level.CITY),
)
"""Columns that name a place above, nearest first, and the level of a row that has none nearer."""

PARENT_COLUMNS = ("parent_code", *(column for column, _level in CODES_ABOVE))


@dataclass(frozen=True)
class Row:
    """One place as a file says it; `parents` are the codes it may hang under, nearest first."""

    line: int
    code: str
    name: str
    level: Level
    parents: tuple[str, ...]
    boundary: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Trouble:
    """A row that was skipped or mended, and why."""

    line: int
    code: str
    why: str


@dataclass
class Source:
    """A file as read: its shape, the rows that can be understood, and those that cannot."""

    shape: Shape
    rows: list[Row] = field(default_factory=list)
    skipped: list[Trouble] = field(default_factory=list)
    count: int = 0

    def put(self, found: Row | Trouble) -> None:
        """Keep one more line of the file, understood or not."""
        self.count += 1
        if isinstance(found, Row):
            self.rows.append(found)
        else:
            self.skipped.append(found)


def source_read(content: bytes) -> Source:
    """Read a file of one of the known shapes, told by its content and headings.

    Raises Invalid when it is no such file; single rows that cannot be understood are in `skipped`.
    """
    text = _decoded(content)
    found = _boundaries(text) if text.lstrip()[:1] in ("{", "[") else _divisions(text)
    _drop_twins(found)
    return found


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip() and "\0" not in text:
            return text
    raise _unreadable(_("The file is no text; give a CSV or GeoJSON file."))


def _unreadable(message: str) -> Invalid:
    return Invalid(message, code="places_file_unreadable")


def _drop_twins(source: Source) -> None:
    first: dict[str, Row] = {}
    for row in source.rows:
        standing = first.setdefault(row.code, row)
        if standing is not row:
            why = _("line %(line)s has the same code") % {"line": standing.line}
            source.skipped.append(Trouble(row.line, row.code, why))
    source.rows = list(first.values())
    source.skipped.sort(key=lambda trouble: trouble.line)


# Divisions


def _divisions(text: str) -> Source:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = _columns(next(_cells(reader), []))
    if "code" not in columns or "name" not in columns:
        raise _unreadable(_('The first line must name the columns; at least "code" and "name".'))
    source = Source(_shape(columns))
    for cells in _cells(reader):
        if any(cell.strip() for cell in cells):
            source.put(_division(reader.line_num, cells, columns))
    return source


def _cells(reader: Any) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = _("Line %(line)s cannot be read as CSV: %(error)s")
            raise _unreadable(message % {"line": reader.line_num, "error": error}) from error


def _columns(cells: Sequence[str]) -> dict[str, int]:
    at = {cell.strip().lower(): index for index, cell in enumerate(cells)}
    return {name: at[word] for name, words in HEADINGS.items() for word in words if word in at}


def _shape(columns: Mapping[str, int]) -> Shape:
    if "parent_code" in columns:
        return Shape.WITH_PARENTS
    if any(name in columns for name in PARENT_COLUMNS):
        return Shape.WITH_COLUMNS
    return Shape.CODES_ONLY


def _division(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Row | Trouble:
    values = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
    raw = narrow(values.get("code", ""))
    if len(cells) <= max(columns.values()):
        return Trouble(line, raw, _("the row has fewer cells than the heading line"))
    if not (raw.isascii() and raw.isdigit()):
        return Trouble(line, raw, _("the code is not made of digits alone"))
    code = _padded(raw)
    level = _level(code, values)
    if level is None:
        return Trouble(line, raw, _("code and level do not fit one another"))
    return _row(line, code, values.get("name", ""), level, _above(values))


def _padded(code: str) -> str:
    """Province and city codes of two and four digits at the six that all codes here have."""
    return code.ljust(6, "0") if len(code) in (2, 4) else code


def _level(code: str, values: Mapping[str, str]) -> Level | None:
    number = values.get("level", "")
    if number:
        named = {level.value: level for level in Level}
        return rules.LEVEL_NUMBERS.get(int(number)) if number.isdecimal() else named.get(number)
    if "parent_code" not in values:
        for column, level in CODES_ABOVE:
            if column in values and rules.code_cut(code, level):
                return level
    return rules.level_of_code(code)


def _above(values: Mapping[str, str]) -> list[str]:
    codes = (_padded(values.get(column, "")) for column in PARENT_COLUMNS)
    found = []
    for code in codes:
        level = rules.level_of_code(code)
        cut = rules.code_cut(code, level) if level is not None else None
        if cut:
            found.append(cut)
    return found


def _row(
    line: int,
    code: str,
    name: str,
    level: Level,
    above: Sequence[str],
    *,
    boundary: Mapping[str, Any] | None = None,
) -> Row | Trouble:
    cut = rules.code_cut(code, level)
    if cut is None:
        return Trouble(line, code, _("code and level do not fit one another"))
    words = clean_line(name)
    if not words:
        return Trouble(line, code, _("the name is empty"))
    if len(words) > LONGEST_NAME:
        return Trouble(line, code, _("the name is too long"))
    parents = [
        parent for parent in dict.fromkeys([*above, *rules.parent_codes(cut)]) if parent != cut
    ]
    return Row(line, cut, words, level, tuple(parents), boundary)


# Boundaries


def _boundaries(text: str) -> Source:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _unreadable(_("The file begins like GeoJSON but cannot be read as such.")) from error
    features = data.get("features") if isinstance(data, dict) else None
    if isinstance(data, dict) and data.get("type") == "Feature":
        features = [data]
    if not isinstance(features, list):
        raise _unreadable(_("The file is no GeoJSON collection of features."))
    source = Source(Shape.BOUNDARIES)
    for line, feature in enumerate(features, start=1):
        source.put(_feature(line, feature))
    return source


def _feature(line: int, feature: object) -> Row | Trouble:
    feature = feature if isinstance(feature, dict) else {}
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    raw = str(properties.get("adcode") or properties.get("code") or "").strip()
    if not (raw.isascii() and raw.isdigit()):
        return Trouble(line, raw, _("the feature has no adcode"))
    code = _padded(raw)
    level = rules.level_of_code(code)
    if level is None:
        return Trouble(line, raw, _("code and level do not fit one another"))
    parent = properties.get("parent")
    above = str(parent.get("adcode") or "") if isinstance(parent, dict) else ""
    geometry = feature.get("geometry")
    boundary = geometry if isinstance(geometry, dict) else {}
    return _row(
        line,
        code,
        str(properties.get("name") or ""),
        level,
        _above({"parent_code": above}),
        boundary=boundary,
    )

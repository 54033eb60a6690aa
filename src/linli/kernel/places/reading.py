# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a file of divisions (CSV) or boundaries (GeoJSON) into rows; nothing is written here."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.base.text import clean_line, narrow
from linli.kernel.places import rules
from linli.kernel.places.terms import Level, Shape

UTF8, GB18030 = "utf-8-sig", "gb18030"
COMMON_SHARE = 0.9
"""How much of a file's Chinese must be in everyday use for it to be GB 18030 for certain: Big5 and
others read as such come out as rare characters."""

LONGEST_NAME = 200

HEADINGS = {
    "code": ("code", "代码", "区划代码", "统计用区划代码"),
    "name": ("name", "名称", "区划名称"),
    "level": ("level", "级别", "层级"),
    "former_code": ("former_code", "formercode", "old_code", "原代码", "旧代码", "曾用代码"),
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


@dataclass(frozen=True, slots=True)
class Row:
    """One place as a file says it; `above` are the codes above it that the file names, `former` is
    the code it went by before.
    """

    line: int
    code: str
    name: str
    level: Level
    above: tuple[str, ...] = ()
    boundary: Mapping[str, Any] | None = None
    former: str = ""

    @property
    def parents(self) -> list[str]:
        """The codes it may hang under, nearest first."""
        found = dict.fromkeys([*self.above, *rules.parent_codes(self.code)])
        return [code for code in found if code != self.code]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that was skipped or mended, and why."""

    line: int
    code: str
    why: str


@dataclass
class Source:
    """A file as read: its shape, the rows that can be understood, and those that cannot.

    `notes` say what somebody should know who thinks the file reads otherwise.
    """

    shape: Shape
    rows: list[Row] = field(default_factory=list)
    skipped: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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
    encoding = _encoding(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    found = _boundaries(text.read()) if is_json else _divisions(text)
    if encoding == GB18030:
        found.notes.append(_("The file is not UTF-8; it was read as GBK (GB 18030)."))
    _drop_twins(found)
    return found


def _encoding(content: bytes) -> str:
    """How the file is written. Raises Invalid unless that is certain."""
    for encoding in (UTF8, GB18030):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip() or "\0" in text:
            break
        if encoding == GB18030 and not _is_everyday(text):
            message = _("The file is neither UTF-8 nor GBK; save it as “CSV UTF-8” and try again.")
            raise _unreadable(message)
        return encoding
    raise _unreadable(_("The file is no text; give a CSV or GeoJSON file."))


def _is_everyday(text: str) -> bool:
    """Whether most of the Chinese in a text is of the 6,763 characters of GB 2312."""
    chinese = "".join(sign for sign in text if not sign.isascii())
    common = chinese.encode("gb2312", errors="ignore").decode("gb2312")
    return len(common) >= COMMON_SHARE * len(chinese)


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


def _divisions(text: io.TextIOWrapper) -> Source:
    reader = csv.reader(text, strict=True)
    columns = _columns(next(_cells(reader), []))
    _ensure_named(columns)
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


def _ensure_named(columns: Mapping[str, int]) -> None:
    """Columns may stand in any order; the two that no place can do without must be named."""
    message = _("The first line names no column for the %(what)s; call it %(names)s.")
    words = {"code": _("code"), "name": _("name")}
    lacking = [
        message % {"what": words[key], "names": _or([f'"{one}"' for one in HEADINGS[key]])}
        for key in words
        if key not in columns
    ]
    if lacking:
        raise _unreadable(" ".join(lacking))


def _or(words: Sequence[str]) -> str:
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


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
    former = _former(_padded(narrow(values.get("former_code", ""))), level)
    return _row(line, code, values.get("name", ""), level, _above(values), former=former)


def _former(code: str, level: Level) -> str:
    """A former code at the digits of its level, which should be the row's."""
    own = rules.level_of_code(code)
    return rules.code_cut(code, level) or (own and rules.code_cut(code, own)) or code


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
    former: str = "",
) -> Row | Trouble:
    cut = rules.code_cut(code, level)
    if cut is None:
        return Trouble(line, code, _("code and level do not fit one another"))
    words = clean_line(name)
    if not words:
        return Trouble(line, code, _("the name is empty"))
    if len(words) > LONGEST_NAME:
        return Trouble(line, code, _("the name is too long"))
    codes = tuple(sys.intern(one) for one in above)
    return Row(line, cut, words, level, codes, boundary, "" if former == cut else former)


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

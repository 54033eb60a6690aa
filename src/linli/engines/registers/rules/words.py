# SPDX-License-Identifier: MulanPSL-2.0
"""A value as a word by which a record is found: words of one field compare as its values do.

Words are derived: they can be made again from the values. One made in the clear begins with "=", so
that it is never taken for a blind index.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linli.base import crypto
from linli.base.pinyin import text_key
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.terms import WORD
from linli.kernel.forms.rules.sealing import is_personal
from linli.kernel.forms.terms import FieldType

LONGEST = 400
_LARGEST = Decimal(10**15)
_PLACES = Decimal("0.000001")

FINDABLE = {
    FieldType.TEXT,
    FieldType.WHOLE,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.SHARE,
    FieldType.DATE,
    FieldType.TIME,
    FieldType.DATETIME,
    FieldType.YES_NO,
    FieldType.CHOICE,
    FieldType.CHOICES,
    FieldType.CHECK_LIST,
    FieldType.CLASS,
    FieldType.PERSON,
    FieldType.HOUSEHOLD,
    FieldType.PLACE,
    FieldType.UNIT,
    FieldType.RECORD,
    FieldType.ID_NUMBER,
    FieldType.PHONE,
    FieldType.USCC,
}
"""Types of fields that may be declared `find`."""


def _number(value: Any) -> str:
    moved = Decimal(str(value)) + _LARGEST
    return f"{moved.quantize(_PLACES):023f}"


def _share(value: Any) -> str:
    share = Fraction(str(value))
    return _number(Decimal(share.numerator) / Decimal(share.denominator))


def _several(value: Any) -> str:
    return f";{';'.join(sorted(map(str, value)))};"


_WORDS: Mapping[FieldType, Callable[[Any], str]] = {
    FieldType.TEXT: lambda value: text_key(str(value)),
    FieldType.WHOLE: _number,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.SHARE: _share,
    FieldType.YES_NO: lambda value: "1" if value else "0",
    FieldType.CHOICES: _several,
    FieldType.CHECK_LIST: _several,
}


def word_of(spec: RegisterSpec, name: str, value: Any) -> str | None:
    """The word of a field's value; None where nothing is filled in.

    That of a personal value is a blind index: it can be found, and neither sorted nor read.
    """
    if value is None:
        return None
    field = spec.fields[name]
    if is_blind(spec, name):
        return crypto.blind_index(str(value), context=WORD)
    return "=" + _WORDS.get(field.kind, str)(value)[:LONGEST]


def words_of(spec: RegisterSpec, name: str, value: Any) -> list[str]:
    """Every word by which records have that value, under old keys as well."""
    if is_blind(spec, name):
        return crypto.blind_indexes(str(value), context=WORD)
    word = word_of(spec, name, value)
    return [] if word is None else [word]


def is_blind(spec: RegisterSpec, name: str) -> bool:
    """Whether a field is found by a blind index: personal, and more than a pointer to a row."""
    field = spec.fields[name]
    return is_personal(spec, field) and field.kind not in POINTERS


POINTERS = (FieldType.PERSON, FieldType.HOUSEHOLD)
"""Types whose value is a number of our own, which says nothing by itself."""

# SPDX-License-Identifier: MulanPSL-2.0
"""Texts as people write them: cleaning, digits, search tokens, masks, labels."""

import re
import unicodedata
from collections.abc import Mapping

from django.utils.translation import get_language

_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)
_DOTS = re.compile("[·•‧・･․∙⋅]")
_WORD = re.compile(r"(?:[^\W_]|[\ue000-\uf8ff])+")
_MOBILE = re.compile(r"(?:\+|00)?(?:86)?(1[3-9][0-9]{9})")
_AREA = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))[-]?([0-9]{7,8})")
_MARK = "*"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Blocks written without spaces between words: CJK with all extensions, kana, bopomofo, 〇.
_HAN = (
    (0x3005, 0x3007),
    (0x3040, 0x31BF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xE000, 0xF8FF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def clean(text: str) -> str:
    """A text fit to be stored: NFC, one sort of line end, no control or direction characters.

    Emoji (with their joiners), characters beyond the BMP (𠮷), tabs and line breaks stay; outer
    space and lone surrogates go.
    """
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(character for character in lines if _is_kept(character)).strip()


def storable(text: str) -> str:
    """A text without what no database can keep: NUL, and halves of characters."""
    return _UNSTORABLE.sub("", text)


def clean_line(text: str) -> str:
    """A text fit for one line (a name, a title): as `clean`, every run of space a single blank."""
    return " ".join(clean(text).split())


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return character in _KEPT_CONTROLS
    if category == "Cf":
        return character in _JOINERS or ord(character) in _TAGS
    return True


def digits(text: str) -> str:
    """The same text with every decimal digit in ASCII: `３号楼` becomes `3号楼`."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def narrow(text: str) -> str:
    """Full-width Latin, digits and signs as ASCII, without any space: for numbers people type."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def bigrams(text: str) -> list[str]:
    """Search tokens of a text or a name, each once, in order.

    Chinese gives every two neighboring characters (`陈桂兰`: `陈桂`, `桂兰`), a lone character
    itself; other writing gives whole lower-case words. The dot of a name (买买提·艾力) joins,
    however it was typed.
    """
    joined = _DOTS.sub("", digits(unicodedata.normalize("NFKC", clean(text)))).casefold()
    found: dict[str, None] = {}
    for word in _WORD.findall(joined):
        for piece, is_han in _runs(word):
            if is_han and len(piece) > 1:
                found.update(dict.fromkeys(piece[n : n + 2] for n in range(len(piece) - 1)))
            else:
                found[piece] = None
    return list(found)


def _runs(word: str) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for character in word:
        is_han = any(first <= ord(character) <= last for first, last in _HAN)
        if runs and runs[-1][1] is is_han:
            runs[-1] = (runs[-1][0] + character, is_han)
        else:
            runs.append((character, is_han))
    return runs


def mask_phone(phone: str) -> str:
    """`138****2046`; of a landline the area code and the last two; else the last two."""
    plain = re.sub(r"[^0-9+]", "", digits(phone))
    mobile = _MOBILE.fullmatch(plain)
    if mobile is not None:
        return f"{mobile[1][:3]}****{mobile[1][-4:]}"
    area = _AREA.fullmatch(plain)
    if area is not None:
        return f"{area[1]}-{_MARK * (len(area[2]) - 2)}{area[2][-2:]}"
    return _MARK * (len(plain) - 2) + plain[-2:] if len(plain) > 4 else _MARK * len(plain)


def mask_name(name: str) -> str:
    """`郭*娣`, `陈*`: first and last character, of two the first, of one none; the dot stays."""
    characters = _graphemes(clean_line(name))
    count = len(characters)
    if count <= 2:
        return "".join(characters[: count - 1]) + _MARK * bool(count)
    middle = (each if _DOTS.fullmatch(each) else _MARK for each in characters[1:-1])
    return characters[0] + "".join(middle) + characters[-1]


def _graphemes(text: str) -> list[str]:
    """Characters as people see them: a mark or variation selector belongs to the one before it."""
    seen: list[str] = []
    for character in text:
        if seen and unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
            seen[-1] += character
        else:
            seen.append(character)
    return seen


def mask_id_number(number: str) -> str:
    """`220**************2X`: the first three and last two characters; if short, all stars."""
    plain = narrow(number)
    if len(plain) < 8:
        return _MARK * len(plain)
    return plain[:3] + _MARK * (len(plain) - 5) + plain[-2:]


def in_both(words: Mapping[str, str]) -> dict[str, str]:
    """A label in both languages; one without English says in English what it says in Chinese."""
    return {"zh": words["zh"], "en": words.get("en") or words["zh"]}


def as_said(text: str) -> dict[str, str]:
    """Somebody's own words as a label: the same in every language."""
    return {"zh": text, "en": text}


def label(words: Mapping[str, str]) -> str:
    """The text of a `{zh, en}` label in the reader's language, else in whichever there is."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return words.get(language) or words.get("zh") or words.get("en") or ""

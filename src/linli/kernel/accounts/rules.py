# SPDX-License-Identifier: MulanPSL-2.0
"""What a log-in name may be."""

import re
import unicodedata

_NAME = re.compile(r"[^\W_](?:[\w.@+-]{0,62}[^\W_])?")


def username_of(typed: str) -> str:
    """The name as it is kept: full-width letters and digits made plain, lower case, no blanks
    around.
    """
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """Whether this may be a log-in name: letters and digits, inside also .

    @ + - _, at most 64 characters.
    """
    return _NAME.fullmatch(name) is not None

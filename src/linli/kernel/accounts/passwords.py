# SPDX-License-Identifier: MulanPSL-2.0
"""What a password must be besides long, unusual and unlike the name (GB/T 22239 8.1.4.1 a)."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS: tuple[Callable[[str], bool], ...] = (
    lambda letter: letter.isascii() and letter.islower(),
    lambda letter: letter.isascii() and letter.isupper(),
    str.isdecimal,
    lambda letter: not (letter.isascii() and letter.isalnum()),
)
ENOUGH_KINDS = 3
ENOUGH_ALONE = 16
"""So many characters are enough, whatever they are: a sentence is better than a riddle."""


class KindsValidator:
    """Three sorts of characters, or a whole sentence."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        del user
        found = sum(any(map(is_kind, password)) for is_kind in KINDS)
        if found < ENOUGH_KINDS and len(password) < ENOUGH_ALONE:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _(
            "Use three of these sorts: small letters, capitals, digits, others;"
            " or sixteen characters, a sentence for example."
        )


class OtherValidator:
    """Another password than the one that is set: a change that changes nothing is none."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if user is not None and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_same")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("Choose another password than the one until now.")

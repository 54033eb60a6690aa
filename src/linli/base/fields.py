# SPDX-License-Identifier: MulanPSL-2.0
"""Model fields for personal values."""

from typing import TYPE_CHECKING, Any

from django.core import checks
from django.db import models

from linli.base import crypto

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """A text that stands encrypted in the database and plain in the model.

    `context` names what it is (`"people.person.phone"`) and is bound to each value; it must never
    change. None and "" are kept as they are. It can be filtered by `isnull` only: to find a value,
    keep its `crypto.blind_index` in a column beside it. Dumps hold the ciphertext.
    """

    description = "Encrypted text"

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Migrations carry the context."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Refuse a field without context, and the index or uniqueness ciphertext cannot give."""
        found = super().check(**kwargs)
        if not self.context:
            found.append(
                checks.Error("An encrypted field needs a context.", obj=self, id="linli.E001")
            )
        if self.unique or getattr(self, "db_index", False):
            hint = "Put the index or uniqueness on the blind index column."
            found.append(
                checks.Error("Ciphertext cannot be indexed.", hint=hint, obj=self, id="linli.E002")
            )
        return found

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: no comparison of ciphertexts means anything."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        plain = super().get_prep_value(value)
        return crypto.encrypt(plain, context=self.context) if plain else plain

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way back.

        Raises:
            Undecryptable: the key is not in the ring, or the value was changed or moved.
        """
        return crypto.decrypt(value, context=self.context) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """What a dump holds: the ciphertext."""
        value: str = self.value_from_object(obj) or ""
        return crypto.encrypt(value, context=self.context) if value else ""

    def to_python(self, value: Any) -> Any:
        """Read a dump back; any other text is itself."""
        text = super().to_python(value)
        if not text or not crypto.is_encrypted(text):
            return text
        try:
            return crypto.decrypt(text, context=self.context)
        except crypto.Undecryptable:
            return text

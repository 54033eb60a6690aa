# SPDX-License-Identifier: MulanPSL-2.0
"""Model fields for personal values."""

from typing import TYPE_CHECKING, Any

from django.core import checks
from django.db import models

from linli.base import crypto
from linli.base.crypto import Purpose

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
    _CharField = models.CharField[Any, Any]
else:
    _TextField = models.TextField
    _CharField = models.CharField


class Keyed:
    """A field whose values were made with keys of the ring; kernel.keys makes them anew with the
    newest.

    `mark` is how a value made with a key begins or, where `is_inside`, what stands in it. `of`
    names the field beside it from which it is made. Without `can_renew` its values cannot be made
    anew: a key stays until they are gone.
    """

    purpose = Purpose.FIELD
    mark = "{key}."
    is_inside = False
    can_renew = True
    of = ""

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The value made with the newest key, as the database keeps it; `stored` and `beside` are
        what stands there in the row with key `pk`.

        Raises:
            Undecryptable: the ring has no key that opens it.
        """
        raise NotImplementedError


KEYED_ELSEWHERE: dict[tuple[str, str], Keyed] = {}
"""Columns of other people's tables in which our parts keep such values: by model and column."""


class EncryptedTextField(Keyed, _TextField):
    """A text that stands encrypted in the database and plain in the model.

    `context` names what it is (`"people.person.phone"`) and is bound to each value; it must never
    change. None and "" are kept as they are. It can be filtered by `isnull` only: to find a value,
    keep its `crypto.blind_index` in a column beside it. Dumps hold the ciphertext.
    """

    description = "Encrypted text"

    def __init__(
        self, *args: Any, context: str = "", purpose: Purpose | str = Purpose.FIELD, **kwargs: Any
    ) -> None:
        self.context = context
        self.purpose = Purpose(purpose)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Migrations carry the context, and a purpose that is not the usual one."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["context"] = self.context
        if self.purpose is not Purpose.FIELD:
            kwargs["purpose"] = self.purpose.value
        return name, path, args, kwargs

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
        return self._encrypted(plain) if plain else plain

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way back.

        Raises:
            Undecryptable: the key is not in the ring, or the value was changed or moved.
        """
        return self._decrypted(value) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """What a dump holds: the ciphertext."""
        value: str = self.value_from_object(obj) or ""
        return self._encrypted(value) if value else ""

    def to_python(self, value: Any) -> Any:
        """Read a dump back; any other text is itself."""
        text = super().to_python(value)
        if not text or not crypto.is_encrypted(text, purpose=self.purpose):
            return text
        try:
            return self._decrypted(text)
        except crypto.Undecryptable:
            return text

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The same text under the newest key."""
        del pk, beside
        return models.Value(self._encrypted(self._decrypted(stored)), models.TextField())

    def _encrypted(self, text: str) -> str:
        return crypto.encrypt(text, context=self.context, purpose=self.purpose)

    def _decrypted(self, text: str) -> str:
        return crypto.decrypt(text, context=self.context, purpose=self.purpose)


class BlindIndexField(Keyed, _CharField):
    """The blind index of the encrypted field `of` beside it, whose context it shares.

    Without `of` the value itself is kept nowhere, and the index cannot be made anew. Migrations
    know it as the plain column that it is.
    """

    purpose = Purpose.INDEX

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        self.can_renew = bool(of)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """A plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clone(self) -> Any:
        """A copy that knows its field."""
        made = super().clone()
        made.of, made.can_renew = self.of, self.can_renew
        return made

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The index of what stands beside it, under the newest key."""
        del stored, pk
        made_from: Any = self.model._meta.get_field(self.of)
        context = made_from.context
        index = crypto.blind_index(crypto.decrypt(beside, context=context), context=context)
        return models.Value(index, models.TextField())

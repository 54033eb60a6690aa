# SPDX-License-Identifier: MulanPSL-2.0
"""The column that holds a person's key, wrapped."""

from typing import TYPE_CHECKING, Any

from django.db import models

from linli.base import crypto
from linli.base.fields import Keyed

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


def context_of(key_id: str) -> str:
    """What the wrapped key of that id is bound to."""
    return f"audit.name_key.{key_id}"


class WrappedKeyField(Keyed, _TextField):
    """The key of a person's name under the ring's audit key; a plain column to migrations."""

    purpose = crypto.Purpose.AUDIT

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """A plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The same key, wrapped with the newest one."""
        del beside
        context = context_of(str(pk))
        wrapped = crypto.key_wrap(crypto.key_unwrap(stored, context=context), context=context)
        return models.Value(wrapped, models.TextField())

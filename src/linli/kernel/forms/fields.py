# SPDX-License-Identifier: MulanPSL-2.0
"""The column that keeps what forms gave, personal values sealed."""

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from linli.base.fields import Keyed
from linli.kernel.forms.rules.sealing import SEALED, resealed

if TYPE_CHECKING:
    _JSONField = models.JSONField[Any, Any]
else:
    _JSONField = models.JSONField


class SealedValuesField(Keyed, _JSONField):
    """Values of forms as `sealing.seal` left them, bound to `context`; a plain column to
    migrations.
    """

    mark = f'{{{{"{SEALED}": "{{key}}.'
    is_inside = True

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """A plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def clone(self) -> Any:
        """A copy bound to the same context."""
        made = super().clone()
        made.context = self.context
        return made

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The same values, those that are sealed under the newest key."""
        del pk, beside
        return models.Value(resealed(json.loads(stored), context=self.context), models.JSONField())

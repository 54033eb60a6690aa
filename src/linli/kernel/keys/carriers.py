# SPDX-License-Identifier: MulanPSL-2.0
"""Every column that holds what a key of the ring has made, found from the models themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from linli.base import crypto
from linli.base.crypto import Purpose
from linli.base.fields import KEYED_ELSEWHERE, Keyed

STORED = "stored_text"
BESIDE = "beside_text"


@dataclass(frozen=True)
class Carrier:
    """One column, with the field that knows how its values are made."""

    model: type[models.Model]
    column: str
    field: Keyed

    @property
    def name(self) -> str:
        """What it is called: "people.person.phone"."""
        return f"{self.model._meta.label_lower}.{self.column}"

    @property
    def purpose(self) -> Purpose:
        """Which keys its values are made with."""
        return self.field.purpose

    def rows(self, key_ids: Iterable[str]) -> models.QuerySet[Any]:
        """The rows that carry one of these keys, with the column as it stands in the database."""
        is_made = models.Q(pk__in=[])
        lookup = f"{STORED}__contains" if self.field.is_inside else f"{STORED}__startswith"
        for key_id in key_ids:
            is_made |= models.Q(**{lookup: self.field.mark.format(key=key_id)})
        return self._as_stored().filter(is_made)

    def older(self) -> models.QuerySet[Any]:
        """The rows that carry a key which reads but does not write any more."""
        return self.rows(crypto.ring().older(self.purpose))

    def put(self, pk: object, stored: str, value: models.Expression) -> bool:
        """Write a renewed value where the one that was read still stands; False if another was
        quicker.
        """
        row = self._as_stored().filter(pk=pk, **{STORED: stored})
        return bool(row.update(**{self.column: value}))

    def _as_stored(self) -> models.QuerySet[Any]:
        rows = self.model._base_manager.annotate(**{STORED: Cast(self.column, models.TextField())})
        beside = self.field.of or self.column
        found: models.QuerySet[Any] = rows.annotate(**{BESIDE: Cast(beside, models.TextField())})
        return found


def carriers() -> list[Carrier]:
    """Every column of every part that holds what a key has made."""
    own = [
        Carrier(model, field.name, field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, Keyed)
    ]
    elsewhere = [
        Carrier(apps.get_model(model), column, field)
        for (model, column), field in KEYED_ELSEWHERE.items()
    ]
    return [*own, *elsewhere]


def carried(key_id: str, purpose: Purpose) -> dict[str, int]:
    """How many rows of which column carry a key, those alone that have some."""
    counts = {
        each.name: each.rows([key_id]).count() for each in carriers() if each.purpose is purpose
    }
    return {name: count for name, count in counts.items() if count}

# SPDX-License-Identifier: MulanPSL-2.0
"""What a value looks like once a database has kept it, and how it is written there."""

import datetime as dt
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from linli.base.fields import EncryptedTextField

Clean = Callable[[Any], Any]

_PLAIN: tuple[type[Any], ...] = (
    models.CharField,
    models.IntegerField,
    models.BooleanField,
    models.FloatField,
)


def names_of(model: type[models.Model]) -> tuple[str, ...]:
    """The attribute names of a model's columns."""
    return tuple(one.attname for one in model._meta.concrete_fields)


def cleaners(model: type[models.Model]) -> list[tuple[str, Clean]]:
    """For the columns whose value may come back in another form: how it comes back."""
    found: list[tuple[str, Clean]] = []
    for one in model._meta.concrete_fields:
        clean = _cleaner(one)
        if clean is not None:
            found.append((one.attname, clean))
    return found


def _cleaner(one: Any) -> Clean | None:
    if getattr(one, "auto_now", False) or getattr(one, "auto_now_add", False):
        raise NotImplementedError(f"{one} takes its value from the machine's clock")
    if isinstance(one, models.DateTimeField):
        return moment_clean
    return text_clean if isinstance(one, models.CharField | models.TextField) else None


def moment_clean(value: Any) -> Any:
    """The same moment in UTC, as both databases give it back."""
    if value is None or value.tzinfo is dt.UTC:
        return value
    if value.tzinfo is None:
        raise NotImplementedError("a moment without a time zone")
    return value.astimezone(dt.UTC)


def text_clean(value: Any) -> Any:
    """The text itself, of a choice or of words that wait for their language too."""
    if value is None or type(value) is str:
        return value
    if hasattr(value, "resolve_expression"):
        raise NotImplementedError(f"{value} as a value of a row")
    return str(value)


def writers(
    model: type[models.Model], connection: BaseDatabaseWrapper
) -> list[tuple[str, str, Clean | None]]:
    """For each column its attribute, its name in the database, and how a value is written."""
    fields = model._meta.concrete_fields
    return [(one.attname, str(one.column), _writer(one, connection)) for one in fields]


def _writer(one: Any, connection: BaseDatabaseWrapper) -> Clean | None:
    """None where the value is written as it stands."""
    if isinstance(one, EncryptedTextField):
        return lambda value: one.get_db_prep_save(value, connection)
    if isinstance(one, models.DateField):
        naive = connection.vendor == "sqlite" and isinstance(one, models.DateTimeField)
        return lru_cache(maxsize=4096)(_naive_text if naive else _iso_text)
    if isinstance(one, models.JSONField):
        return _json
    if isinstance(one, _PLAIN) or type(one) is models.TextField or one.is_relation:
        return None
    return lambda value: one.get_db_prep_save(value, connection)


def _naive_text(value: Any) -> str | None:
    """A moment in UTC as SQLite keeps it."""
    return None if value is None else str(value.replace(tzinfo=None))


def _iso_text(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)

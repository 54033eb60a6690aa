# SPDX-License-Identifier: MulanPSL-2.0
"""Foreign keys go down, as imports do; import-linter cannot see those written as text."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from linli.config.testing.source import height, hold, part_of


def _ours() -> list[type[Model]]:
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model.__module__.startswith("linli.")]


def _relations() -> Iterator[tuple[type[Model], str, type[Model]]]:
    for model in _ours():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.concrete and isinstance(target, type):
                yield model, field.name, target


def _may_point(model: type[Model], target: type[Model]) -> bool:
    if not target.__module__.startswith("linli."):
        return False
    if part_of(model.__module__) == part_of(target.__module__):
        return True
    return height(model.__module__) > height(target.__module__)


def test_foreign_keys_point_down_or_stay_in_their_part() -> None:
    wrong = [
        f"{model._meta.label}.{name} points at {target._meta.label}"
        for model, name, target in _relations()
        if not _may_point(model, target)
    ]
    hold(wrong, "foreign keys go down; to point elsewhere, keep the kind and key")


def test_the_record_of_what_was_done_has_no_foreign_key() -> None:
    wrong = [
        f"{model._meta.label}.{name}"
        for model, name, _ in _relations()
        if part_of(model.__module__) == "linli.kernel.audit"
    ]
    hold(wrong, "with a foreign key, audit rows could go when their subject goes")

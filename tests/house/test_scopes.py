# SPDX-License-Identifier: MulanPSL-2.0
"""What lies at a place is read within one's own places only."""

from django.apps import apps
from django.db.models import Model

from linli.base.definitions import DefinitionRow
from linli.base.scope import ScopedQuerySet
from linli.config.testing.source import hold

ALLOWED = {
    "events.Event": "delivered to handlers, never shown to anybody",
    "packs.PackLoad": "which packs are loaded is no secret among administrators",
    "files.StoredFile": "each one is asked of its owner's guard before it is read",
    "places.PlaceAlias": "read together with its place",
    "workflow.Desk": "read by whose desk it is, not by who may see the place",
    "workflow.Todo": "read by whose desk it is, not by who may see the place",
}
"""A model with a place that needs no scope, and why."""


def _lies_at_a_place(model: type[Model]) -> bool:
    return bool(
        {"place", "place_path", "path"} & {field.name for field in model._meta.get_fields()}
    )


def test_models_with_a_place_are_scoped() -> None:
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        and _lies_at_a_place(model)
        and not issubclass(model, DefinitionRow)  # read by place, never by person
        and model._meta.label not in ALLOWED
        and not isinstance(model._default_manager.get_queryset(), ScopedQuerySet)
    ]
    hold(wrong, "what lies at a place has a ScopedQuerySet")


def test_nothing_is_allowed_that_is_not_there() -> None:
    assert ALLOWED.keys() <= {model._meta.label for model in apps.get_models()}

# SPDX-License-Identifier: MulanPSL-2.0
"""Surfaces translate: they read through selectors, write through services, and say who may."""

import ast
from collections.abc import Iterator

from linli.config.testing.source import Source, dotted, hold, named, sources

FRAME = {"shells/frame/presence", "shells/frame/submissions"}
"""The frame's own tables: who looks at a page, what was sent already. None lies at a place."""
METHODS = {f"router.{method}" for method in ("get", "post", "put", "patch", "delete")}
FACES = ("console", "portal", "field", "cockpit")


def _surfaces() -> Iterator[Source]:
    for source in sources():
        is_shell = source.inside[0] == "shells" and "/".join(source.inside) not in FRAME
        if is_shell or source.is_one_of(*FACES, "api"):
            yield source


def _decorated(*names: str) -> Iterator[tuple[Source, str, ast.Call]]:
    """Each function under `@name(…)`, with the call that decorates it."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and dotted(call.func) in names:
                        yield source, node.name, call


def test_no_surface_reaches_around_visible_to() -> None:
    wrong = [
        f"{named(source.path)}:{node.lineno}"
        for source in _surfaces()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    hold(wrong, "read through a selector that begins with visible_to")


def test_every_page_names_the_permission_it_needs_or_says_that_it_is_public() -> None:
    wrong = [
        f"{named(source.path)}: {name}"
        for source, name, call in _decorated(*(f"{face}.page" for face in FACES))
        if not {"needs", "public"} & {keyword.arg for keyword in call.keywords}
    ]
    hold(wrong, "a page says needs=… or public=True")


def test_every_endpoint_says_who_may_call_it() -> None:
    wrong = [
        f"{named(source.path)}: {name}"
        for source, name, call in _decorated(*METHODS)
        if "auth" not in {keyword.arg for keyword in call.keywords}
    ]
    hold(wrong, "an endpoint says auth=…; auth=None is public")


def test_no_model_is_signaled() -> None:
    wrong = [
        f"{named(source.path)}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"
    ]
    hold(wrong, "models do not signal, services announce: kernel/events")

# SPDX-License-Identifier: MulanPSL-2.0
"""Importing what manifests name; what does not import is told among the problems."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any


def import_all(problems: list[str], who: str, modules: Iterable[str]) -> list[str]:
    """Import these modules; gives those that could be."""
    imported = []
    for dotted in modules:
        try:
            import_module(dotted)
        except ImportError as error:
            problems.append(_not_imported(who, dotted, error))
        else:
            imported.append(dotted)
    return imported


def resolve(problems: list[str], who: str, dotted: str) -> Any | None:
    """What a dotted name stands for; None for nothing."""
    module, _, name = dotted.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        problems.append(_not_imported(who, dotted, error))
        return None


def _not_imported(who: str, dotted: str, error: Exception) -> str:
    return f"{who} names {dotted}, which does not import: {error}"

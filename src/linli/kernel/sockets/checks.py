# SPDX-License-Identifier: MulanPSL-2.0
"""The start-up check: a name that nobody declares, or that does not import, stops the house."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from linli.kernel.sockets import registry


def sockets_check(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each thing that is wrong with a manifest."""
    del app_configs, kwargs
    found = (*registry.problems(), *registry.problems_of_surfaces())
    return [Error(problem, id="linli.sockets") for problem in found]

# SPDX-License-Identifier: MulanPSL-2.0
"""Builds front end and translations into a wheel; `./linli` does so for a checkout."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("packs", "docs/systems.csv")
"""What is read from the checkout, and from a wheel when there is none."""


class FrontendHook(BuildHookInterface):
    """Builds what a wheel carries and the repository does not."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless this is an editable install."""
        if version == "editable":
            return
        config = Path(self.root, "src/linli/config")
        runpy.run_path(str(config / "frontend.py"))["build_if_changed"]()
        runpy.run_path(str(config / "translations.py"))["compile_changed"]()
        for inside in CARRIED:
            build_data["force_include"][str(Path(self.root, inside))] = f"linli/{inside}"

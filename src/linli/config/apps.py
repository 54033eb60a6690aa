# SPDX-License-Identifier: MulanPSL-2.0
"""Joins the house together once Django knows every part."""

from django.apps import AppConfig
from django.conf import settings

from linli.base import clock


class ConfigConfig(AppConfig):
    """Lets the clock of a demo be moved; nothing else can."""

    name = "linli.config"

    def ready(self) -> None:
        """Read the demo clock's file from now on."""
        if settings.IS_DEMO:
            clock.enable_shift(settings.LINLI_DATA / "demo-clock")

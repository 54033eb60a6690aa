# SPDX-License-Identifier: MulanPSL-2.0
"""Joins the house together once Django knows every part."""

from django.apps import AppConfig
from django.conf import settings

from linli.base import clock


class ConfigConfig(AppConfig):
    """Lets the clock of a demo be moved, which nothing else can, and requests be counted where
    somebody may read the figures.
    """

    name = "linli.config"

    def ready(self) -> None:
        """Read the demo clock's file from now on; count if there is a token to ask with."""
        if settings.IS_DEMO:
            clock.enable_shift(settings.LINLI_DATA / "demo-clock")
        if settings.LINLI_METRICS_TOKEN:
            from linli.shells.frame import counting

            counting.count_into(settings.LINLI_DATA / "counts")

# SPDX-License-Identifier: MulanPSL-2.0
"""Indicators as data; begun with size rules."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Measures and indicators as data; begun with the bounds that hold for each place."""

    name = "linli.engines.indicators"
    label = "indicators"
    verbose_name = _("Indicators")

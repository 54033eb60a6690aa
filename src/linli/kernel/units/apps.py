# SPDX-License-Identifier: MulanPSL-2.0
"""Offices and who belongs to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    """Offices and who belongs to them."""

    name = "linli.kernel.units"
    label = "units"
    verbose_name = _("Units")

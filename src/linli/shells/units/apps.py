# SPDX-License-Identifier: MulanPSL-2.0
"""Units: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitPagesConfig(AppConfig):
    """The console's pages about units and who belongs to them."""

    name = "linli.shells.units"
    label = "unit_pages"
    verbose_name = _("Pages about units")

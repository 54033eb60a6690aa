# SPDX-License-Identifier: MulanPSL-2.0
"""Matters: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatterPagesConfig(AppConfig):
    """The console's pages for matters of any procedure that no module shows itself."""

    name = "linli.shells.matters"
    label = "matter_pages"
    verbose_name = _("Pages about matters")

# SPDX-License-Identifier: MulanPSL-2.0
"""Exports: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportPagesConfig(AppConfig):
    """The console's pages about lists that are taken out as files."""

    name = "linli.shells.exports"
    label = "export_pages"
    verbose_name = _("Pages about exports")

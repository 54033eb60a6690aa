# SPDX-License-Identifier: MulanPSL-2.0
"""Procedures: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedurePagesConfig(AppConfig):
    """The console's pages about procedures, classes, duties and calendars."""

    name = "linli.shells.procedures"
    label = "procedure_pages"
    verbose_name = _("Pages about procedures")

# SPDX-License-Identifier: MulanPSL-2.0
"""Retention: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionPagesConfig(AppConfig):
    """The console's pages about how long rows are kept."""

    name = "linli.shells.retention"
    label = "retention_pages"
    verbose_name = _("Pages about retention")

# SPDX-License-Identifier: MulanPSL-2.0
"""Status: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusPagesConfig(AppConfig):
    """The console's page about how the platform is doing."""

    name = "linli.shells.status"
    label = "status_pages"
    verbose_name = _("Pages about the platform's health")

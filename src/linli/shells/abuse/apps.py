# SPDX-License-Identifier: MulanPSL-2.0
"""The abuse list: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AbusePagesConfig(AppConfig):
    """The console's pages about who may send nothing for a while."""

    name = "linli.shells.abuse"
    label = "abuse_pages"
    verbose_name = _("Pages about the abuse list")

# SPDX-License-Identifier: MulanPSL-2.0
"""Lawful erasure: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ErasingPagesConfig(AppConfig):
    """The console's pages on which two people erase a person as the law asks."""

    name = "linli.shells.erasing"
    label = "erasing_pages"
    verbose_name = _("Pages about lawful erasure")

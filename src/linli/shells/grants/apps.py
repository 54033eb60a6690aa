# SPDX-License-Identifier: MulanPSL-2.0
"""Grants: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantPagesConfig(AppConfig):
    """The console's pages about who holds which role where."""

    name = "linli.shells.grants"
    label = "grant_pages"
    verbose_name = _("Pages about grants")

# SPDX-License-Identifier: MulanPSL-2.0
"""Places: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacePagesConfig(AppConfig):
    """The console's pages about places."""

    name = "linli.shells.places"
    label = "place_pages"
    verbose_name = _("Pages about places")

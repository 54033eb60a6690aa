# SPDX-License-Identifier: MulanPSL-2.0
"""The dated tree of places."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """The dated tree of places."""

    name = "linli.kernel.places"
    label = "places"
    verbose_name = _("Places")

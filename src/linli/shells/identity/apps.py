# SPDX-License-Identifier: MulanPSL-2.0
"""The way in as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Pages about how somebody gets in, and where they are in."""

    name = "linli.shells.identity"
    label = "identity"
    verbose_name = _("The way in")

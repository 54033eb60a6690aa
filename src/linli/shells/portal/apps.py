# SPDX-License-Identifier: MulanPSL-2.0
"""The portal as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The pages of residents."""

    name = "linli.shells.portal"
    label = "portal"
    verbose_name = _("Portal")

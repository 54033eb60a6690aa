# SPDX-License-Identifier: MulanPSL-2.0
"""The cockpit as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CockpitConfig(AppConfig):
    """The pages of leaders."""

    name = "linli.shells.cockpit"
    label = "cockpit"
    verbose_name = _("Cockpit")

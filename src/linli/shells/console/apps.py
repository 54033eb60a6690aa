# SPDX-License-Identifier: MulanPSL-2.0
"""The console as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """The pages of staff."""

    name = "linli.shells.console"
    label = "console"
    verbose_name = _("Console")

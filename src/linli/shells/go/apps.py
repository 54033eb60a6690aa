# SPDX-License-Identifier: MulanPSL-2.0
"""Way to a matter: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoConfig(AppConfig):
    """Sends each reader to the page of a matter that is theirs."""

    name = "linli.shells.go"
    label = "go"
    verbose_name = _("Way to a matter")

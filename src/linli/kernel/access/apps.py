# SPDX-License-Identifier: MulanPSL-2.0
"""Who may do what, where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Who may do what, where."""

    name = "linli.kernel.access"
    label = "access"
    verbose_name = _("Access")

# SPDX-License-Identifier: MulanPSL-2.0
"""What is filled in: forms, choices and classes, as data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    """What is filled in: forms, choices and classes, as data."""

    name = "linli.kernel.forms"
    label = "forms"
    verbose_name = _("Forms")

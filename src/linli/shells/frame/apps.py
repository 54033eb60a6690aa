# SPDX-License-Identifier: MulanPSL-2.0
"""The frame as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameConfig(AppConfig):
    """What all four faces share."""

    name = "linli.shells.frame"
    label = "frame"
    verbose_name = _("Frame of the pages")

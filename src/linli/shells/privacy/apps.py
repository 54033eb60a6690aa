# SPDX-License-Identifier: MulanPSL-2.0
"""Privacy: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyPagesConfig(AppConfig):
    """Notices in the console and the portal, and the residents' page My data."""

    name = "linli.shells.privacy"
    label = "privacy_pages"
    verbose_name = _("Pages about privacy")

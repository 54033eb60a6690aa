# SPDX-License-Identifier: MulanPSL-2.0
"""The app of requests about one's own data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubjectsConfig(AppConfig):
    """Residents ask for a copy, a correction or the deletion of what is kept of them."""

    name = "linli.modules.subjects"
    label = "subjects"
    verbose_name = _("Requests about one's own data")

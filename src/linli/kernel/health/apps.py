# SPDX-License-Identifier: MulanPSL-2.0
"""How the platform is doing, as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    """Whether the machinery runs, and what to do where it does not."""

    name = "linli.kernel.health"
    label = "health"
    verbose_name = _("Health of the platform")

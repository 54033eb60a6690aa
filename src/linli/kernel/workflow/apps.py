# SPDX-License-Identifier: MulanPSL-2.0
"""Procedures as data, and the matters that run through them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    """Procedures as data, and the matters that run through them."""

    name = "linli.kernel.workflow"
    label = "workflow"
    verbose_name = _("Workflow")

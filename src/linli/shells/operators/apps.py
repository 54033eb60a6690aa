# SPDX-License-Identifier: MulanPSL-2.0
"""Operator sessions: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatorPagesConfig(AppConfig):
    """Asking for an operator session, saying yes, and ending it."""

    name = "linli.shells.operators"
    label = "operator_pages"
    verbose_name = _("Pages about operator sessions")

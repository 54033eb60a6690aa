# SPDX-License-Identifier: MulanPSL-2.0
"""Votes, ratings and surveys as data; begun with the rating."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BallotsConfig(AppConfig):
    """Votes, ratings and surveys as data; begun with the rating."""

    name = "linli.engines.ballots"
    label = "ballots"
    verbose_name = _("Ballots")

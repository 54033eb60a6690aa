# SPDX-License-Identifier: MulanPSL-2.0
"""Notices to people: an inbox and its senders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    """Notices to people: an inbox and its senders."""

    name = "linli.kernel.notify"
    label = "notify"
    verbose_name = _("Notices")

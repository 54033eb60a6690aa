# SPDX-License-Identifier: MulanPSL-2.0
"""The exchange module as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """What goes out to others: open data for anybody, signed messages for partner systems."""

    name = "linli.modules.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

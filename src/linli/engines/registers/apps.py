# SPDX-License-Identifier: MulanPSL-2.0
"""Ledgers, rolls and files (台账、名册、档案) as data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """Ledgers, rolls and files (台账、名册、档案) as data."""

    name = "linli.engines.registers"
    label = "registers"
    verbose_name = _("Registers")

# SPDX-License-Identifier: MulanPSL-2.0
"""The console's pages about accounts as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountPagesConfig(AppConfig):
    """Opening, closing and handing over log-ins."""

    name = "linli.shells.accounts"
    label = "account_pages"
    verbose_name = _("Pages about accounts")

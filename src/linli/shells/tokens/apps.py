# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens: the pages as a Django app, and how the API reads one."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TokenPagesConfig(AppConfig):
    """The console's pages about the tokens of partner systems."""

    name = "linli.shells.tokens"
    label = "token_pages"
    verbose_name = _("Pages about tokens")

# SPDX-License-Identifier: MulanPSL-2.0
"""The app of log-ins."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Log-ins, without any personal value."""

    name = "linli.kernel.accounts"
    label = "accounts"

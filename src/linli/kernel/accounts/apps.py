# SPDX-License-Identifier: MulanPSL-2.0
"""The app of log-ins."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Log-ins, without any personal value."""

    name = "linli.kernel.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let keys be rotated where second factors keep their secrets."""
        from linli.base.fields import KEYED_ELSEWHERE
        from linli.kernel.accounts.factors import SecretsInside

        KEYED_ELSEWHERE["mfa.Authenticator", "data"] = SecretsInside()

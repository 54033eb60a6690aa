# SPDX-License-Identifier: MulanPSL-2.0
"""The app that reads every part's declaration at start-up."""

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class SocketsConfig(AppConfig):
    """What the parts declare about themselves, and where they meet."""

    name = "linli.kernel.sockets"
    label = "sockets"

    def ready(self) -> None:
        """Read the manifests and have what is wrong with them reported as system-check errors."""
        from linli.kernel.sockets import registry
        from linli.kernel.sockets.checks import sockets_check

        registry.load(getattr(settings, "LINLI_MANIFESTS", ()))
        checks.register(sockets_check, "linli")

# SPDX-License-Identifier: MulanPSL-2.0
"""The app that renews what older keys have made."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Rotating the keys of the ring, while everybody works on."""

    name = "linli.kernel.keys"
    label = "keys"

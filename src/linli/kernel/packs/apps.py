# SPDX-License-Identifier: MulanPSL-2.0
"""The app that loads plan packs."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Plan packs: reading, checking and loading definitions through their owners."""

    name = "linli.kernel.packs"
    label = "packs"

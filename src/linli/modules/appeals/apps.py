# SPDX-License-Identifier: MulanPSL-2.0
"""The app of appeals."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Appeals: what residents say, the cases made of it, and the answers they get."""

    name = "linli.modules.appeals"
    label = "appeals"

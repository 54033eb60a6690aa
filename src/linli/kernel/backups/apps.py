# SPDX-License-Identifier: MulanPSL-2.0
"""The app that keeps backups; it has no tables."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backups of database and files, and the way back."""

    name = "linli.kernel.backups"
    label = "backups"

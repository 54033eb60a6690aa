# SPDX-License-Identifier: MulanPSL-2.0
"""The app that keeps the record."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of who did what, which nobody can change."""

    name = "linli.kernel.audit"
    label = "audit"

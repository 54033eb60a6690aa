# SPDX-License-Identifier: MulanPSL-2.0
"""The app of privacy notices and consents."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What people are told about their data, and what they agreed to."""

    name = "linli.kernel.privacy"
    label = "privacy"

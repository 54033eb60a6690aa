# SPDX-License-Identifier: MulanPSL-2.0
"""The app of the synthetic city and the guided round."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo mode: a synthetic city, persona doors and the demo clock."""

    name = "linli.demo"
    label = "demo"

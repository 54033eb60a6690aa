# SPDX-License-Identifier: MulanPSL-2.0
"""The app that tells parts what happened."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The outbox: what happened, and who has been told."""

    name = "linli.kernel.events"
    label = "events"

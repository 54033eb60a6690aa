# SPDX-License-Identifier: MulanPSL-2.0
"""The app that does background work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work: a queue, a schedule and the worker loop."""

    name = "linli.kernel.jobs"
    label = "jobs"

# SPDX-License-Identifier: MulanPSL-2.0
"""The app that lets rows go when their time is over."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """How long which rows are kept, and what went when."""

    name = "linli.kernel.retention"
    label = "retention"

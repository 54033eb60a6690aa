# SPDX-License-Identifier: MulanPSL-2.0
"""The app that keeps uploaded files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Uploaded photos and papers, checked, cleaned and guarded."""

    name = "linli.kernel.files"
    label = "files"

# SPDX-License-Identifier: MulanPSL-2.0
"""Record: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordPagesConfig(AppConfig):
    """The console's pages about the record of who did what."""

    name = "linli.shells.record"
    label = "record_pages"
    verbose_name = _("Pages about the record")

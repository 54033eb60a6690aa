# SPDX-License-Identifier: MulanPSL-2.0
"""The pack editor: the pages as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PackPagesConfig(AppConfig):
    """The console's pages in which a city's own staff change its plan pack."""

    name = "linli.shells.packs"
    label = "pack_pages"
    verbose_name = _("Pack editor")

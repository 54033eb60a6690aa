# SPDX-License-Identifier: MulanPSL-2.0
"""The field face as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldConfig(AppConfig):
    """The pages of grid workers and visitors."""

    name = "linli.shells.field"
    label = "field"
    verbose_name = _("Field")

# SPDX-License-Identifier: MulanPSL-2.0
"""The app of grids."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """Grids: how communities are divided, how large they are, and who is called up to them."""

    name = "linli.modules.grids"
    label = "grids"

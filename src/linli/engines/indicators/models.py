# SPDX-License-Identifier: MulanPSL-2.0
"""Measures and indicators as the packs write them."""

from linli.base.definitions import DefinitionRow


class Definition(DefinitionRow):
    """One version of a measure or an indicator."""

    class Meta(DefinitionRow.Meta):
        pass

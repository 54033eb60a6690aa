# SPDX-License-Identifier: MulanPSL-2.0
"""Forms, lists of choices and the class system, as the packs write them."""

from linli.base.definitions import DefinitionRow


class Definition(DefinitionRow):
    """Kinds form, choices and class."""

    class Meta(DefinitionRow.Meta):
        pass

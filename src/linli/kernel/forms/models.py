# SPDX-License-Identifier: MulanPSL-2.0
"""Forms, lists of choices and the class system, as the packs write them."""

from typing import ClassVar

from linli.base.definitions import DefinitionQuerySet, DefinitionRow


class Definition(DefinitionRow):
    """Kinds form, choices and class."""

    objects: ClassVar[DefinitionQuerySet["Definition"]] = DefinitionQuerySet.as_manager()

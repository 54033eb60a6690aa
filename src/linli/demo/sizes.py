# SPDX-License-Identifier: MulanPSL-2.0
"""How large an invented city is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Places of each level below the one above, households a grid, and appeals in `days` days."""

    key: str
    subdistricts: int
    communities: int
    grids: int
    buildings: int
    households: int
    appeals: int
    days: int = 90

    @property
    def all_grids(self) -> int:
        """How many grids the whole city has."""
        return self.subdistricts * self.communities * self.grids


SIZES = {size.key: size for size in (Size("small", 3, 3, 3, 6, 5, 300),)}
"""The sizes that `linli city make` offers."""

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


_ALL = (Size("small", 3, 3, 3, 6, 5, 300), Size("town", 6, 6, 5, 6, 8, 10_000))

SIZES = {size.key: size for size in _ALL}
"""The sizes that `linli city make` offers."""

PLAIN = "small"
"""The size that `linli city make` writes through the services straight to the database; the others
are held in memory meanwhile (`memory`), which gives the same rows.
"""

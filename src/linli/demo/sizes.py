# SPDX-License-Identifier: MulanPSL-2.0
"""How large an invented city is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Places of each level below the one above, households a grid, and appeals in `days` days.

    A very large city has `parts` of as many subdistricts each; the weeks are lived in the first and
    told again in the others, in each so many `times`.
    """

    key: str
    subdistricts: int
    communities: int
    grids: int
    buildings: int
    households: int
    appeals: int
    days: int = 90
    parts: int = 1
    times: int = 1

    @property
    def tellings(self) -> int:
        """How often each appeal that is lived is told."""
        return self.parts * self.times

    @property
    def lived(self) -> int:
        """How many appeals go through the services."""
        return self.appeals // self.tellings

    @property
    def all_grids(self) -> int:
        """How many grids the whole city has."""
        return self.subdistricts * self.communities * self.grids


_ALL = (
    Size("small", 3, 3, 3, 6, 5, 300),
    Size("town", 6, 6, 5, 6, 8, 10_000),
    Size("city", 96, 6, 6, 4, 4, 200_000, parts=16),
    Size("metro", 96, 6, 6, 4, 4, 1_500_000, parts=16, times=6),
)

SIZES = {size.key: size for size in _ALL}
"""The sizes that `linli city make` offers."""

SHOWN = ("small", "town")
"""The sizes of which a demo can be had; larger ones are for benchmarks."""

PLAIN = "small"
"""The size that `linli city make` writes through the services straight to the database; the others
are held in memory meanwhile (`memory`), which gives the same rows.
"""

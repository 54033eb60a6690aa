# SPDX-License-Identifier: MulanPSL-2.0
"""How many people live by a definition, for whoever is about to change it."""

from linli.base import clock
from linli.kernel.units.models import Membership


def by_unit(key: str, place_path: str) -> int:
    """Memberships of units of a key that hold today, at a place and below."""
    rows = Membership.objects.on(clock.today())
    return rows.filter(unit__key=key, unit__place__path__under=place_path).count()

# SPDX-License-Identifier: MulanPSL-2.0
"""How many people live by a definition, for whoever is about to change it."""

from linli.base import clock
from linli.kernel.access.models import Grant


def by_role(key: str, place_path: str) -> int:
    """Grants of a role that hold today, at a place and below."""
    return Grant.objects.on(clock.today()).filter(role=key, place__path__under=place_path).count()

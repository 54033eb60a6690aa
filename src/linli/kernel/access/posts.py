# SPDX-License-Identifier: MulanPSL-2.0
"""As what somebody acted on a day that is gone: their roles there, and the offices they were of."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.base.text import label
from linli.kernel.access.models import Grant
from linli.kernel.access.selectors import role_find
from linli.kernel.units.models import Membership


@dataclass(frozen=True)
class Post:
    """A role at a place, perhaps within an office, or an office alone, from–to."""

    account_id: int
    role: str
    path: str
    office: str
    starts_on: dt.date
    ends_on: dt.date | None

    def is_of(self, account_id: int | None, day: dt.date, path: str) -> bool:
        """Whether an account stood so on a day, with a reach over a place path."""
        is_then = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return self.account_id == account_id and is_then and path.startswith(self.path)


def posts_ever(account_ids: Iterable[int]) -> Sequence[Post]:
    """Every post that these accounts ever had; for whoever tells of the past."""
    wanted = set(account_ids)
    if not wanted:
        return ()
    grants = Grant.objects.filter(account_id__in=wanted, is_waiting=False)
    members = Membership.objects.filter(account_id__in=wanted).select_related("unit")
    names: dict[tuple[str, str], str] = {}
    found = []
    for held in grants.select_related("place", "unit").defer("place__boundary").order_by("pk"):
        key = (held.role, held.place.path)
        if key not in names:
            definition = role_find(*key)
            names[key] = label(definition.body["label"]) if definition else held.role
        office = held.unit.name if held.unit is not None else ""
        dates = held.starts_on, held.ends_on
        found.append(Post(held.account_id, names[key], held.place.path, office, *dates))
    for each in members.order_by("pk"):
        dates = each.starts_on, each.ends_on
        found.append(Post(each.account_id, "", "", each.unit.name, *dates))
    return found

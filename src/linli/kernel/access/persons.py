# SPDX-License-Identifier: MulanPSL-2.0
"""Who stands behind an account: `people` lies above access and tells it here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """The person behind an account: the id and the name under which they act."""

    person_id: int
    name: str = ""


Resolver = Callable[[int], "QuerySet[Any, tuple[int, str]]"]


class PersonResolver:
    """Asks whoever registered which person an account id belongs to; nobody by default."""

    def __init__(self) -> None:
        self.ask: Resolver | None = None

    def register(self, rows: Resolver) -> None:
        """Let a function give the rows (id, name) of an account id's person; called by people's
        `AppConfig.ready`.
        """
        self.ask = rows

    def __call__(self, account_id: int) -> PersonKnown | None:
        """The person behind an account, or None."""
        found = None if self.ask is None else next(iter(self.ask(account_id)), None)
        return None if found is None else PersonKnown(*found)


person_resolver = PersonResolver()

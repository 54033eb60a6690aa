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
        self._rows: Resolver | None = None

    def register(self, rows: Resolver) -> None:
        """Let a function give the rows (id, name) of an account id's person; called by people's
        `AppConfig.ready`.
        """
        self._rows = rows

    def rows(self, account_id: int) -> "list[QuerySet[Any, tuple[int, str]]]":
        """The question for the person behind an account; none while nobody knows persons."""
        return [] if self._rows is None else [self._rows(account_id)]

    def __call__(self, account_id: int) -> PersonKnown | None:
        """The person behind an account, or None."""
        found = next((row for rows in self.rows(account_id) for row in rows), None)
        return None if found is None else PersonKnown(*found)


person_resolver = PersonResolver()

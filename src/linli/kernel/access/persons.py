# SPDX-License-Identifier: MulanPSL-2.0
"""Who stands behind an account: `people` lies above access and tells it here."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """The person behind an account: the id and the name under which they act."""

    person_id: int
    name: str = ""


Resolver = Callable[[int], PersonKnown | None]


class PersonResolver:
    """Asks whoever registered which person an account id belongs to; nobody by default."""

    def __init__(self) -> None:
        self._ask: Resolver | None = None

    def register(self, ask: Resolver) -> None:
        """Let a function answer, given an account's id; called by people's `AppConfig.ready`."""
        self._ask = ask

    def __call__(self, account_id: int) -> PersonKnown | None:
        """The person behind an account, or None."""
        return None if self._ask is None else self._ask(account_id)


person_resolver = PersonResolver()

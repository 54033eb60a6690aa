# SPDX-License-Identifier: MulanPSL-2.0
"""Names of those who worked on a matter, resolved when they are read."""

from collections.abc import Iterable

from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person


def names_of(account_ids: Iterable[int | None]) -> dict[int, str]:
    """What people call these accounts: the person behind each, else its log-in name."""
    wanted = {account_id for account_id in account_ids if account_id is not None}
    if not wanted:
        return {}
    found = dict(Account.objects.filter(pk__in=wanted).values_list("pk", "username"))
    people = Person.objects.filter(account_id__in=wanted).values_list("account_id", "name")
    return found | {account_id: name for account_id, name in people if account_id}


def name_of(account_id: int | None) -> str:
    """What people call one account; "" for nobody."""
    return names_of([account_id]).get(account_id or 0, "")

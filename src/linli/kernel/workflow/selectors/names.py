# SPDX-License-Identifier: MulanPSL-2.0
"""Names of those who worked on a matter, resolved when they are read."""

from collections.abc import Iterable

from linli.kernel.accounts.models import Account
from linli.kernel.workflow.histories import moves_all, names_read
from linli.kernel.workflow.models import Matter


def names_of(account_ids: Iterable[int | None]) -> dict[int, str]:
    """What people call these accounts: the person behind each, else its log-in name."""
    wanted = {account_id for account_id in account_ids if account_id is not None}
    if not wanted:
        return {}
    rows = Account.objects.filter(pk__in=wanted).values_list("pk", "username", "person__name")
    return {account_id: name or username for account_id, username, name in rows}


def names_in(matter: Matter) -> dict[int, str]:
    """The names of everybody in a matter's history and of whoever has it in hand; no query where
    the history was read at once (`matter_read`) and tells of the holder.
    """
    known = names_read(matter)
    if known is None:
        rows = moves_all(matter)
        return names_of([matter.holder_account_id, *(row.account_id for row in rows)])
    return known | names_of({matter.holder_account_id} - known.keys())


def holder_in(matter: Matter) -> str:
    """The name of whoever has a matter in hand, from the names of its history where that was read
    at once; "" for nobody.
    """
    known = names_read(matter) or {}
    return known.get(matter.holder_account_id or 0) or name_of(matter.holder_account_id)


def name_of(account_id: int | None) -> str:
    """What people call one account; "" for nobody."""
    return names_of([account_id]).get(account_id or 0, "")

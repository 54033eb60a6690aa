# SPDX-License-Identifier: MulanPSL-2.0
"""A list of accounts that tests take out as files."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from linli.base.actor import Actor
from linli.kernel.accounts.models import Account
from linli.kernel.sockets.exports import ExportColumn, ExportSource

KEY = "test.accounts"
VIEW, OPEN = "test.view", "test.open"
NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "a\x00b\ud800c")
"""What people write into a name to have it run, or to break a file."""


def _named(query: str) -> Any:
    return Account.objects.filter(username__startswith=query or "row-")


def _rows(
    actor: Actor, query: str, columns: Collection[str], purpose: str
) -> Iterator[Mapping[str, object]]:
    del actor, columns
    phone = "13800132046" if purpose else "138****2046"
    for number, account in enumerate(_named(query).order_by("pk").iterator(chunk_size=100)):
        name = NASTY[number % len(NASTY)]
        yield {"name": name, "login": account.username, "count": -number, "phone": phone}


SOURCE = ExportSource(
    label={"zh": "账号", "en": "Accounts"},
    permission=VIEW,
    columns=(
        ExportColumn("name", {"zh": "名称", "en": "Name"}),
        ExportColumn("login", {"zh": "登录名", "en": "Log-in"}),
        ExportColumn("count", {"zh": "数", "en": "Count"}),
        ExportColumn("phone", {"zh": "电话", "en": "Telephone"}, OPEN),
    ),
    count=lambda actor, query: _named(query).count(),
    said=lambda actor, query: query or "all",
    rows=_rows,
)

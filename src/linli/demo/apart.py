# SPDX-License-Identifier: MulanPSL-2.0
"""Demo and real work never share a database: production would not start again beside demo accounts.

Most commands take the demo mode unless told otherwise, so the mode alone protects nobody.
"""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from linli.base.errors import Refused
from linli.demo.models import City
from linli.kernel.accounts.models import Account


def ensure_apart() -> None:
    """Refuse a database in which people have accounts of their own and no synthetic city stands.

    Asks nothing of a table that is not there yet, so it may be called before migrating. Raises
    Refused.
    """
    if not _holds_own_accounts():
        return
    message = _(
        "This database holds accounts of real people, and a demo beside them would keep production"
        " from starting. Export LINLI_MODE=production to work on it, or name another LINLI_DATA"
        " (now %(data)s) and LINLI_DATABASE_URL for a demo."
    )
    raise Refused(message % {"data": settings.LINLI_DATA}, code="real_installation")


def _holds_own_accounts() -> bool:
    there = set(connection.introspection.table_names())
    if Account._meta.db_table not in there:
        return False
    if City._meta.db_table in there and City.objects.exists():
        return False
    return bool(Account.objects.filter(is_demo=False).exists())

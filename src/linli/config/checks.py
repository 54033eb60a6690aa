# SPDX-License-Identifier: MulanPSL-2.0
"""What production refuses to start with."""

from django.apps import apps
from django.conf import settings
from django.db import connection

from linli.base.keyring import ring_at


def problems_of_production() -> list[str]:
    """Everything of a demo that is still here, as sentences that say how to mend it."""
    found = []
    if settings.DEBUG:
        found.append("debug is on: unset LINLI_DEBUG")
    if ring_at(settings.LINLI_KEYS_FILE).is_demo:
        found.append("the keys are a demo's: make new ones with ./linli keys new")
    if (settings.LINLI_DATA / "demo-clock").exists():
        found.append(
            f"the demo clock was moved: begin with another LINLI_DATA than {settings.LINLI_DATA}"
        )
    if _has_demo_accounts():
        found.append("the database holds demo accounts: begin with an empty one")
    return found


def _has_demo_accounts() -> bool:
    account = apps.get_model("accounts", "Account")
    if account._meta.db_table not in connection.introspection.table_names():
        return False
    return bool(account._default_manager.filter(is_demo=True).exists())

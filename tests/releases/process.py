# SPDX-License-Identifier: MulanPSL-2.0
"""A process on a database that was kept: `python process.py look|back`, with the old state's last
changes of the tables for `back`.
"""

import json
import sys
from typing import Any

from linli.config import ready


def main(act: str, *words: str) -> None:
    """Tell what this version sees, or take the tables back to what they were."""
    ready.django()
    if act == "look":
        sys.stdout.write(json.dumps(_seen()))
    else:
        _back(json.loads(words[0]))


def _seen() -> dict[str, Any]:
    """What is read with the keys, and whether a case lies on the desk of a dispatcher."""
    from django.conf import settings
    from django.test import Client

    from linli.kernel.accounts.factories import log_in
    from linli.kernel.accounts.models import Account
    from linli.kernel.people.models import Person
    from linli.modules.appeals.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    log_in(client, Account.objects.get(username__startswith="dispatcher"))
    case = Case.objects.order_by("-pk")[0]
    pages = ("/", "/console/appeals/", f"/console/appeals/{case.matter.number}/", "/readyz")
    return {
        "phones": [person.phone for person in Person.objects.order_by("pk") if person.phone],
        "pages": {page: client.get(page).status_code for page in pages},
        "listed": case.matter.number in client.get(pages[1]).content.decode(),
    }


def _back(given: dict[str, str]) -> None:
    """Undo all that came after; parts that were not there go entirely."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([(app, given.get(app)) for app in executor.loader.migrated_apps])


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-License-Identifier: MulanPSL-2.0
"""A process of its own on a database of its own: `python process.py ask|worker`."""

import datetime as dt
import sys

import django


def main(act: str) -> None:
    """Make the tables and ask for the slow job, or work until told to stop."""
    django.setup()
    from django.core.management import call_command

    from linli.kernel.jobs import worker
    from linli.kernel.jobs.commands import worker as command
    from linli.kernel.jobs.tests import work

    if act == "ask":
        for app in ("jobs", "django_tasks_database"):
            call_command("migrate", app, verbosity=0, skip_checks=True)
        work.slow_ask()
    else:
        worker.STALE = dt.timedelta(seconds=3)
        command(["--threads", "2"], standalone_mode=False)


if __name__ == "__main__":
    main(sys.argv[1])

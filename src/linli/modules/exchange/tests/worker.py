# SPDX-License-Identifier: MulanPSL-2.0
"""A worker as a process of its own: says when it begins, sends what is due, says how many calls."""

import os

import django


def main() -> None:
    """One round of sending, in the database that the surroundings name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    django.setup()
    from linli.kernel.jobs.worker import run_all
    from linli.modules.exchange.services import sending

    print("at work", flush=True)  # noqa: T201
    asked = sending.sends_ask()
    run_all()
    print(asked, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

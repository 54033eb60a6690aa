# SPDX-License-Identifier: MulanPSL-2.0
"""A process that stands still in the middle of a backup, to be killed: `python killed.py TO`."""

import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Begin a backup, and go no further once some of it is done."""
    django.setup()
    from linli.base.actor import SYSTEM
    from linli.kernel.backups.making import backup_make

    def stand_still(_step: str, percent: int) -> None:
        if percent:
            time.sleep(600)

    backup_make(actor=SYSTEM, to=Path(sys.argv[1]), tell=stand_still)


if __name__ == "__main__":
    main()

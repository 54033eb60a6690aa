# SPDX-License-Identifier: MulanPSL-2.0
"""A process that renews in small steps until all is done, says so after each, and takes the next
once it is told a line or nobody is left to tell it: `python process.py`.
"""

import os

import django


def main() -> None:
    """Renew as the worker's job does, but five rows at a time."""
    django.setup()
    from linli.kernel.keys import renewing
    from linli.kernel.keys.selectors import progress

    renewing.BATCH = 5
    while not progress().is_done:
        renewing.renew(0.02)
        os.write(1, b"step\n")
        os.read(0, 1)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MulanPSL-2.0
"""Several at once, on real connections."""

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import nullcontext

from django.db import connections

from linli.base import clock
from linli.base.errors import Refused

PATIENCE = 60.0


def at_once(*deeds: Callable[[], object], at: dt.datetime | None = None) -> list[object]:
    """Do these at the same moment, each on a connection of its own and, if told, at a standing
    clock; what each gave or how it was refused, in order. Anything else that was raised is raised.
    """
    found: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            with clock.at(at) if at else nullcontext():
                gate.wait(PATIENCE)
                found[number] = deed()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for each in found:
        if isinstance(each, Exception) and not isinstance(each, Refused):
            raise each
    return found


def codes(found: list[object]) -> list[str]:
    """What came of each, as words to sort and compare: the code of its refusal, or "done"."""
    return sorted(each.code if isinstance(each, Refused) else "done" for each in found)

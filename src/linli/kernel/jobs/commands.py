# SPDX-License-Identifier: MulanPSL-2.0
"""`linli worker`."""

import os
import signal
import threading

import click

from linli.kernel.jobs.worker import worker_run

YIELDS = 10
"""How much background work yields to whoever waits for a page (nice)."""


@click.command()
@click.option("--threads", default=3, show_default=True, type=click.IntRange(1, 32))
def worker(threads: int) -> None:
    """Do background work until told to stop (SIGTERM or Ctrl+C)."""
    os.nice(YIELDS)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker_run(stop, threads=threads)

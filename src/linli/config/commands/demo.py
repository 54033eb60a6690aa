# SPDX-License-Identifier: MulanPSL-2.0
"""`linli demo`: from nothing to a city that one can walk through."""

import os
import shutil
import signal
import sys
import time

import click

from linli.base.keyring import ring_is_demo
from linli.config import frontend, lan, ready, supervisor
from linli.config.commands import serve
from linli.config.environment import Environment, Mode
from linli.demo.sizes import SHOWN


@click.command()
@click.option("--pack", default="leshan", show_default=True, help="The plan to show.")
@click.option("--size", type=click.Choice(SHOWN), default="small", show_default=True)
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--reset", is_flag=True, help="Begin anew with an empty demo.")
@click.option("--lan", "for_phones", is_flag=True, help="Serve https to phones in this network.")
def demo(pack: str, size: str, port: int, reset: bool, for_phones: bool) -> None:
    """Make a synthetic city and serve it until stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ["LINLI_MODE"] = Mode.DEMO
    hosts = lan.addresses() if for_phones else []
    os.environ["LINLI_HOSTS"] = " ".join(["localhost", "127.0.0.1", "[::1]", *hosts])
    listen = "0.0.0.0" if for_phones else "127.0.0.1"  # noqa: S104 - the network is asked for
    serve.require_free(listen, port)
    _prepare(reset=reset)
    certificate = None
    if for_phones:
        certificate = lan.certificate_make(Environment.read().data / "lan", hosts)
    site = serve.Site(listen, port, certificate)
    command = [str(serve.BIN / "linli"), "city", "prepare", "--pack", pack, "--size", size]
    city = supervisor.Child("making of the city", command, once=True)
    raise SystemExit(serve.run(site, say_ready=lambda: _say_ready(site, hosts), first=city))


def _prepare(*, reset: bool) -> None:
    began = time.monotonic()
    frontend.build_if_changed()
    ready.django()
    _ensure_apart()
    if reset:
        _reset(Environment.read())
    ready.database()
    click.echo(f"Ready after {time.monotonic() - began:.0f} s; starting the server", err=True)


def _ensure_apart() -> None:
    """Refuse a database that people work in, before anything of it is changed or thrown away."""
    from django.db import connections

    from linli.demo.apart import ensure_apart

    ensure_apart()
    connections.close_all()


def _reset(environment: Environment) -> None:
    """Throw the demo's data away; refuses whatever was not made as a demo."""
    if not ring_is_demo(environment.keys_file):
        ready.stop(f"{environment.keys_file} are no demo keys: this is not a demo to throw away")
    if not environment.database_url.startswith("sqlite:"):
        ready.stop("--reset is for SQLite: empty the PostgreSQL database by hand")
    click.echo(f"Emptying {environment.data}", err=True)
    shutil.rmtree(environment.data)
    ready.keys()


def _say_ready(site: serve.Site, hosts: list[str]) -> None:
    scheme = "https" if site.certificate else "http"
    click.echo(f"\nLinli is open: {scheme}://localhost:{site.port}", err=True)
    for host in hosts:
        click.echo(f"            or {scheme}://{host}:{site.port}", err=True)
    if hosts:
        lan.qr_print(f"{scheme}://{hosts[0]}:{site.port}")
        click.echo("The phone warns of the certificate once: it was made a moment ago.", err=True)
    click.echo("Ctrl+C stops it.", err=True)

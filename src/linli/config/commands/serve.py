# SPDX-License-Identifier: MulanPSL-2.0
"""`linli serve`: the web server and the worker, as production runs them."""

import http
import http.client
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from linli.config import frontend, lan, ready, supervisor
from linli.config.environment import Environment

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Site:
    """Where pages are served."""

    host: str
    port: int
    certificate: lan.Certificate | None = None


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve pages and do the background work, until stopped.

    Stands behind a proxy (nginx, Caddy) that brings https and buffers requests.
    """
    require_free(host, port)
    frontend.build_if_changed()
    ready.django()
    ready.database()
    site = Site(host, port)
    raise SystemExit(
        run(site, say_ready=lambda: click.echo(f"Linli serves {host}:{port}", err=True))
    )


def require_free(host: str, port: int) -> None:
    """Stop with a sentence when something else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            ready.stop(f"port {port} is in use: stop what uses it or choose another with --port")


def run(site: Site, *, say_ready: Callable[[], None], first: supervisor.Child | None = None) -> int:
    """Run server and worker until stopped; `say_ready` is called once pages can be served.

    The worker begins when `first` has ended well; pages are served meanwhile.
    """
    ready.database_leave()
    children = [
        supervisor.Child("web server", _granian(site)),
        *([first] if first is not None else []),
        supervisor.Child("worker", [str(BIN / "linli"), "worker"], after=first),
    ]
    return supervisor.run(children, tick=Waiting(site, say_ready))


def _granian(site: Site) -> list[str]:
    command = [str(BIN / "granian"), "--interface", "wsgi"]
    command += ["--workers", str(Environment.read().web_processes)]
    command += ["--blocking-threads", "16", "--no-ws", "--workers-kill-timeout", "3"]
    command += ["--respawn-failed-workers", "--log-level", "error"]
    command += ["--host", site.host, "--port", str(site.port)]
    if site.certificate is not None:
        command += ["--ssl-certificate", str(site.certificate.certificate)]
        command += ["--ssl-keyfile", str(site.certificate.key), "--ssl-protocol-min", "tls1.2"]
    return [*command, "linli.config.wsgi:application"]


@dataclass
class Waiting:
    """Asks whether pages can be served until they can, then says so once."""

    site: Site
    say_ready: Callable[[], None]
    is_over: bool = False

    def __call__(self) -> None:
        """Ask once more, unless it has answered."""
        if not self.is_over and self._answers():
            self.is_over = True
            self.say_ready()

    def _answers(self) -> bool:
        unverified = ssl._create_unverified_context()  # noqa: S323 - our own certificate, on this host
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection("127.0.0.1", self.site.port, timeout=1, context=unverified)
            if self.site.certificate
            else http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=1)
        )
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

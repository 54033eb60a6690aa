# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: behind the nginx and Caddy samples of docs/operations a body that stands still is cut, and
300 clients that send slowly leave everybody else's pages quick (p95 < 1 s).

Run: .venv/bin/python benchmarks/proxies.py nginx [PROGRAM], or caddy [PROGRAM]
(starts a demo of its own, in a folder of its own, and before it the proxy with the file we ship)
"""

import getpass
import http.client
import json
import os
import platform
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from clients import entered

from linli.config import lan

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "docs/operations"
INSIDE, OUTSIDE, PLAIN = 8918, 8919, 8920
SLOW, READERS, SECONDS = 300, 4, 30
PAGES = {"resident": ("/portal/", "/portal/appeals/"), "dispatcher": ("/console/",)}
BODY = 20_000
LONGEST = 150
"""Seconds after which a body that stands still is held not to be cut at all."""


def main(name: str, program: str) -> None:
    """Print when a body that stands still is cut, and the 95th percentile with and without."""
    with tempfile.TemporaryDirectory(prefix="linli-benchmark-") as folder:
        data = Path(folder, "data")
        command = [str(ROOT / "linli"), "demo", "--port", str(INSIDE)]
        told = os.environ | {"LINLI_DATA": str(data), "LINLI_BEHIND_PROXY": "1"}
        house = subprocess.Popen(command, env=told)  # noqa: S603 - our own
        proxy = None
        try:
            until_open()
            words = COMMANDS[name](Path(folder), program)
            proxy = subprocess.Popen(words, env=os.environ | {"HOME": folder})  # noqa: S603 - ours
            time.sleep(3)
            print(json.dumps({"proxy": name, **told_of_machine(), **figures()}))
        finally:
            for process in filter(None, (proxy, house)):
                process.send_signal(signal.SIGTERM)
                process.wait(15)


def told_of_machine() -> dict[str, object]:
    """Where it was measured."""
    return {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "slow_clients": SLOW}


def figures() -> dict[str, object]:
    """What is measured, in its order."""
    cookies = {persona: entered(persona, INSIDE) for persona in PAGES}
    cut = seconds_until_cut()
    alone = measured(cookies)
    stop, at_work = threading.Event(), threading.Event()
    counted: list[int] = []
    slow = threading.Thread(target=send_slowly, args=(stop, at_work, counted))
    slow.start()
    at_work.wait()
    together = measured(cookies)
    stop.set()
    slow.join()
    return {
        "idle_body_cut_after_s": cut,
        "p95_ms_alone": alone,
        "p95_ms_with_slow_clients": together,
        "slow_clients_still_there": counted[0],
    }


def nginx(folder: Path, program: str) -> list[str]:
    """The sample, in the least that nginx wants around it."""
    sample = shipped("nginx.conf", folder).replace("/var/log/nginx", str(folder))
    sample = sample.replace("listen 443", f"listen {OUTSIDE}").replace(
        "listen 80", f"listen {PLAIN}"
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "whole.conf"
    whole.write_text(
        f"user {getpass.getuser()}; daemon off;"
        f"pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f"events {{ worker_connections 1024; }} http {{ {temporary}\n{sample} }}"
    )
    return [program, "-p", str(folder), "-c", str(whole)]


def caddy(folder: Path, program: str) -> list[str]:
    """The sample, on other ports."""
    sample = shipped("Caddyfile", folder)
    ports = f"{{\n\tadmin off\n\thttps_port {OUTSIDE}\n\thttp_port {PLAIN}\n\tservers {{"
    whole = folder / "Caddyfile"
    whole.write_text(sample.replace("{\n\tservers {", ports, 1))
    return [program, "run", "--adapter", "caddyfile", "--config", str(whole)]


COMMANDS = {"nginx": nginx, "caddy": caddy}


def shipped(name: str, folder: Path) -> str:
    """A sample as it is shipped, with a name, a certificate and a house of this machine."""
    certificate = lan.certificate_make(folder, ["127.0.0.1"])
    text = (SAMPLES / name).read_text(encoding="utf-8")
    return (
        text.replace("linli.example.org", "localhost")
        .replace("/etc/linli/tls/chain.pem", str(certificate.certificate))
        .replace("/etc/linli/tls/key.pem", str(certificate.key))
        .replace("127.0.0.1:8000", f"127.0.0.1:{INSIDE}")
    )


def until_open() -> None:
    """Wait until the city stands and its doors are open."""
    for _ in range(600):
        try:
            line = http.client.HTTPConnection("localhost", INSIDE, timeout=10)
            line.request("GET", "/")
            if b"/demo/enter/" in line.getresponse().read():
                return
        except OSError:
            pass
        time.sleep(1)
    sys.exit("the demo did not open")


def trusting() -> ssl.SSLContext:
    """For the certificate of this machine, which nobody else has signed."""
    return ssl._create_unverified_context()  # noqa: S323 - the proxy's, on this machine


def line_with_form() -> ssl.SSLSocket:
    """A connection over which a form was begun."""
    plain = socket.create_connection(("localhost", OUTSIDE), timeout=LONGEST)
    line = trusting().wrap_socket(plain, server_hostname="localhost")
    head = "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {BODY}\r\n\r\n"
    line.sendall(head.encode() + b"x" * 100)
    return line


def seconds_until_cut() -> float | None:
    """When the proxy ends a form that stands still; None if it has not by then."""
    line = line_with_form()
    began = time.monotonic()
    try:
        line.recv(1)
    except TimeoutError:
        return None
    except OSError:
        pass
    return round(time.monotonic() - began, 1)


def send_slowly(stop: threading.Event, at_work: threading.Event, counted: list[int]) -> None:
    """Post many forms at 100 bytes a second each until told to stop; how many then still go on."""
    lines = [line_with_form() for _ in range(SLOW)]
    at_work.set()
    while not stop.wait(1):
        lines = [line for line in lines if went_on(line)]
    counted.append(len(lines))
    for line in lines:
        line.close()


def went_on(line: ssl.SSLSocket) -> bool:
    """Send a little more; False where the other end is gone."""
    try:
        line.sendall(b"x" * 100)
    except OSError:
        return False
    return True


def measured(cookies: Mapping[str, str]) -> int:
    """The 95th percentile in milliseconds of pages fetched by several readers at once."""
    times: list[float] = []
    threads = [threading.Thread(target=read, args=(cookies, times)) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(statistics.quantiles(times, n=20)[-1] * 1000)


def read(cookies: Mapping[str, str], times: list[float]) -> None:
    """Fetch pages, with a breath between them as people take it, and note how long each took."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for persona, pages in PAGES.items():
            for page in pages:
                began = time.perf_counter()
                get(page, cookies[persona])
                times.append(time.perf_counter() - began)
                time.sleep(0.3)


def get(path: str, cookie: str) -> None:
    """One page through the proxy; anything but 200 ends the benchmark."""
    line = http.client.HTTPSConnection("localhost", OUTSIDE, timeout=60, context=trusting())
    try:
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
    finally:
        line.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else sys.argv[1])

# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: twelve clients at 100 bytes a second leave everybody else's pages quick (p95 < 1 s).

Run: .venv/bin/python benchmarks/slow_clients.py (starts a demo of its own, in a folder of its own)
"""

import http.client
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from clients import entered

ROOT = Path(__file__).parent.parent
PORT = 8917
SLOW, READERS, SECONDS = 12, 4, 30
PAGES = {
    "resident": ("/portal/", "/portal/report/"),
    "dispatcher": ("/console/", "/console/appeals/"),
}
BODY = 20_000


def main() -> None:
    """Print the 95th percentile of pages with and without slow clients."""
    with tempfile.TemporaryDirectory(prefix="linli-benchmark-") as data:
        command = [str(ROOT / "linli"), "demo", "--port", str(PORT)]
        server = subprocess.Popen(command, env=os.environ | {"LINLI_DATA": data})  # noqa: S603 - our own
        try:
            until_open()
            cookies = {persona: entered(persona, PORT) for persona in PAGES}
            alone = measured(cookies)
            stop = threading.Event()
            slow = [threading.Thread(target=send_slowly, args=(stop,)) for _ in range(SLOW)]
            for thread in slow:
                thread.start()
            time.sleep(2)
            together = measured(cookies)
            stop.set()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)
    print(
        json.dumps(
            {
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "slow_clients": SLOW,
                "readers": READERS,
                "p95_ms_alone": alone,
                "p95_ms_with_slow_clients": together,
            }
        )
    )


def until_open() -> None:
    """Wait until the city stands and its doors are open."""
    for _ in range(600):
        try:
            if b"/demo/enter/" in get("/", "")[1]:
                return
        except OSError:
            pass
        time.sleep(1)
    sys.exit("the demo did not open")


def get(path: str, cookie: str) -> tuple[http.client.HTTPMessage, bytes]:
    """One page; anything but 200 ends the benchmark."""
    connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        sys.exit(f"{path}: {answer.status}")
    return answer.headers, body


def measured(cookies: dict[str, str]) -> int:
    """The 95th percentile in milliseconds of pages fetched by several readers at once."""
    times: list[float] = []
    threads = [threading.Thread(target=read, args=(cookies, times)) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(statistics.quantiles(times, n=20)[-1] * 1000)


def read(cookies: dict[str, str], times: list[float]) -> None:
    """Fetch pages, with a breath between them as people take it, and note how long each took."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for persona, pages in PAGES.items():
            for page in pages:
                began = time.perf_counter()
                get(page, cookies[persona])
                times.append(time.perf_counter() - began)
                time.sleep(0.3)


def send_slowly(stop: threading.Event) -> None:
    """Post a form at 100 bytes a second until told to stop."""
    with socket.create_connection(("localhost", PORT)) as line:
        head = f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{PORT}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {BODY}\r\n\r\n"
        line.sendall(head.encode())
        while not stop.wait(1):
            line.sendall(b"a" * 100)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MulanPSL-2.0
"""A partner's server as a process of its own: `receiver.py LOG [CERTIFICATE]` prints its port.

What it is sent goes to LOG, one JSON object a line; the address says how it behaves.
"""

import http.server
import json
import ssl
import sys
import threading
import time
from pathlib import Path
from typing import Any

_seen: dict[str, int] = {}
_lock = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers by the first word of its path."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Write down what came, and answer as the address says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        with _lock:
            line = {"path": self.path, "headers": dict(self.headers), "body": body}
            with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
                log.write(f"{json.dumps(line)}\n")
            count = _seen[self.path] = _seen.get(self.path, 0) + 1
        word = self.path.strip("/").partition("/")[0]
        getattr(self, f"answer_{word}", self.answer_ok)(body, count)

    def answer_ok(self, _body: str, _count: int) -> None:
        self._say(200, b"taken")

    def answer_echo(self, body: str, _count: int) -> None:
        self._say(200, body.encode())

    def answer_personal(self, _body: str, _count: int) -> None:
        self._say(200, "机主13800132046".encode())

    def answer_redirect(self, _body: str, _count: int) -> None:
        self.send_response(302)
        self.send_header("Location", "/ok")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_big(self, _body: str, _count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2000000")
        self.end_headers()
        self._drop(b"x" * 2_000_000)

    def answer_bighead(self, _body: str, _count: int) -> None:
        self._drop(b"HTTP/1.1 200 OK\r\n")
        for _ in range(40):
            self._drop(b"X-Long: " + b"x" * 60_000 + b"\r\n")

    def answer_drip(self, _body: str, _count: int) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: yes, very slow indeed, and it goes on\r\n":
            self._drop(bytes([byte]))
            time.sleep(0.3)

    def answer_slow(self, _body: str, _count: int) -> None:
        time.sleep(2)
        self._say(200, b"at last")

    def answer_twice(self, _body: str, count: int) -> None:
        self._say(200 if count > 2 else 503, b"later" if count < 3 else b"now")

    def answer_never(self, _body: str, _count: int) -> None:
        self._say(422, b"not this one")

    def answer_ill(self, _body: str, _count: int) -> None:
        self._say(500, b"ill")

    def answer_nonsense(self, _body: str, _count: int) -> None:
        self._drop(b"hello, I speak no such language\r\n\r\n")

    def _say(self, status: int, text: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self._drop(text)

    def _drop(self, text: bytes) -> None:
        try:
            self.wfile.write(text)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()

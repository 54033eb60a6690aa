# SPDX-License-Identifier: MulanPSL-2.0
"""An SMS gateway as a process of its own: `sms.py FOLDER` prints its port.

What it is sent goes to FOLDER/texts.jsonl; FOLDER/manner says how it behaves, and may change at any
time: a status, or a word.
"""

import http.server
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])
FOREVER = 600
_lock = threading.Lock()


class Gateway(http.server.BaseHTTPRequestHandler):
    """Takes messages, and misbehaves where it is told to."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Write down what came, and answer as the manner says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        told = {"headers": dict(self.headers), "body": json.loads(body)}
        with _lock, (FOLDER / "texts.jsonl").open("a", encoding="utf-8") as log:
            log.write(f"{json.dumps(told, ensure_ascii=False)}\n")
        manner = (FOLDER / "manner").read_text("utf-8").strip()
        if manner == "hang":
            time.sleep(FOREVER)
        elif manner == "drip":
            for _ in range(FOREVER):
                self.wfile.write(b"H")
                time.sleep(0.2)
        elif manner == "cut":
            self.wfile.write(b"HTTP/1.1 20")
            self.close_connection = True
        elif manner == "closed":
            self.close_connection = True
        elif manner == "twice":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" * 2)
            self.close_connection = True
        else:
            self.send_response(int(manner))
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    print(server.server_address[1], flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()

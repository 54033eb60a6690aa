# SPDX-License-Identifier: MulanPSL-2.0
"""A mail server as a process of its own: `sink.py FOLDER [CERTIFICATE]` prints its port.

What it takes goes to FOLDER/mails.jsonl; FOLDER/manner says how it behaves, and may change at any
time. With a certificate it asks for STARTTLS and a password, as the manner `secure` says.
"""

import email
import email.policy
import json
import socketserver
import ssl
import sys
import threading
import time
from pathlib import Path

FOLDER = Path(sys.argv[1])
FOREVER = 600
_lock = threading.Lock()


def manner() -> str:
    """How to behave just now."""
    return (FOLDER / "manner").read_text("utf-8").strip()


def keep(file: str, told: object) -> None:
    """Write down what happened."""
    with _lock, (FOLDER / file).open("a", encoding="utf-8") as log:
        log.write(f"{json.dumps(told, ensure_ascii=False)}\n")


class Sink(socketserver.StreamRequestHandler):
    """Speaks SMTP, and misbehaves where it is told to."""

    to = ""
    is_secure = False
    is_known = False

    def handle(self) -> None:
        """One connection."""
        keep("calls.jsonl", manner())
        if manner() == "hang_greeting":
            time.sleep(FOREVER)
        if manner() == "no_greeting":
            return
        self.say("421 come back later" if manner() == "full" else "220 sink")
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            answer = getattr(self, f"on_{word.lower()}", None)
            if answer is None:
                self.say("500 what?")
            elif answer(rest) is False:
                return

    def say(self, *lines: str) -> None:
        """Answer; all but the last line go on."""
        for number, line in enumerate(lines, 1):
            text = line if number == len(lines) else f"{line[:3]}-{line[4:]}"
            self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()

    def on_ehlo(self, _rest: str) -> None:
        features = ["250 AUTH PLAIN"] if self.is_secure else ["250 STARTTLS"]
        self.say("250 sink", *(features if manner() == "secure" else []), "250 8BITMIME")

    def on_starttls(self, _rest: str) -> None:
        self.say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
        self.request = context.wrap_socket(self.request, server_side=True)
        self.is_secure = True
        self.setup()

    def on_auth(self, rest: str) -> None:
        keep("secrets.jsonl", rest)
        self.is_known = True
        self.say("235 welcome")

    def on_mail(self, _rest: str) -> None:
        is_stranger = manner() == "secure" and not self.is_known
        self.say("530 who are you?" if is_stranger else "250 ok")

    def on_rcpt(self, rest: str) -> None:
        self.to = rest.partition("<")[2].partition(">")[0]
        said = {"refuse": "550 nobody here", "later": "451 not now"}
        if manner() == "refuse_one" and self.to.startswith("nobody"):
            self.say("550 nobody here")
            return
        self.say(said.get(manner(), "250 ok"))

    def on_data(self, _rest: str) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        how = manner()
        if how == "refuse_text":
            self.say("554 I do not like it")
            return True
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        body = mail.get_body()
        text = body.get_content() if body else ""
        keep(
            "mails.jsonl",
            {"to": self.to, "id": mail["Message-ID"], "title": mail["Subject"], "body": text},
        )
        if how == "hang":
            time.sleep(FOREVER)
        if how == "drip":
            for _ in range(FOREVER):
                self.wfile.write(b"2")
                time.sleep(0.2)
        if how == "cut":
            self.wfile.write(b"25")
            return False
        self.say("250 taken")
        return True

    def on_quit(self, _rest: str) -> bool:
        self.say("221 bye")
        return False


class Server(socketserver.ThreadingTCPServer):
    """One thread a connection."""

    daemon_threads = True
    request_queue_size = 50


def main() -> None:
    """Serve until killed."""
    server = Server(("127.0.0.1", 0), Sink)
    print(server.server_address[1], flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()

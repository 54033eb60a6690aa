# SPDX-License-Identifier: MulanPSL-2.0
"""Mail servers and SMS gateways for tests, as processes of their own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.kernel.notify.servers import MailServer, SmsServer

PATIENCE = 120
FROM = "linli@city.example"


@dataclass
class Outside:
    """A server outside that takes letters."""

    port: int
    folder: Path
    process: subprocess.Popen[str]

    def behave(self, manner: str) -> None:
        """Be so from now on."""
        (self.folder / "manner").write_text(manner, "utf-8")

    def heard(self, file: str) -> list[dict[str, Any]]:
        """What it was sent, in order."""
        log = self.folder / file
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]

    def texts(self) -> list[dict[str, Any]]:
        """The text messages that it was given."""
        return self.heard("texts.jsonl")

    def mails(self) -> list[dict[str, Any]]:
        """The mails whose text it was given."""
        return self.heard("mails.jsonl")

    def stop(self) -> None:
        """Be gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def as_mail(self) -> MailServer:
        """How an installation names it."""
        return MailServer.read(f"smtp://127.0.0.1:{self.port}", FROM)

    @property
    def as_sms(self) -> SmsServer:
        """How an installation names it."""
        return SmsServer(f"http://127.0.0.1:{self.port}/send", secret="Bearer geheim")


@contextmanager
def outside(program: str, folder: Path, *words: str, manner: str) -> Iterator[Outside]:
    """A server that is there for a while."""
    folder.mkdir()
    (folder / "manner").write_text(manner, "utf-8")
    script = Path(__file__).with_name(program)
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder), *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Outside(int(process.stdout.readline()), folder, process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.05)

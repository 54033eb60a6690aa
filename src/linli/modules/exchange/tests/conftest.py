# SPDX-License-Identifier: MulanPSL-2.0
"""What the tests of the exchange share: a city, who keeps security in it, and partners' servers."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base.actor import SYSTEM
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.places.factories import city_tree
from linli.modules.exchange.terms import Perm

RECEIVER = Path(__file__).with_name("receiver.py")
LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Partner:
    """A partner's server that runs as a process of its own."""

    port: int
    log: Path

    def address(self, word: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """An address of it that behaves as the word says."""
        return f"{scheme}://{host}:{self.port}/{word}"

    def heard(self) -> list[dict[str, Any]]:
        """What it was sent, in order."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


Start = Callable[..., Partner]


@pytest.fixture
def partner_start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers and ends those that are left."""
    started: list[subprocess.Popen[str]] = []

    def start(certificate: Path | None = None) -> Partner:
        log = tmp_path / f"heard{len(started)}.jsonl"
        more = [str(certificate)] if certificate is not None else []
        process = subprocess.Popen(
            [sys.executable, str(RECEIVER), str(log), *more], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        return Partner(int(process.stdout.readline()), log)

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def partner(partner_start: Start, settings: Any) -> Partner:
    """A server on this machine that the operator allows to be called."""
    settings.LINLI_WEBHOOK_ALLOW = LOOPBACK
    return partner_start()


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """Places, and who sets webhooks in the district."""
    del db
    return town_make()


def town_make() -> SimpleNamespace:
    """A small city whose district has somebody who keeps security."""
    tree = city_tree()
    role_define("keeper", list(Perm))
    tree.keeper = proven(GrantFactory.create(role="keeper", place=tree.district).account)
    tree.system = SYSTEM
    return tree

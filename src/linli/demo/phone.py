# SPDX-License-Identifier: MulanPSL-2.0
"""The phone of a demo: what is sent to it is shown on a page, and goes nowhere else."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from linli.kernel.audit.anchoring import written
from linli.kernel.notify.gateways import Envelope, Handed, Outcome

FILE = "demo-phone.json"
KEPT = 20
"""So many messages are kept, of all phones together."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message on a phone; `at` is wall time in seconds."""

    phone: str
    body: str
    at: float

    @property
    def language(self) -> str:
        """What it is written in: the language of whoever asked for it."""
        return "en" if self.body.isascii() else "zh-Hans"


class DemoPhone:
    """Takes text messages for every number of the city."""

    def hand_over(self, envelope: Envelope) -> Outcome:
        """Keep it in the file that the page reads."""
        texts = [*_texts(), Text(envelope.address, envelope.body, time.time())]
        lines = json.dumps([asdict(text) for text in texts[-KEPT:]], ensure_ascii=False)
        written(lines, _file())
        return Outcome(Handed.TAKEN)


def texts_to(phone: str) -> list[Text]:
    """What a number was sent, newest first."""
    return [text for text in reversed(_texts()) if text.phone == phone]


def _texts() -> list[Text]:
    file = _file()
    return [Text(**each) for each in json.loads(file.read_text("utf-8"))] if file.exists() else []


def _file() -> Path:
    folder: Path = settings.LINLI_DATA
    return folder / FILE

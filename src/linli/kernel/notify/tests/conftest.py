# SPDX-License-Identifier: MulanPSL-2.0
"""Servers that take letters, as this installation knows them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.config.environment import HTTP_GATEWAY
from linli.kernel.notify.tests.servers import Outside, outside


@pytest.fixture
def sink(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """A mail server that takes everything until told otherwise."""
    with outside("sink.py", tmp_path / "sink", manner="well") as found:
        settings.LINLI_MAIL = found.as_mail
        yield found


@pytest.fixture
def sms(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """An SMS gateway that takes everything until told otherwise."""
    with outside("sms.py", tmp_path / "sms", manner="200") as found:
        settings.LINLI_SMS, settings.LINLI_SMS_SERVER = HTTP_GATEWAY, found.as_sms
        settings.LINLI_WEBHOOK_ALLOW = ("127.0.0.0/8",)
        yield found

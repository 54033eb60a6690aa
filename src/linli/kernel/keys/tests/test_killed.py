# SPDX-License-Identifier: MulanPSL-2.0
"""A renewal killed in the middle is finished by the next process, and nothing is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.base.crypto import Purpose
from linli.config.testing.processes import environment
from linli.kernel.audit.fields import context_of
from linli.kernel.audit.models import NameKey
from linli.kernel.audit.services import name_keys_new
from linli.kernel.keys.carriers import carried
from linli.kernel.keys.selectors import progress
from linli.kernel.keys.services import key_rotate

PROCESS = Path(__file__).with_name("process.py")
ROWS = 1500


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_left_the_next_ones_finish(ring_file: Path) -> None:
    keys = {key.pk: opened(key) for key in name_keys_new(ROWS)}
    old = crypto.ring().newest(Purpose.AUDIT).id
    key_rotate(actor=SYSTEM, purposes=[Purpose.AUDIT])
    left = [ROWS]
    for steps in (1, 3, 2):
        first, second = start(ring_file), start(ring_file)
        for _step in range(steps):
            assert stepped(first) == b"step\n"
        first.kill()
        second.kill()
        for killed in (first, second):
            killed.communicate()
        left.append(carried(old, Purpose.AUDIT)["audit.namekey.wrapped_key"])
    assert ROWS > left[1] > left[2] > left[3] > 0
    assert not progress().is_done
    for last in (start(ring_file), start(ring_file)):
        last.communicate(timeout=60)
        assert last.returncode == 0
    assert progress().is_done
    assert carried(old, Purpose.AUDIT) == {}
    assert {key.pk: opened(key) for key in NameKey.objects.filter(pk__in=keys)} == keys


def opened(key: NameKey) -> bytes:
    """The key of a name, as it was before it was wrapped."""
    return crypto.key_unwrap(key.wrapped_key, context=context_of(key.pk))


def start(ring_file: Path) -> subprocess.Popen[bytes]:
    """A process on the database and the ring of the test."""
    told = {**environment(), "LINLI_KEYS_FILE": str(ring_file)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, str(PROCESS)], env=told, stdin=pipe, stdout=pipe)


def stepped(process: subprocess.Popen[bytes]) -> bytes:
    """What a process says after its next step; it then begins another."""
    assert process.stdin is not None
    assert process.stdout is not None
    line = process.stdout.readline()
    os.write(process.stdin.fileno(), b"\n")
    return line

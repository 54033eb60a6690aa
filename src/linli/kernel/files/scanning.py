# SPDX-License-Identifier: MulanPSL-2.0
"""Asking a virus scanner about an upload, where the operator runs one (ClamAV, `LINLI_CLAMAV`).

What it does not answer for is refused: an upload that nobody has looked at is not kept.
"""

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from linli.kernel.files import rules

log = logging.getLogger(__name__)
PATIENCE = 10
"""Seconds for each word of the scanner; it looks at 10 MB in one or two."""
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


def ensure_harmless(data: bytes) -> None:
    """Raises Invalid for an upload in which the scanner finds something, and for every upload while
    it does not answer. Without a scanner nothing is asked.
    """
    if not settings.LINLI_CLAMAV:
        return
    try:
        answer = _asked(settings.LINLI_CLAMAV, data)
    except OSError as error:
        log.error("the virus scanner does not answer: %s", error)
        answer = ""
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        log.warning("an upload was refused: %s", answer)
        message = _("A virus was found in this file. It was not kept.")
        raise rules.refusal(message, "file_virus")
    if answer:
        log.error("the virus scanner says: %s", answer)
    message = _("Files cannot be checked for viruses at the moment. Please send it again later.")
    raise rules.refusal(message, "file_unchecked")


def _asked(scanner: str, data: bytes) -> str:
    """What the scanner says, by the words of its protocol: `INSTREAM`, pieces with their length,
    and a piece of length 0.
    """
    with _connected(scanner) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            piece = data[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
            more = line.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _connected(scanner: str) -> socket.socket:
    """A line to `/run/clamav/clamd.ctl` or `host:port`."""
    if not scanner.startswith("/"):
        host, _colon, port = scanner.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE)
    try:
        line.connect(scanner)
    except OSError:
        line.close()
        raise
    return line

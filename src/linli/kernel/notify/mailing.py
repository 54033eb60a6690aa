# SPDX-License-Identifier: MulanPSL-2.0
"""Handing a mail to a server: our own connection, which ends in time; TLS wherever it is offered,
and never a password without.
"""

import re
import smtplib
import socket
import ssl
import time
from email.message import EmailMessage
from email.policy import SMTP

from linli.base.wire import Failed, Trouble, Wire, trouble_of
from linli.kernel.notify import gateways
from linli.kernel.notify.gateways import Envelope, Handed, Outcome
from linli.kernel.notify.servers import MailServer

_LEADING_DOT = re.compile(rb"(?m)^\.")


class Unsafe(Exception):
    """The server wants a password and offers no TLS."""


class MailGateway:
    """A mail server."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def hand_over(self, envelope: Envelope) -> Outcome:
        """Give it one mail; it is in doubt from the first byte of the text to the answer."""
        call = _Call(self._server)
        try:
            call.open()
            call.give(envelope)
        except smtplib.SMTPResponseException as error:
            return _answered(error, is_greeting=call.is_greeting)
        except Unsafe:
            return Outcome(Handed.LATER, "no TLS", rests=True)
        except (Failed, smtplib.SMTPException, ValueError, OSError) as error:
            handed = Handed.DOUBTFUL if call.is_out else Handed.LATER
            return Outcome(handed, call.trouble(error), rests=True)
        finally:
            call.wire.close()
        return Outcome(Handed.TAKEN)


def _answered(error: smtplib.SMTPResponseException, *, is_greeting: bool) -> Outcome:
    """What a server said no to: us, as long as it is only greeted; then this one mail."""
    said = f"smtp {error.smtp_code}"
    if is_greeting or error.smtp_code == 421:
        return Outcome(Handed.LATER, said, rests=True)
    return Outcome(Handed.REFUSED if error.smtp_code >= 500 else Handed.LATER, said)


class _Smtp(smtplib.SMTP):
    """The library's words over our connection; what comes back is read within its deadline."""

    def __init__(self, wire: Wire, server: MailServer) -> None:
        self._wire = wire
        self._is_secure = server.is_secure
        super().__init__(server.host, server.port, local_hostname=server.domain)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del timeout
        self._wire.connect(host, port, may_call=lambda _address: True)
        if self._is_secure:
            self._wire.secure(host)
        return self._wire.socket

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = self._wire.reader()
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        if self.sock is not None:
            self.sock.settimeout(self._wire.left())
        super().send(s)

    def encrypt(self, host: str) -> None:
        """Go on in TLS, and greet anew."""
        self.ensure(220, "STARTTLS")
        self._wire.secure(host)
        self.sock, self.file = self._wire.socket, None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False
        self.ehlo_or_helo_if_needed()

    def ensure(self, code: int, command: str, words: str = "") -> None:
        """Say something, and make sure of the answer. Raises SMTPResponseException."""
        found, said = self.docmd(command, words)
        if found != code:
            raise smtplib.SMTPResponseException(found, said)


class _Call:
    """One mail on its way."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._ends = time.monotonic() + gateways.SECONDS
        self.wire = Wire(gateways.SECONDS, connect_seconds=gateways.CONNECT_SECONDS)
        self.is_greeting, self.is_out = True, False

    def open(self) -> None:
        """Connect, greet, encrypt, sign in, and say who writes."""
        server = self._server
        self._smtp = smtp = _Smtp(self.wire, server)
        smtp.ehlo_or_helo_if_needed()
        if not server.is_secure and smtp.has_extn("starttls"):
            smtp.encrypt(server.host)
        elif not server.is_secure and server.user:
            raise Unsafe
        if server.user:
            smtp.login(server.user, server.password)
        smtp.ensure(250, "MAIL", f"FROM:<{server.sender}>")
        self.is_greeting = False

    def give(self, envelope: Envelope) -> None:
        """Say to whom, and the text; raises what was not taken."""
        smtp = self._smtp
        smtp.ensure(250, "RCPT", f"TO:<{envelope.address}>")
        smtp.ensure(354, "DATA")
        self.is_out = True
        smtp.send(_written(envelope, self._server.sender) + b".\r\n")
        code, said = smtp.getreply()
        if not 200 <= code < 600:
            raise smtplib.SMTPException
        if code >= 300:
            raise smtplib.SMTPResponseException(code, said)

    def trouble(self, error: Exception) -> str:
        """Why it ended, in a word; the library tells a deadline as a connection that broke."""
        is_late = time.monotonic() >= self._ends or isinstance(error.__context__, TimeoutError)
        if is_late:
            return Trouble.TIME
        is_broken = isinstance(error, smtplib.SMTPServerDisconnected | ssl.SSLEOFError)
        return Trouble.CONNECTION if is_broken else trouble_of(error)


def _written(envelope: Envelope, sender: str) -> bytes:
    """A mail as it goes over the wire; its id is the same at each try."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, envelope.address, envelope.title
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(envelope.body, cte="base64")
    text = mail.as_bytes()
    return _LEADING_DOT.sub(b"..", text if text.endswith(b"\r\n") else text + b"\r\n")

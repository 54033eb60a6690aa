# SPDX-License-Identifier: MulanPSL-2.0
"""The mail server and the SMS gateway of an installation, as its settings name them."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from linli.base.outgoing import target_of

PORTS = {"smtp": 587, "smtps": 465}
PLACES = ("{phone}", "{text}", "{key}")
"""What an SMS gateway is told, as the template of its body names it."""

BODY = '{"phone": "{phone}", "text": "{text}", "key": "{key}"}'


_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~-]+@[A-Za-z0-9.-]+")


def is_address(text: str) -> bool:
    """Whether mail can be addressed so; nothing that would break a line of the protocol."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our mail, and as whom we write; `is_secure` means TLS from the first byte."""

    is_secure: bool
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str

    @classmethod
    def read(cls, address: str, sender: str) -> Self:
        """From `smtp://user:password@host:port` and the address that mail comes from.

        Raises ValueError.
        """
        parts = urlsplit(address)
        port = parts.port
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("give smtp://user:password@host:port, or smtps://")
        if not is_address(sender):
            raise ValueError("say in LINLI_MAIL_FROM from which address mail comes")
        return cls(
            is_secure=parts.scheme == "smtps",
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            sender=sender,
        )

    @property
    def domain(self) -> str:
        """Under which name we greet, and in which our messages have their ids."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class SmsServer:
    """A gateway that takes text messages over http: where, with which secret, and what it reads."""

    address: str
    secret: str = field(repr=False)
    header: str = "Authorization"
    key_header: str = "Idempotency-Key"
    body: str = BODY

    def ensure_sound(self, *, is_https: bool) -> Self:
        """Itself. Raises ValueError where it cannot be called so, https asked for or not."""
        target = target_of(self.address)
        if target is None or (is_https and not target.is_secure):
            raise ValueError("LINLI_SMS_URL: give the https address of the gateway")
        for name in (self.header, self.key_header):
            if not name.replace("-", "").isalnum() or not name.isascii():
                raise ValueError("LINLI_SMS_HEADER and LINLI_SMS_KEY_HEADER are names of headers")
        if not self.secret.isascii() or not self.secret.isprintable():
            raise ValueError("LINLI_SMS_SECRET: one line that a header can hold")
        if not all(place in self.body for place in PLACES[:2]):
            raise ValueError("LINLI_SMS_BODY: JSON with {phone} and {text} in it")
        json.loads(self.body)
        return self

    def filled(self, values: dict[str, str]) -> str:
        """The body for one message: the places within its texts filled in, nothing else touched."""
        return json.dumps(_filled(json.loads(self.body), values), ensure_ascii=False)


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(each, values) for name, each in part.items()}
    if isinstance(part, list):
        return [_filled(each, values) for each in part]
    if isinstance(part, str):
        for place, value in values.items():
            if part == place:
                return value
        for place, value in values.items():
            part = part.replace(place, value)
    return part

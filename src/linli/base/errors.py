# SPDX-License-Identifier: MulanPSL-2.0
"""Refusals: what a service raises when it says no, with a reason that a resident could read."""

from collections.abc import Mapping

from django.utils.functional import Promise

Message = str | Promise


class Refused(Exception):
    """A request was refused; `message` is shown to the person as it stands.

    `code` is a stable English word for APIs and tests; `fields` maps a field name to its own
    message.
    """

    status = 422

    def __init__(
        self, message: Message, *, code: str, fields: Mapping[str, Message] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.fields: dict[str, Message] = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class Forbidden(Refused):
    """The actor may not do this here; surfaces answer as if the thing did not exist."""

    status = 404


class Invalid(Refused):
    """What was filled in cannot be taken as it is; nothing was written."""

    status = 422


class Unproven(Refused):
    """Whoever sits there has to show again who they are, or by more than a password."""

    status = 403


class Conflict(Refused):
    """Somebody else was first, or the thing has moved on since the page was shown."""

    status = 409


class TooMany(Refused):
    """Too many requests from one source; the message says when to try again.

    `retry_after` says it in seconds; 0 where nobody knows.
    """

    status = 429
    retry_after: int = 0

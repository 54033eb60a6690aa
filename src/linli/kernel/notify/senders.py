# SPDX-License-Identifier: MulanPSL-2.0
"""Ways in which a notice leaves the platform, beside the inbox; named in `LINLI_SENDERS`."""

import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from linli.kernel.notify.models import Notice

Sender = Callable[[Sequence[Notice]], None]
"""Takes notices just kept; must not raise for one that cannot be delivered."""

DEFAULT = ("linli.kernel.notify.senders.console",)

log = logging.getLogger(__name__)


def console(notices: Sequence[Notice]) -> None:
    """Write to the log that something was sent: keys and account ids, never the text."""
    for notice in notices:
        log.info("notice %s to account %s", notice.key, notice.account_id)


def senders() -> list[Sender]:
    """The senders of this installation."""
    return [import_string(dotted) for dotted in getattr(settings, "LINLI_SENDERS", DEFAULT)]

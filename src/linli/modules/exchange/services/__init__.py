# SPDX-License-Identifier: MulanPSL-2.0
"""What can be done with webhooks and open data."""

from linli.modules.exchange.services.hooks import (
    WebhookSet,
    messages_replay,
    secret_renew,
    webhook_change,
    webhook_end,
    webhook_pause,
    webhook_resume,
    webhook_set,
)
from linli.modules.exchange.services.opening import data_close, data_open

__all__ = [
    "WebhookSet",
    "data_close",
    "data_open",
    "messages_replay",
    "secret_renew",
    "webhook_change",
    "webhook_end",
    "webhook_pause",
    "webhook_resume",
    "webhook_set",
]

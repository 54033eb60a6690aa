# SPDX-License-Identifier: MulanPSL-2.0
"""The words of the exchange."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from linli.base.wire import Trouble

SECRET_CONTEXT = "exchange.webhook.secret"  # noqa: S105 - what the ciphertext is bound to


class Perm(StrEnum):
    """Permissions over what goes out to others."""

    VIEW = "exchange.view"
    SET_WEBHOOK = "exchange.set_webhook"
    OPEN_DATA = "exchange.open_data"


class Verb(StrEnum):
    """What the record says about the exchange."""

    WEBHOOK_SET = "exchange.webhook.set"
    WEBHOOK_CHANGED = "exchange.webhook.changed"
    WEBHOOK_PAUSED = "exchange.webhook.paused"
    WEBHOOK_RESUMED = "exchange.webhook.resumed"
    WEBHOOK_ENDED = "exchange.webhook.ended"
    SECRET_RENEWED = "exchange.secret.renewed"  # noqa: S105 - a verb, not a secret
    REPLAYED = "exchange.message.replayed"
    DATA_OPENED = "exchange.data.opened"
    DATA_CLOSED = "exchange.data.closed"


class Standing(TextChoices):
    """How a message stands."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


UNREACHED = frozenset(
    {Trouble.ADDRESS, Trouble.NAME, Trouble.CONNECTION, Trouble.CERTIFICATE, Trouble.TIME}
)
"""Troubles of the whole address, not of one message: what comes later waits too."""

PERMISSION_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看对外推送和开放数据", "en": "See webhooks and open data"},
    Perm.SET_WEBHOOK: {"zh": "设置对外推送", "en": "Set webhooks"},
    Perm.OPEN_DATA: {"zh": "开放和收回数据集", "en": "Open and close data sets"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.WEBHOOK_SET: {"zh": "设置了对外推送", "en": "set a webhook"},
    Verb.WEBHOOK_CHANGED: {"zh": "改了对外推送", "en": "changed a webhook"},
    Verb.WEBHOOK_PAUSED: {"zh": "暂停了对外推送", "en": "paused a webhook"},
    Verb.WEBHOOK_RESUMED: {"zh": "恢复了对外推送", "en": "resumed a webhook"},
    Verb.WEBHOOK_ENDED: {"zh": "停用了对外推送", "en": "ended a webhook"},
    Verb.SECRET_RENEWED: {"zh": "换了对外推送的密钥", "en": "renewed the secret of a webhook"},
    Verb.REPLAYED: {"zh": "重新推送了消息", "en": "sent messages again"},
    Verb.DATA_OPENED: {"zh": "开放了数据集", "en": "opened a data set"},
    Verb.DATA_CLOSED: {"zh": "收回了数据集", "en": "closed a data set"},
}

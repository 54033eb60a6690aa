# SPDX-License-Identifier: MulanPSL-2.0
"""What the exchange declares."""

from linli.kernel.sockets.manifest import Gauge, Manifest
from linli.kernel.sockets.retention import Retention
from linli.modules.exchange.terms import PERMISSION_LABELS, VERB_LABELS

MANIFEST = Manifest(
    name="exchange",
    label={"zh": "对外接口", "en": "Exchange"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    open_data={"places": "linli.modules.exchange.selectors.divisions.PLACES"},
    surfaces=(
        "linli.modules.exchange.console.hooks",
        "linli.modules.exchange.console.setting",
        "linli.modules.exchange.console.opening",
    ),
    jobs=("linli.modules.exchange.jobs",),
    retention={
        "exchange.messages_done": Retention(
            {"zh": "已送达外部系统的消息", "en": "Messages delivered to partner systems"},
            "linli.modules.exchange.selectors.hooks.messages_done_aged",
            moment="done_at",
            days=30,
        ),
        "exchange.messages_given_up": Retention(
            {"zh": "没送到外部系统的消息", "en": "Messages to partner systems given up"},
            "linli.modules.exchange.selectors.hooks.messages_given_up_aged",
            moment="made_at",
            days=180,
        ),
    },
    gauges={
        "exchange.messages_waiting": Gauge(
            {"zh": "待发给外部系统的消息", "en": "Messages to partner systems that wait"},
            "linli.modules.exchange.selectors.hooks.waiting_count",
        ),
        "exchange.messages_given_up": Gauge(
            {"zh": "没送到外部系统的消息", "en": "Messages to partner systems given up"},
            "linli.modules.exchange.selectors.hooks.given_up_count",
        ),
    },
)

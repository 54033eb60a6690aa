# SPDX-License-Identifier: MulanPSL-2.0
"""What the outbox declares; a plain mapping, for `Manifest` lies above this part."""

from linli.kernel.jobs.rules import LATE

MANIFEST = {
    "name": "events",
    "label": {"zh": "事件", "en": "Events"},
    "needs": ("jobs",),
    "jobs": ("linli.kernel.events.jobs",),
    "retention": {
        "events.deliveries": {
            "label": {"zh": "已通知的动态回执", "en": "Deliveries of events that were told"},
            "aged": "linli.kernel.events.selectors.deliveries_aged",
            "moment": "done_at",
            "days": 30,
        },
    },
    "gauges": {
        "events.waiting": {
            "label": {"zh": "待通知的动态", "en": "Events to be told"},
            "reads": "linli.kernel.events.selectors.waiting_count",
        },
        "events.oldest_seconds": {
            "label": {"zh": "动态等了多久", "en": "The oldest event waits"},
            "reads": "linli.kernel.events.selectors.oldest_seconds",
            "most": LATE.total_seconds(),
        },
    },
}

# SPDX-License-Identifier: MulanPSL-2.0
"""What notify declares."""

from linli.kernel.notify.terms import Event, Perm, Verb
from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.sockets.manifest import Gauge, Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="notify",
    label={"zh": "通知", "en": "Notices"},
    permissions={
        Perm.VIEW: {"zh": "查看通知回执", "en": "See who was notified"},
        Perm.SETTLE: {"zh": "处理不确定的信件", "en": "Settle letters in doubt"},
    },
    verbs={
        Verb.NOTICE_SENT: {"zh": "发了通知", "en": "sent a notice"},
        Verb.NOTICES_ERASED: {"zh": "依法删除了通知", "en": "lawfully erased notices"},
        Verb.LETTER_REPEATED: {"zh": "重发了不确定的信件", "en": "repeated a letter in doubt"},
        Verb.LETTER_LEFT: {"zh": "让不确定的信件不再发", "en": "left a letter in doubt"},
    },
    keeps={"notify": "linli.kernel.notify.selectors.kept_of"},
    listeners={PeopleEvent.PERSON_ERASED: ("linli.kernel.notify.listeners.person_erased",)},
    events=(Event.NOTICE_SENT,),
    jobs=("linli.kernel.notify.jobs",),
    retention={
        "notify.letters_sent": Retention(
            {"zh": "已发出的短信和邮件", "en": "Mails and text messages that were sent"},
            "linli.kernel.notify.selectors.letters_sent_aged",
            moment="done_at",
            days=30,
        ),
        "notify.letters_ended": Retention(
            {"zh": "未能确认送出的短信和邮件", "en": "Mails and text messages that were given up"},
            "linli.kernel.notify.selectors.letters_ended_aged",
            moment="done_at",
            days=180,
        ),
    },
    gauges={
        "notify.letters_waiting": Gauge(
            {"zh": "待发的短信和邮件", "en": "Mails and text messages that wait"},
            "linli.kernel.notify.selectors.waiting_count",
        ),
        "notify.letters_uncertain": Gauge(
            {"zh": "不确定是否送出的短信和邮件", "en": "Mails and text messages in doubt"},
            "linli.kernel.notify.selectors.uncertain_count",
        ),
        "notify.letter_oldest_seconds": Gauge(
            {"zh": "最早一封待发已等", "en": "The oldest letter waits"},
            "linli.kernel.notify.selectors.oldest_seconds",
            most=3600,
        ),
    },
    grammars=("linli.kernel.notify.grammar.TEXT",),
)

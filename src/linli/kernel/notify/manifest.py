# SPDX-License-Identifier: MulanPSL-2.0
"""What notify declares."""

from linli.kernel.notify.terms import Event, Perm, Verb
from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="notify",
    label={"zh": "通知", "en": "Notices"},
    permissions={Perm.VIEW: {"zh": "查看通知回执", "en": "See who was notified"}},
    verbs={
        Verb.NOTICE_SENT: {"zh": "发了通知", "en": "sent a notice"},
        Verb.NOTICES_ERASED: {"zh": "依法删除了通知", "en": "lawfully erased notices"},
    },
    keeps={"notify": "linli.kernel.notify.selectors.kept_of"},
    listeners={PeopleEvent.PERSON_ERASED: ("linli.kernel.notify.listeners.person_erased",)},
    events=(Event.NOTICE_SENT,),
    grammars=("linli.kernel.notify.grammar.TEXT",),
)

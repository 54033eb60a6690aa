# SPDX-License-Identifier: MulanPSL-2.0
"""What requests about one's own data declare."""

from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention
from linli.modules.subjects.terms import WORKFLOW, Event, Perm, Verb

MANIFEST = Manifest(
    name="subjects",
    label={"zh": "个人信息请求", "en": "Requests about one's own data"},
    needs=("people", "privacy", "workflow"),
    permissions={
        Perm.ANSWER: {"zh": "答复个人信息请求", "en": "Answer requests about one's own data"}
    },
    verbs={
        Verb.FILED: {"zh": "提了个人信息请求", "en": "asked about their own data"},
        Verb.ANSWERED: {"zh": "答复了个人信息请求", "en": "answered a request about data"},
        Verb.WITHDRAWN: {"zh": "撤回了个人信息请求", "en": "withdrew a request about data"},
        Verb.EMPTIED: {"zh": "清空了个人信息请求", "en": "emptied a request about data"},
        Verb.COPY_MADE: {"zh": "做好了个人信息副本", "en": "made a copy of personal data"},
        Verb.COPY_FETCHED: {"zh": "取走了个人信息副本", "en": "fetched a copy of personal data"},
        Verb.COPY_REMOVED: {"zh": "删去了个人信息副本", "en": "removed a copy of personal data"},
    },
    events=tuple(Event),
    shows=(WORKFLOW,),
    listeners={
        PeopleEvent.PERSON_ERASED: ("linli.modules.subjects.listeners.person_erased",),
        PeopleEvent.ERASURE_DECLINED: ("linli.modules.subjects.listeners.erasure_declined",),
    },
    retention={
        "subjects.words": Retention(
            {"zh": "已答复个人信息请求的内容", "en": "Words of requests about one's own data"},
            "linli.modules.subjects.selectors.requests_aged",
            moment="matter__ended_at",
            days=1095,
            least=180,
            law={
                "zh": "行政诉讼法第四十六条",
                "en": "Administrative Litigation Law, article 46",
            },
            take="linli.modules.subjects.services.words_forget",
        )
    },
    keeps={"subjects": "linli.modules.subjects.selectors.kept_of"},
    jobs=("linli.modules.subjects.jobs",),
    surfaces=("linli.modules.subjects.portal", "linli.modules.subjects.console"),
)

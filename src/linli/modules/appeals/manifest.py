# SPDX-License-Identifier: MulanPSL-2.0
"""What appeals declare."""

from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention
from linli.kernel.workflow.terms import Event as WorkflowEvent
from linli.modules.appeals.terms import (
    FILES_OWNER,
    SHOWN_OWNER,
    TOKEN_SCOPES,
    WORK_FILES_OWNER,
    WORKFLOW,
    Event,
    Perm,
    Verb,
)

MANIFEST = Manifest(
    name="appeals",
    label={"zh": "诉求与事件", "en": "Appeals"},
    permissions={
        Perm.REPORT: {"zh": "上报", "en": "Report"},
        Perm.REGISTER_FOR: {"zh": "替居民登记", "en": "Register for somebody"},
        Perm.VIEW: {"zh": "查看诉求", "en": "See appeals"},
        Perm.DISPATCH: {"zh": "派单", "en": "Dispatch"},
        Perm.HANDLE: {"zh": "办理", "en": "Handle"},
        Perm.VERIFY: {"zh": "核查", "en": "Verify"},
        Perm.FOLLOW_UP: {"zh": "回访", "en": "Call back"},
        Perm.RULE: {"zh": "裁定", "en": "Rule on refusals"},
        Perm.IMPORT: {"zh": "批量导入", "en": "Import"},
        Perm.VIEW_FIGURES: {"zh": "查看数据", "en": "See figures"},
        Perm.SHOW_PHOTO: {"zh": "遮盖并公开照片", "en": "Cover and publish photos"},
    },
    verbs={
        Verb.FILED: {"zh": "上报了诉求", "en": "filed an appeal"},
        Verb.WITHDRAWN: {"zh": "撤回了诉求", "en": "withdrew an appeal"},
        Verb.CORRECTED: {"zh": "改了诉求", "en": "corrected an appeal"},
        Verb.URGED: {"zh": "催了一下", "en": "urged an appeal on"},
        Verb.ANSWERED: {"zh": "答复了居民", "en": "answered an appeal"},
        Verb.REPORTER_OPENED: {"zh": "看了反映人的联系方式", "en": "opened the reporter's contact"},
        Verb.IMPORTED: {"zh": "导入了诉求", "en": "imported appeals"},
        Verb.PHOTO_COVERED: {"zh": "遮盖了要公开的照片", "en": "covered a photo to publish"},
        Verb.PHOTO_SHOWN: {"zh": "批准公开照片", "en": "approved a photo for the public"},
        Verb.PHOTO_HIDDEN: {"zh": "撤下了公开的照片", "en": "took a published photo back"},
        Verb.CONTACTS_ERASED: {
            "zh": "依法删除了诉求里的联系方式",
            "en": "lawfully erased the contacts in appeals",
        },
    },
    shows=(WORKFLOW,),
    listeners={PeopleEvent.PERSON_ERASED: ("linli.modules.appeals.listeners.person_erased",)},
    events=(Event.FILED, Event.CHANGED, Event.ANSWERED, Event.RATED),
    file_guards={
        FILES_OWNER: "linli.modules.appeals.selectors.cases.file_is_visible",
        SHOWN_OWNER: "linli.modules.appeals.selectors.shown.file_is_visible",
        WORK_FILES_OWNER: "linli.modules.appeals.selectors.cases.work_file_is_visible",
    },
    retention={
        "appeals.reporters": Retention(
            {
                "zh": "已办结诉求的反映人与照片",
                "en": "Who reported, and photos, in appeals that were closed",
            },
            "linli.modules.appeals.selectors.cases.appeals_aged",
            moment="case__matter__ended_at",
            days=1095,
            least=180,
            law={
                "zh": "行政诉讼法第四十六条",
                "en": "Administrative Litigation Law, article 46",
            },
            take="linli.modules.appeals.services.forgetting.reporters_forget",
        )
    },
    keeps={"appeals": "linli.modules.appeals.selectors.cases.kept_of"},
    looks={Verb.REPORTER_OPENED: "linli.modules.appeals.selectors.cases.unnamed_keys"},
    token_scopes=TOKEN_SCOPES,
    webhooks={
        Event.FILED: "linli.modules.appeals.listeners.FILED",
        Event.CHANGED: "linli.modules.appeals.listeners.CHANGED",
        Event.ANSWERED: "linli.modules.appeals.listeners.ANSWERED",
        Event.RATED: "linli.modules.appeals.listeners.RATED",
        WorkflowEvent.MATTER_MOVED: "linli.modules.appeals.listeners.MOVED",
        WorkflowEvent.MATTER_ENDED: "linli.modules.appeals.listeners.ENDED",
    },
    open_data={
        "cases": "linli.modules.appeals.selectors.opened.CASES",
        "classes": "linli.modules.appeals.selectors.opened.CLASSES",
    },
    exports={"appeals.cases": "linli.modules.appeals.services.exporting.EXPORT"},
    routers={
        "appeals": "linli.modules.appeals.api.appeals.router",
        "cases": "linli.modules.appeals.api.cases.router",
    },
    commands={"appeals": "linli.modules.appeals.commands.appeals"},
    surfaces=(
        "linli.modules.appeals.portal.report",
        "linli.modules.appeals.portal.matters",
        "linli.modules.appeals.portal.shown",
        "linli.modules.appeals.portal.cards",
        "linli.modules.appeals.field",
        "linli.modules.appeals.console.register",
        "linli.modules.appeals.console.queue",
        "linli.modules.appeals.console.many",
        "linli.modules.appeals.console.drawn",
        "linli.modules.appeals.console.desk",
        "linli.modules.appeals.console.matter",
        "linli.modules.appeals.console.moving",
        "linli.modules.appeals.console.showing",
        "linli.modules.appeals.cockpit.today",
        "linli.modules.appeals.cockpit.rows",
    ),
)

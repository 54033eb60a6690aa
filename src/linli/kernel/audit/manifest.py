# SPDX-License-Identifier: MulanPSL-2.0
"""What the record declares; a plain mapping, for `Manifest` lies above this part."""

from linli.kernel.audit.terms import Perm, Verb

MANIFEST = {
    "name": "audit",
    "label": {"zh": "操作记录", "en": "Record"},
    "permissions": {
        Perm.VIEW: {"zh": "查看操作记录", "en": "See the record of who did what"},
        Perm.DROP: {
            "zh": "清出已导出的旧操作记录",
            "en": "Drop old months of the record that were exported",
        },
    },
    "verbs": {
        Verb.NAME_KEY_DESTROYED: {
            "zh": "依法删除了记录里的姓名",
            "en": "lawfully deleted a name from the record",
        },
        Verb.MONTH_EXPORTED: {
            "zh": "导出了一个月的操作记录",
            "en": "exported a month of the record",
        },
        Verb.MONTH_DROPPED: {
            "zh": "清出了已导出的一个月操作记录",
            "en": "dropped an exported month of the record",
        },
    },
    "needs": ("jobs",),
    "jobs": ("linli.kernel.audit.jobs",),
    "gauges": {
        "audit.sealed_seconds": {
            "label": {"zh": "操作记录上次封存", "en": "The record was last sealed"},
            "reads": "linli.kernel.audit.selectors.sealed_seconds",
        }
    },
    "commands": {"audit": "linli.kernel.audit.commands.audit"},
}

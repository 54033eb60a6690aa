# SPDX-License-Identifier: MulanPSL-2.0
"""What background work declares; a plain mapping, for `Manifest` lies above this part."""

from linli.kernel.jobs import rules

MANIFEST = {
    "name": "jobs",
    "label": {"zh": "后台作业", "en": "Background work"},
    "retention": {
        "jobs.done": {
            "label": {"zh": "做完的后台作业", "en": "Jobs that were done"},
            "aged": "linli.kernel.jobs.selectors.done_aged",
            "moment": "finished_at",
            "days": 1,
        },
        "jobs.failed": {
            "label": {"zh": "没做成的后台作业", "en": "Jobs that failed"},
            "aged": "linli.kernel.jobs.selectors.failed_aged",
            "moment": "finished_at",
            "days": 30,
        },
    },
    "gauges": {
        "jobs.waiting": {
            "label": {"zh": "等着做的后台作业", "en": "Jobs that wait"},
            "reads": "linli.kernel.jobs.selectors.waiting_count",
        },
        "jobs.failed": {
            "label": {"zh": "没做成的后台作业", "en": "Jobs that failed"},
            "reads": "linli.kernel.jobs.selectors.failed_count",
        },
        "jobs.oldest_seconds": {
            "label": {"zh": "作业等了多久", "en": "The oldest job waits"},
            "reads": "linli.kernel.jobs.selectors.oldest_seconds",
            "most": rules.LATE.total_seconds(),
        },
        "jobs.worker_seen_seconds": {
            "label": {"zh": "后台进程上次在岗", "en": "A worker was last seen"},
            "reads": "linli.kernel.jobs.selectors.worker_seen_seconds",
            "most": rules.AWAY.total_seconds(),
        },
    },
    "commands": {"worker": "linli.kernel.jobs.commands.worker"},
}

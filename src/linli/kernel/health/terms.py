# SPDX-License-Identifier: MulanPSL-2.0
"""The words of the machinery's health."""

from enum import StrEnum


class Perm(StrEnum):
    """Permissions over the machinery, which lies at no place and holds nobody's data."""

    VIEW = "health.view_state"
    RETRY = "health.retry_job"


class Verb(StrEnum):
    """What the record says about the machinery."""

    JOB_RETRIED = "health.job.retried"


class State(StrEnum):
    """How something is: pages are served while nothing has failed; a warning is for people."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


PERMISSION_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看运行状况", "en": "See how the platform is doing"},
    Perm.RETRY: {"zh": "重做没做成的后台作业", "en": "Have failed jobs tried again"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.JOB_RETRIED: {"zh": "让没做成的作业重做", "en": "had a failed job tried again"},
}

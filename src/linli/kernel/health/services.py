# SPDX-License-Identifier: MulanPSL-2.0
"""Having the machinery do something again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Conflict
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.health.terms import Perm, Verb
from linli.kernel.jobs import services as jobs


@transaction.atomic
def job_retry(*, actor: Actor, key: str) -> str:
    """Have a job that was given up tried again, as if it had just been asked for; its name.

    The machinery lies at no place: whoever may do this somewhere may do it, and it stands on the
    record there. Raises Conflict where somebody else was quicker.
    """
    at = next(iter(actor.reach(Perm.RETRY)), EVERYWHERE)
    access.require(actor, Perm.RETRY, at)
    failed = jobs.failed_requeue(key)
    if failed is None:
        message = _("This job is not among the failed ones any more: somebody was quicker.")
        raise Conflict(message, code="job_not_failed")
    detail = {"job": failed.name, "attempts": failed.attempts, "error": failed.error}
    audit.record(actor, Verb.JOB_RETRIED, on=("jobs.job", key), at=at, detail=detail)
    return failed.name

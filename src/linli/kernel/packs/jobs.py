# SPDX-License-Identifier: MulanPSL-2.0
"""What packs do by themselves."""

from linli.base.actor import SYSTEM
from linli.kernel.jobs.services import enqueue, job
from linli.kernel.packs.selectors import drafts_due
from linli.kernel.packs.services import draft_load, draft_try_next, trial_plan
from linli.kernel.packs.terms import TRY

LOAD = "packs.draft_load"


@job(name="packs.drafts_follow", every="5 minutes")
def follow() -> None:
    """Approved drafts whose day is here come into force, each by itself."""
    for draft_id in drafts_due():
        enqueue(LOAD, draft_id=draft_id)


@job(name=LOAD)
def load(draft_id: int) -> None:
    """One approved draft; done already, it changes nothing."""
    draft_load(actor=SYSTEM, draft=draft_id)


@job(name=TRY)
def try_stories(draft_id: int) -> None:
    """The stories of a draft, each in a transaction of its own: begun again after a stop, it goes
    on with those that are left.
    """
    plan = trial_plan(draft_id)
    while plan is not None and draft_try_next(actor=SYSTEM, draft=draft_id, plan=plan):
        pass

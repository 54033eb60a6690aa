# SPDX-License-Identifier: MulanPSL-2.0
"""Copies, in the background."""

from linli.base.actor import SYSTEM
from linli.kernel.jobs.services import job
from linli.modules.subjects import selectors
from linli.modules.subjects.services import COPY_JOB, copy_make, copy_remove


@job(name=COPY_JOB)
def copy_make_job(request_id: int) -> None:
    """Make one copy; done twice it makes one."""
    for request in selectors.requests_to_answer(actor=SYSTEM).filter(pk=request_id):
        copy_make(actor=SYSTEM, request=request)


@job(name="subjects.copies_remove", every="1 day")
def copies_remove() -> None:
    """Remove copies whose time is over."""
    for request in selectors.copies_over():
        copy_remove(actor=SYSTEM, request=request)

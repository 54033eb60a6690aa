# SPDX-License-Identifier: MulanPSL-2.0
"""What becomes of matters whose time is over: they stay, nobody's."""

from linli.kernel.workflow.queries import MatterQuerySet


def applicants_forget(matters: MatterQuerySet) -> None:
    """Whose matters they were is known no more; the ledger of `kernel.retention`, which calls, says
    so.
    """
    matters.update(applicant_account=None)

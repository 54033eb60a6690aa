# SPDX-License-Identifier: MulanPSL-2.0
"""What becomes of appeals whose time is over: the case and its figures stay, nobody's."""

from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.kernel.files import services as files
from linli.modules.appeals.models import AppealQuerySet, PhotoRelease
from linli.modules.appeals.terms import FILES_OWNER, SHOWN_OWNER, WORK_FILES_OWNER


def reporters_forget(appeals: AppealQuerySet) -> None:
    """Who reported, and for whom, is named no more, and the photos go, public ones and those of the
    work, too; the ledger of `kernel.retention`, which calls, says so.
    """
    releases = PhotoRelease.objects.filter(appeal__in=appeals)
    for pk in releases.values_list("pk", flat=True):
        files.files_drop(actor=SYSTEM, owner_kind=SHOWN_OWNER, owner_key=str(pk))
    releases.delete()
    for number, matter in appeals.values_list("number", "case__matter__number"):
        files.files_drop(actor=SYSTEM, owner_kind=FILES_OWNER, owner_key=number)
        files.files_drop(actor=SYSTEM, owner_kind=WORK_FILES_OWNER, owner_key=matter)
    appeals.update(
        account=None,
        reporter=None,
        for_person=None,
        contact_name="",
        contact_phone="",
        contact_phone_index="",
        for_name="",
        for_phone="",
        forgotten_at=timezone.now(),
    )

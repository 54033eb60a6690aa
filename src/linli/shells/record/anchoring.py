# SPDX-License-Identifier: MulanPSL-2.0
"""Sending outside how the record stands, every night: into a folder, and to partners who asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.kernel.audit import services as audit
from linli.kernel.audit.anchoring import Note, anchor_keep, note_of, note_write
from linli.kernel.audit.forgetting import forgotten_keep
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.events import services as events
from linli.kernel.notify.letters import letter_write
from linli.kernel.notify.terms import Channel, LetterKind
from linli.kernel.places import selectors as places
from linli.kernel.sockets.outside import Telling, Told
from linli.shells.record.terms import CHECK, Event, Verb

PARTNERS = "partners"
"""Where a note went that partner systems were told of."""


def anchor_run() -> Note | None:
    """Seal what is there and send the newest seal outside; None while the record is empty."""
    seal_all()
    seal = seal_newest()
    if seal is None:
        return None
    note = note_of(seal)
    folder: Path | None = settings.LINLI_ANCHORS
    sent = {PARTNERS: ""} if folder is None else {str(folder): _written(note, folder), PARTNERS: ""}
    with transaction.atomic():
        for top in places.tops():
            events.announce(
                Event.ANCHORED, place_path=top.path, number=note.number, chain=note.chain
            )
        for to, error in sent.items():
            anchor_keep(note, to=to, error=error)
        failed = sum(bool(error) for error in sent.values())
        _mailed(note)
        detail = {"seal": note.number, "row": note.last_seq, "failed": failed}
        audit.record(SYSTEM, Verb.ANCHORED, on=CHECK, detail=detail)
    return note


def _written(note: Note, folder: Path) -> str:
    """Put a note into the folder, and which keys are destroyed; what went wrong, "" if nothing
    did.
    """
    try:
        note_write(note, folder / f"linli-record-{note.number:09}.json")
        forgotten_keep(folder)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _mailed(note: Note) -> None:
    """Write to whoever audits; that a mail arrived nobody knows, so the record counts none."""
    words = _("Keep this note where those who run the platform cannot write.")
    for number, address in enumerate(settings.LINLI_AUDIT_MAIL):
        letter_write(
            channel=Channel.MAIL,
            kind=LetterKind.RECORD_SEALED,
            key=f"record:{note.number}:{note.signature[:32]}:{number}",
            address=address,
            title=_("Linli: the record as of seal %(number)s") % {"number": note.number},
            body=f"{words}\n\n{note.to_json()}",
        )


def _told(payload: Mapping[str, Any]) -> Told:
    return Told("record", f"{payload['number']}.{payload['chain']}", "/console/record/")


TOLD = Telling({"zh": "操作记录盖了封印", "en": "The record was sealed"}, _told)

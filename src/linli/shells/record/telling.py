# SPDX-License-Identifier: MulanPSL-2.0
"""The record in sentences: who did what to what, where and why.

Residents are not named here, nor is anybody who acted as one: whoever looks at the record sees
what staff
did. Their names stay in the rows, sealed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM, Actor, ActorKind
from linli.base.text import label
from linli.kernel.access import selectors as access
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.units import selectors as units
from linli.kernel.workflow.selectors import names_of
from linli.shells.record.subjects import Subject, subjects_of

OPEN_KINDS = (
    "", "pack", "notify.notice", "audit.namekey", "audit.recordexport", "keys.key", "record.check",
)  # fmt: skip
OPEN_PARTS = ("places", "units", "access", "accounts", "people", "packs", "forms", "demo")
"""Subjects in which residents do not act; of all others only a finder knows whom to hide."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the record: the sentence, what it was done to, where, and the rest."""

    row: AuditRecord
    sentence: str
    subject: Subject | None
    place: Place | None
    detail: str


def told(actor: Actor, rows: Sequence[AuditRecord]) -> list[Told]:
    """The records as the reader reads them; few queries however many rows."""
    subjects = subjects_of(actor, rows)
    names = _staff_names(row.actor_id for row in rows)
    at = _places(rows)
    found = []
    for row in rows:
        subject = subjects.get((row.subject_kind, row.subject_key))
        who = _who(row, names, subject)
        said = {"who": who, "verb": verb_said(row.verb)}
        sentence = _("%(who)s %(verb)s") % said
        if row.on_behalf_of:
            sentence = _("%(what)s, for somebody else") % {"what": sentence}
        found.append(Told(row, sentence, subject, at.get(row.place_path), _detail(row)))
    return found


def verb_said(verb: str) -> str:
    """What the record says was done, in the reader's language."""
    words = registry.verbs().get(verb)
    return label(words) if words else verb


def _who(row: AuditRecord, names: dict[int, str], subject: Subject | None) -> str:
    if row.actor_kind == ActorKind.SYSTEM:
        return _("The platform")
    if row.actor_kind == ActorKind.PACK:
        return _("Plan pack %(pack)s") % {"pack": row.actor_name.removeprefix("pack:")}
    if row.actor_id is None:
        return _("Somebody without an account")
    if row.actor_id not in names:
        return _("A resident")
    if _is_hidden(row, subject):
        return _("Somebody")
    return names[row.actor_id]


def _is_hidden(row: AuditRecord, subject: Subject | None) -> bool:
    """Whether a colleague may have acted as a resident here."""
    kind = row.subject_kind
    if subject is not None:
        return row.actor_id in subject.hides
    is_open = kind in OPEN_KINDS or kind.partition(".")[0] in OPEN_PARTS
    return not is_open


def _staff_names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of those among some accounts who hold, or held, a post; four queries."""
    asked = {account_id for account_id in account_ids if account_id is not None}
    if not asked:
        return {}
    granted = access.grants_visible(actor=SYSTEM).filter(account__in=asked).order_by()
    members = units.units_visible(actor=SYSTEM).filter(memberships__account__in=asked).order_by()
    staff = set(granted.values_list("account_id", flat=True))
    staff |= asked & set(members.values_list("memberships__account_id", flat=True))
    return names_of(staff)


def _places(rows: Iterable[AuditRecord]) -> dict[str, Place]:
    paths = {row.place_path for row in rows if row.place_path}
    codes = {path.rstrip("/").rpartition("/")[2]: path for path in paths}
    return {codes[code]: place for code, place in places.places_by_codes(codes).items()}


def _detail(row: AuditRecord) -> str:
    """What else was kept: ids, codes and numbers, one a line."""
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in sorted(row.detail.items())
        if value not in (None, "", [], {})
    )

# SPDX-License-Identifier: MulanPSL-2.0
"""Reading the record."""

from django.db import models
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.audit import names
from linli.kernel.audit.models import AuditQuerySet, AuditRecord
from linli.kernel.audit.sealing import seal_newest
from linli.kernel.audit.terms import Perm


def records_for(
    actor: Actor, *, on: models.Model | tuple[str, str | int] | None = None
) -> AuditQuerySet:
    """What the actor may see of the record, newest first, perhaps only of one thing."""
    rows = AuditRecord.objects.visible_to(actor, Perm.VIEW).order_by("-seq")
    if on is None:
        return rows
    return rows & records_of(on)


def records_of(on: models.Model | tuple[str, str | int]) -> AuditQuerySet:
    """All of one thing's record, newest first, for parts that decide themselves who may see it."""
    kind, key = (on._meta.label_lower, on.pk) if isinstance(on, models.Model) else on
    return AuditRecord.objects.filter(subject_kind=kind, subject_key=str(key)).order_by("-seq")


def actor_name_of(record: AuditRecord) -> str | None:
    """Who did it, by name; None once the name was lawfully deleted, "" if there never was one."""
    return names.unseal(record.actor_name)


def actor_name_said(record: AuditRecord) -> str:
    """Who did it, as a page says it."""
    name = actor_name_of(record)
    return _("(deleted)") if name is None else name


def subject_name_of(record: AuditRecord) -> str | None:
    """To whom it was done, by name; None once the name was lawfully deleted."""
    return names.unseal(record.subject_name)


def sealed_seconds() -> float | None:
    """How long ago the record was last sealed; where nothing is written nothing is."""
    newest = seal_newest()
    return (clock.now() - newest.sealed_at).total_seconds() if newest else None

# SPDX-License-Identifier: MulanPSL-2.0
"""Posts: whoever stands in a register that gives a role holds the role, there, while it lasts."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Forbidden
from linli.engines.registers.models import Record
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.terms import State
from linli.kernel.access import services as access
from linli.kernel.access.models import Grant
from linli.kernel.access.terms import GrantSource
from linli.kernel.people.models import Person


def ensure_other(actor: Actor, spec: RegisterSpec, person: Person | None) -> None:
    """Refuse that somebody puts themselves into a post that gives a role. Raises Forbidden."""
    is_own = person is not None and actor.account_id is not None
    if spec.gives and is_own and person.account_id == actor.account_id:  # type: ignore[union-attr]
        raise Forbidden(_("Nobody puts themselves into this post."), code="post_to_self")


def post_follow(record: Record, spec: RegisterSpec) -> None:
    """Let the role of a post follow its record: given, ended, or until another day.

    The platform gives it, since who may write the register decided; a person without a log-in
    holds it from when they have one. Raises as `grant_give`.
    """
    role = (spec.gives or "").partition(":")[2]
    if not role:
        return
    wanted = _wanted(record)
    is_given = False
    for grant in _standing(record):
        if wanted is not None and (grant.account_id, grant.ends_on) == wanted:
            is_given = True
        else:
            access.grant_end(actor=SYSTEM, grant=grant, source=GrantSource.RECORD)
    if wanted is None or is_given or record.person is None or record.person.account is None:
        return
    access.grant_give(
        actor=SYSTEM,
        account=record.person.account,
        role=role,
        place=record.place,
        starts_on=max(record.starts_on, clock.today()),
        ends_on=record.ends_on,
        source=GrantSource.RECORD,
        source_key=key_of(record),
    )


def _wanted(record: Record) -> tuple[int, dt.date | None] | None:
    """The account that is to hold the role, and its last day; None where nobody is."""
    is_over = record.ends_on is not None and record.ends_on < clock.today()
    if record.state != State.STANDING or is_over or record.person is None:
        return None
    account_id = record.person.account_id
    return None if account_id is None else (account_id, record.ends_on)


def _standing(record: Record) -> list[Grant]:
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())
    rows = Grant.objects.filter(lasting, source=GrantSource.RECORD, source_key=key_of(record))
    return list(rows.order_by("pk"))


def key_of(record: Record) -> str:
    """What the grants of a post say that they come from."""
    return f"record:{record.pk}"

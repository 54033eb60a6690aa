# SPDX-License-Identifier: MulanPSL-2.0
"""Grants, role definitions, rate counts and the abuse list."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from linli.base.definitions import DefinitionRow
from linli.base.fields import BlindIndexField
from linli.base.scope import ScopedQuerySet
from linli.kernel.access.terms import (
    AbuseKind,
    Administrator,
    GrantSource,
    OperatorKind,
    OperatorState,
)
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit


class Definition(DefinitionRow):
    """Roles as the packs write them."""


class GrantQuerySet(ScopedQuerySet["Grant"]):
    """Grants by day and place."""

    scope_path: ClassVar[str] = "place__path"

    def on(self, day: dt.date) -> Self:
        """Grants in effect on that day."""
        lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.filter(lasting, starts_on__lte=day, is_waiting=False)


class Grant(models.Model):
    """An account holds a role at a place and all below it, perhaps only within one unit, from–to.

    `source` says who gave it: a person by hand (also to a partner's system), a pack, or a
    register's record that the post comes from (`source_key`); only its own source ends it. One
    taken back on the day it was given ends the day before it began: it never held. One that
    `is_waiting` holds nothing until a second person has said yes to what `asked_by` gave.
    `administrator` says which of the three it makes of its holder; a trigger keeps them apart.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=64)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=16, choices=GrantSource.choices, default=GrantSource.HAND)
    source_key = models.CharField(max_length=100, blank=True)
    administrator = models.CharField(
        max_length=16, choices=Administrator.choices, blank=True, default=""
    )
    is_waiting = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["role", "place"], name="grant_role_place")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} @ {self.place_id}"


LONGEST_OPERATION = 60
"""Minutes after which an operator session is over, whatever was asked for."""


class OperatorSessionQuerySet(ScopedQuerySet["OperatorSession"]):
    """Operator sessions by place."""

    scope_path: ClassVar[str] = "place__path"


class OperatorSession(models.Model):
    """Somebody who serves the machine sees for a while what staff see, as a second person allowed.

    It runs from `starts_at` for `minutes`, by wall time, and is over then even before its row says
    so. What it carries is `operating.permissions_of`, never what is personal.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="operator_sessions"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="operator_sessions")
    kind = models.CharField(max_length=16, choices=OperatorKind.choices)
    reason = models.CharField(max_length=500)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=16, choices=OperatorState.choices, default=OperatorState.ASKED
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OperatorSessionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_OPERATION),
                name="operator_an_hour_at_most",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("account")),
                name="operator_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=OperatorState.RUNNING)
                | Q(decided_by__isnull=False, starts_at__isnull=False),
                name="operator_approved",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=[OperatorState.ASKED, OperatorState.RUNNING]),
                name="operator_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"operator {self.account_id} @ {self.place_id}"

    @property
    def ends_at(self) -> dt.datetime | None:
        """When it is over at the latest; None while it has not begun."""
        if self.starts_at is None:
            return None
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    def runs_at(self, moment: dt.datetime) -> bool:
        """Whether it carries anything at a moment."""
        ends_at = self.ends_at
        return self.state == OperatorState.RUNNING and ends_at is not None and moment < ends_at


class RateLimitCount(models.Model):
    """How often a source, kept as a keyed hash, knocked within one window of time."""

    bucket = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=100)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bucket", "key_hash", "window"], name="rate_count_of_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bucket}: {self.count}"


class AbuseEntryQuerySet(ScopedQuerySet["AbuseEntry"]):
    """Abuse entries by place."""

    scope_path: ClassVar[str] = "place__path"


class AbuseEntry(models.Model):
    """A source that may not send anything at a place for a while; kept as a keyed hash, never as
    itself.

    `masked` is what the list shows of it, so that whoever keeps the list knows which one it is.
    Without `until` it holds until somebody takes it off the list.
    """

    kind = models.CharField(max_length=16, choices=AbuseKind.choices)
    key_hash = BlindIndexField(max_length=100)
    masked = models.CharField(max_length=64, blank=True, default="")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="abuse_entries")
    reason = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = AbuseEntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "key_hash"], name="abuse_kind_key")]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.place_id}"


class TokenQuerySet(ScopedQuerySet["Token"]):
    """Tokens lie where their grant holds."""

    scope_path: ClassVar[str] = "grant__place__path"


class Token(models.Model):
    """A key by which a partner's system acts in the name of the partner's account.

    It stands on one grant and ends with it, carries some of the permissions of that grant's role
    (`scopes`) and the role itself only if it is `acting` in procedures. `public_id` names it in
    lists and in the record; of the secret only a digest is kept. `ends_on` is its last day,
    `last_used_at` is true to the hour. `networks` are the only ones it is taken from; none means
    any.
    """

    public_id = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="tokens")
    scopes = models.JSONField(default=list)
    is_acting = models.BooleanField(default=False)
    networks = models.JSONField(default=list, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()
    ends_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id

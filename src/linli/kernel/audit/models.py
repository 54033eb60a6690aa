# SPDX-License-Identifier: MulanPSL-2.0
"""The record of who did what, and the keys under which it keeps names."""

from typing import ClassVar, Self

from django.db import models

from linli.base.actor import Actor
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.audit.fields import WrappedKeyField


class NameKey(models.Model):
    """The key of one person's or account's name in the record; destroying it takes the name out of
    every row.

    `wrapped_key` is the name key encrypted under the key ring's purpose `audit`; empty once
    destroyed.
    """

    id = models.CharField(primary_key=True, max_length=32)
    wrapped_key = WrappedKeyField(blank=True, default="")
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.id


class AuditQuerySet(ScopedQuerySet["AuditRecord"]):
    """Records lie at the place where the deed was done, by the path it had then."""

    scope_path: ClassVar[str] = "place_path"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Records of the actor's places, those of before such a place was moved included."""
        if actor.is_system:
            return self.all()
        return self.below(*actor.reach_then(permission))


class AuditRecord(models.Model):
    """One deed: who, what, to what, where, why. It points at nothing by foreign key, so that it
    outlives all.

    Database triggers refuse update and delete. `actor_name` and `subject_name` hold ciphertext
    under a `NameKey` for people, the plain label for the platform itself and for packs, or nothing.
    `row_hash` is explained in rules.py.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_name = models.TextField(blank=True, default="")
    on_behalf_of = models.CharField(max_length=64, blank=True, default="")
    verb = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=64, blank=True, default="")
    subject_key = models.CharField(max_length=64, blank=True, default="")
    subject_name = models.TextField(blank=True, default="")
    place_path = PathField(blank=True, default="")
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    row_hash = models.CharField(max_length=80)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "seq"], name="audit_subject"),
            models.Index(fields=["verb", "at"], name="audit_verb_at"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class Seal(models.Model):
    """A closed stretch of the record, one link of its chain (chain.py says how it is reckoned).

    `leaves` are the first bytes of each row's leaf, in order, to say which row was touched;
    `newest_at` is the latest moment among its rows. Database triggers refuse update and delete.
    """

    number = models.BigIntegerField(primary_key=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField(unique=True)
    rows = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    leaves = models.BinaryField()
    newest_at = models.DateTimeField()
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} to {self.last_seq}"


class Anchor(models.Model):
    """One time that a seal was signed and sent outside: to which place, and how it went.

    `error` is "" where it arrived. Database triggers refuse update and delete.
    """

    seal_number = models.BigIntegerField(db_index=True)
    sent_at = models.DateTimeField()
    to = models.CharField(max_length=200)
    signature = models.CharField(max_length=128)
    error = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.seal_number} {self.to}"


class RecordExport(models.Model):
    """A month of the record as it was written into a file: whole seals, the links of the chain
    before and after them, the digest of the file, signed (exported.py says how).

    Database triggers refuse update and delete.
    """

    month = models.CharField(max_length=7)
    first_seal = models.BigIntegerField(unique=True)
    last_seal = models.BigIntegerField(unique=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    rows = models.PositiveBigIntegerField()
    before = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=16)
    public = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    file = models.CharField(max_length=500)
    exported_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month


class RecordDrop(models.Model):
    """That the rows of an exported month were taken out of the database, and by whom.

    It points at nothing by foreign key. Only where one stands does the database let rows go;
    triggers refuse update and delete of itself.
    """

    export_number = models.BigIntegerField(unique=True)
    account_id = models.BigIntegerField(null=True)
    dropped_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.export_number}"

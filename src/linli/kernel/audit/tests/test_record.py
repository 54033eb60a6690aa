# SPDX-License-Identifier: MulanPSL-2.0
"""Writing the record, keeping it as it was written, and taking names out of it."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit import names, selectors, services, triggers
from linli.kernel.audit.commands import audit as command
from linli.kernel.audit.models import AuditRecord, NameKey
from linli.kernel.audit.terms import Perm, Verb

pytestmark = pytest.mark.django_db

NAME = "买买提·艾力𠮷"


def actor_of(account: Account, *paths: str) -> Actor:
    """An account that may read the record at these places."""
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        label=NAME,
        name_key_id=account.name_key_id,
        grants=tuple(Held("auditor", path, None, frozenset({Perm.VIEW})) for path in paths),
        on_behalf_of="person:17",
        request_id="r1",
    )


def test_a_deed_is_kept_with_who_what_where_and_why() -> None:
    account = AccountFactory.create()
    row = services.record(
        actor_of(account),
        "care.visit.recorded",
        on=account,
        at="51/5111/",
        detail={"outcome": "seen"},
        reason="电话13800138000没人接",
    )
    row.refresh_from_db()
    assert (row.actor_kind, row.actor_id) == ("account", account.pk)
    assert (row.subject_kind, row.subject_key) == ("accounts.account", str(account.pk))
    assert (row.verb, row.place_path) == ("care.visit.recorded", "51/5111/")
    assert (row.on_behalf_of, row.request_id) == ("person:17", "r1")
    assert row.detail == {"outcome": "seen"}
    assert row.reason == "电话138****8000没人接"
    assert services.verify().is_whole


def test_a_name_stands_in_the_record_only_as_ciphertext() -> None:
    account = AccountFactory.create()
    row = services.record(actor_of(account), "x.y.z", on=account, subject_name="陈桂兰")
    row.refresh_from_db()
    assert NAME not in str(row.__dict__)
    assert "陈桂兰" not in str(row.__dict__)
    assert services.actor_name_of(row) == NAME
    assert services.subject_name_of(row) == "陈桂兰"


def test_the_platform_and_packs_have_plain_names_and_nobody_has_none() -> None:
    pack = services.record(Actor.pack("leshan", "1.0"), "x.y.z")
    assert services.actor_name_of(pack) == "pack:leshan@1.0"
    assert services.actor_name_of(services.record(SYSTEM, "x.y.z")) == "system"
    assert services.actor_name_of(services.record(ANONYMOUS, "x.y.z")) == ""


def test_a_name_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="only under a name key"):
        services.record(SYSTEM, "x.y.z", on=("place", 5), subject_name="陈桂兰")


def test_a_lawful_deletion_takes_the_name_out_of_every_row_and_leaves_the_proof() -> None:
    account = AccountFactory.create()
    row = services.record(actor_of(account), "x.y.z", on=account, subject_name="陈桂兰")
    services.name_key_destroy(actor=SYSTEM, key_id=account.name_key_id)
    row.refresh_from_db()
    assert services.actor_name_of(row) is None
    assert services.subject_name_of(row) is None
    key = NameKey.objects.get(pk=account.name_key_id)
    assert key.wrapped_key == ""
    assert key.destroyed_at is not None
    assert services.verify() == services.VerifyResult(rows=2, first_broken=None)
    assert AuditRecord.objects.filter(verb=Verb.NAME_KEY_DESTROYED).count() == 1
    later = services.record(actor_of(account), "x.y.z")
    assert later.actor_name == ""


def test_a_key_cannot_be_opened_under_another_id() -> None:
    mine, other = services.name_key_new(), services.name_key_new()
    sealed = names.seal("陈桂兰", mine.pk)
    assert names.unseal(sealed) == "陈桂兰"
    NameKey.objects.filter(pk=other.pk).update(wrapped_key=mine.wrapped_key)
    names.forget(other.pk)
    with pytest.raises(Exception, match="was not written there"):
        names.unseal(sealed.replace(mine.pk, other.pk))


def test_many_keys_are_made_in_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        made = services.name_keys_new(5)
    assert len({key.pk for key in made}) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditrecord SET verb = 'x' WHERE seq = %s",
        "UPDATE audit_auditrecord SET seq = seq + 1 WHERE seq = %s",
        "DELETE FROM audit_auditrecord WHERE seq = %s",
    ],
)
def test_the_database_refuses_to_change_a_row(statement: str) -> None:
    row = services.record(SYSTEM, "x.y.z")
    with (
        pytest.raises(DatabaseError, match="the record is never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [row.seq])
    assert AuditRecord.objects.get().verb == "x.y.z"


def test_the_database_refuses_to_put_a_row_in_place_of_another_or_to_empty_the_table() -> None:
    services.record(SYSTEM, "x.y.z")
    statement = (
        "TRUNCATE audit_auditrecord"
        if connection.vendor == "postgresql"
        else "INSERT OR REPLACE INTO audit_auditrecord SELECT * FROM audit_auditrecord"
    )
    with (
        pytest.raises(DatabaseError, match="the record is never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditRecord.objects.count() == 1


def test_verify_names_the_first_row_that_was_touched() -> None:
    rows = [services.record(SYSTEM, "x.y.z", detail={"number": n}) for n in range(5)]
    assert services.verify() == services.VerifyResult(rows=5, first_broken=None)
    with triggers.lifted():
        AuditRecord.objects.filter(seq__gte=rows[2].seq).update(detail={"number": 9})
    broken = services.VerifyResult(rows=2, first_broken=rows[2].seq, fault=services.Fault.TOUCHED)
    assert services.verify() == broken


def test_the_command_says_so_in_words_and_in_json() -> None:
    row = services.record(SYSTEM, "x.y.z")
    whole = CliRunner().invoke(command, ["verify", "--json"])
    assert whole.exit_code == 0
    told = {
        "rows": 1, "sealed": 0, "whole": True, "dropped": 0, "first_broken": None, "fault": None,
    }  # fmt: skip
    assert json.loads(whole.stdout) == told
    with triggers.lifted():
        AuditRecord.objects.update(reason="x")
    broken = CliRunner().invoke(command, ["verify"])
    assert broken.exit_code == 1
    assert f"row {row.seq} is not as it was written" in broken.stderr


def test_bulk_writers_keep_the_same_rows() -> None:
    account = AccountFactory.create()
    drafts = [services.draft(actor_of(account), "x.y.z", on=("x", n)) for n in range(3)]
    assert not AuditRecord.objects.exists()
    services.records_put(drafts)
    assert services.verify() == services.VerifyResult(rows=3, first_broken=None)
    assert list(AuditRecord.objects.order_by("seq").values_list("subject_key", flat=True)) == [
        "0",
        "1",
        "2",
    ]


def test_a_record_costs_one_statement_after_the_first(django_assert_num_queries: Any) -> None:
    actor = actor_of(AccountFactory.create())
    services.record(actor, "x.y.z")
    with django_assert_num_queries(1):
        services.record(actor, "x.y.z")


def test_the_record_is_read_only_at_ones_own_places() -> None:
    here = services.record(SYSTEM, "x.y.z", at="51/5111/511102/", on=("thing", 1))
    services.record(SYSTEM, "x.y.z", at="37/", on=("thing", 1))
    services.record(SYSTEM, "x.y.z", on=("thing", 1))
    account = AccountFactory.create()
    assert list(selectors.records_for(actor_of(account, "51/5111/"))) == [here]
    assert list(selectors.records_for(actor_of(account))) == []
    assert selectors.records_for(actor_of(account, "")).count() == 3
    assert list(selectors.records_for(actor_of(account, "51/"), on=("thing", 1))) == [here]
    assert list(selectors.records_for(actor_of(account, "51/"), on=("thing", 2))) == []


def test_the_record_points_at_nothing() -> None:
    for model in (AuditRecord, NameKey):
        assert not [field for field in model._meta.get_fields() if field.many_to_one]

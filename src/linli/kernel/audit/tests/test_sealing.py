# SPDX-License-Identifier: MulanPSL-2.0
"""Sealing the record, anchoring it outside, and what a check finds then."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.audit import chain, rules, sealing, services, triggers
from linli.kernel.audit.anchoring import Note, anchor_keep, note_of
from linli.kernel.audit.commands import audit as command
from linli.kernel.audit.models import Anchor, AuditRecord, Seal
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.audit.verifying import Fault, VerifyResult, verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _few_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_ROWS", 4)
    monkeypatch.setattr(sealing, "SETTLING", 0.05)


def written(count: int) -> list[AuditRecord]:
    return [services.record(SYSTEM, "x.y.z", detail={"number": n}) for n in range(count)]


def test_every_row_is_sealed_and_the_links_hang_together() -> None:
    rows = written(10)
    assert seal_all() == 3
    assert seal_all() == 0
    seals = list(Seal.objects.order_by("number"))
    assert [(seal.number, seal.rows) for seal in seals] == [(1, 4), (2, 4), (3, 2)]
    assert [seal.last_seq for seal in seals] == [rows[3].seq, rows[7].seq, rows[9].seq]
    newest = services.record(SYSTEM, "x.y.z")
    assert verify() == VerifyResult(rows=11, sealed=10)
    assert seal_all() == 1
    assert verify() == VerifyResult(rows=11, sealed=11)
    found = seal_newest()
    assert found is not None
    assert found.last_seq == newest.seq


def test_nothing_is_sealed_where_there_is_nothing() -> None:
    assert seal_all() == 0
    assert seal_newest() is None
    assert verify() == VerifyResult(rows=0)


def test_a_row_changed_together_with_its_hash_is_named() -> None:
    rows = written(6)
    seal_all()
    with triggers.lifted():
        touched = AuditRecord.objects.get(pk=rows[2].pk)
        touched.detail = {"number": 9}
        fields = {name: getattr(touched, name) for name in rules.HASHED}
        touched.row_hash = rules.row_hash(fields)
        touched.save()
    assert verify() == VerifyResult(rows=0, first_broken=rows[2].seq, fault=Fault.TOUCHED)


def test_a_row_that_was_taken_out_is_noticed_at_the_one_after_it() -> None:
    rows = written(6)
    seal_all()
    with triggers.lifted():
        AuditRecord.objects.filter(pk=rows[1].pk).delete()
    assert verify() == VerifyResult(rows=0, first_broken=rows[2].seq, fault=Fault.MISSING)
    with triggers.lifted():
        AuditRecord.objects.filter(pk__in=[rows[0].pk, rows[2].pk, rows[3].pk]).delete()
    assert verify().fault is Fault.MISSING


def test_a_row_that_was_put_in_is_noticed() -> None:
    rows = written(3)
    with triggers.lifted():
        AuditRecord.objects.filter(pk=rows[1].pk).delete()
    seal_all()
    with triggers.lifted():
        rows[1].save(force_insert=True)
    assert verify() == VerifyResult(rows=0, first_broken=rows[1].seq, fault=Fault.ADDED)


@pytest.mark.parametrize("change", [{"root": "0" * 64}, {"chain": "0" * 64}, {"rows": 3}])
def test_a_seal_that_was_touched_is_named(change: dict[str, object]) -> None:
    written(6)
    seal_all()
    with triggers.lifted():
        Seal.objects.filter(number=1).update(**change)
    assert verify() == VerifyResult(rows=4, first_broken=1, fault=Fault.SEAL, sealed=4)


def test_a_seal_that_is_gone_is_noticed() -> None:
    written(10)
    seal_all()
    with triggers.lifted():
        Seal.objects.filter(number=2).delete()
    assert verify() == VerifyResult(rows=4, first_broken=2, fault=Fault.SEAL, sealed=4)


def test_a_note_outside_tells_of_a_tail_that_was_cut_and_of_a_record_written_anew() -> None:
    written(10)
    seal_all()
    seal = seal_newest()
    assert seal is not None
    note = Note.read(note_of(seal).to_json())
    assert verify(note) == VerifyResult(rows=10, sealed=10)
    with triggers.lifted():
        Seal.objects.filter(number__gt=2).delete()
        AuditRecord.objects.filter(seq__gt=Seal.objects.get(number=2).last_seq).delete()
    assert verify().is_whole
    assert verify(note) == VerifyResult(rows=0, first_broken=3, fault=Fault.CUT)
    with triggers.lifted():
        Seal.objects.all().delete()
        AuditRecord.objects.all().delete()
    written(10)
    seal_all()
    assert verify().is_whole
    assert verify(note) == VerifyResult(rows=0, first_broken=3, fault=Fault.REWRITTEN)


def test_a_note_that_is_none_of_ours_is_refused() -> None:
    written(1)
    seal_all()
    seal = seal_newest()
    assert seal is not None
    told = json.loads(note_of(seal).to_json())
    for wrong in (
        "",
        "[]",
        "{}",
        json.dumps(told | {"kind": "x"}),
        json.dumps(told | {"more": 1}),
        json.dumps(told | {"chain": "0" * 64}),
        json.dumps(told | {"signature": "no"}),
        json.dumps(told | {"key": "k000000"}),
        json.dumps(told | {"public": "0" * 64}),
    ):
        with pytest.raises(Invalid):
            Note.read(wrong)


@pytest.mark.parametrize("table", ["audit_seal", "audit_anchor"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 7", "DELETE FROM {}"])
def test_seals_and_anchors_are_never_changed(table: str, change: str) -> None:
    written(1)
    seal_all()
    seal = seal_newest()
    assert seal is not None
    anchor_keep(note_of(seal), to="/somewhere/note.json")
    statement = change.format(table, triggers.KEYS[table])
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (Seal.objects.count(), Anchor.objects.count()) == (1, 1)


def test_the_command_writes_a_note_and_checks_against_it(tmp_path: Path) -> None:
    written(5)
    file = tmp_path / "notes" / "record.json"
    done = CliRunner().invoke(command, ["anchor", "--to", str(file)])
    assert done.exit_code == 0, done.output
    assert Note.read(file.read_text("utf-8")).number == 2
    assert Anchor.objects.get().to == str(file)
    whole = CliRunner().invoke(command, ["verify", "--anchor", str(file), "--json"])
    assert whole.exit_code == 0
    assert json.loads(whole.stdout) == {
        "rows": 5, "sealed": 5, "whole": True, "dropped": 0, "first_broken": None, "fault": None,
    }  # fmt: skip
    with triggers.lifted():
        Anchor.objects.all().delete()
        Seal.objects.all().delete()
    cut = CliRunner().invoke(command, ["verify", "--anchor", str(file)])
    assert cut.exit_code == 1
    assert "cut off" in cut.stderr
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    refused = CliRunner().invoke(command, ["verify", "--anchor", str(other)])
    assert refused.exit_code == 2
    nothing = CliRunner().invoke(command, ["anchor", "--to", str(tmp_path)])
    assert nothing.exit_code == 2


@contextmanager
def slow_writer() -> Iterator[threading.Event]:
    """Somebody who has written and does not end before they are told to."""
    begun, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            services.record(SYSTEM, "slow.one.writes")
            begun.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=write)
    slow.start()
    assert begun.wait(10)
    yield go_on
    go_on.set()
    slow.join()


def test_a_writer_that_has_not_ended_is_waited_for() -> None:
    if connection.vendor == "sqlite":
        return  # one writer at a time: none can be in between
    with slow_writer() as go_on:
        written(2)
        threading.Timer(0.5, go_on.set).start()
        assert seal_all() == 1
    assert Seal.objects.get().rows == 3
    assert verify() == VerifyResult(rows=3, sealed=3)


def test_a_writer_that_does_not_end_puts_sealing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        return
    with slow_writer(), monkeypatch.context() as hurried:
        hurried.setattr(sealing, "PATIENCE", 0.2)
        written(2)
        assert seal_all() == 0
    assert seal_all() == 1  # other tests write on the same server: they, too, are waited for


def test_two_workers_seal_at_once_and_nothing_twice() -> None:
    written(23)

    def work() -> None:
        seal_all()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all()
    assert verify() == VerifyResult(rows=23, sealed=23)
    assert [seal.rows for seal in Seal.objects.order_by("number")] == [4, 4, 4, 4, 4, 3]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_the_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    def top(rows: list[bytes]) -> bytes:
        if len(rows) == 1:
            return rows[0]
        half = 1
        while half * 2 < len(rows):
            half *= 2
        return hashlib.sha256(b"\x01" + top(rows[:half]) + top(rows[half:])).digest()

    wanted = top(leaves) if leaves else hashlib.sha256(b"").digest()
    assert chain.root(leaves) == wanted

# SPDX-License-Identifier: MulanPSL-2.0
"""Old months of the record: exported into files that prove themselves, dropped only so."""

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Conflict
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit import names, sealing, services, triggers
from linli.kernel.audit.anchoring import anchor_keep, note_of, note_write
from linli.kernel.audit.commands import audit as command
from linli.kernel.audit.exported import NotWhole, export_check, exports_check, main
from linli.kernel.audit.exporting import month_drop, month_export
from linli.kernel.audit.exports import exports_dropped, exports_listed, months_due
from linli.kernel.audit.models import AuditRecord, RecordDrop, RecordExport, Seal
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.audit.terms import Verb
from linli.kernel.audit.verifying import Fault, verify

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "买买提·艾力𠮷"
NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=clock.ZONE)
MONTHS = ["2022-11", "2022-12", "2023-02"]


@pytest.fixture(autouse=True)
def _few_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_ROWS", 4)
    monkeypatch.setattr(sealing, "SETTLING", 0.05)


def written(month: str, count: int) -> None:
    """A month with so many rows, one of them with a name, all of them sealed."""
    account = AccountFactory.create()
    with clock.at(dt.datetime.fromisoformat(f"{month}-15T10:00+08:00")):
        for number in range(count):
            services.record(SYSTEM, "x.y.z", detail={"number": number})
        services.record(SYSTEM, "x.named.z", on=account, subject_name=NAME, reason="路灯不亮")
        seal_all()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Three old months and a new one, sent outside; gives the folder for files."""
    for month in MONTHS:
        written(month, 5)
    written("2026-03", 2)
    anchored()
    return tmp_path / "exports"


def anchored() -> None:
    seal = seal_newest()
    assert seal is not None
    anchor_keep(note_of(seal), to="/somewhere")


def exported(folder: Path) -> list[RecordExport]:
    with clock.at(NOW):
        return [month_export(actor=SYSTEM, month=m, folder=folder) for m in months_due(36)]


def dropped(export: RecordExport) -> int:
    with clock.at(NOW):
        return month_drop(actor=SYSTEM, export=export, reason="期满")


def lines_of(export: RecordExport) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in gzip.decompress(Path(export.file).read_bytes()).splitlines()
    ]


def rewritten(file: Path, lines: list[dict[str, Any]]) -> Path:
    other = file.with_name("other.jsonl.gz")
    with gzip.open(other, "wb") as packed:
        for line in lines:
            packed.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return other


def test_only_months_older_than_the_keeping_time_are_due(old: Path) -> None:
    with clock.at(NOW):
        assert months_due(36) == MONTHS
        assert months_due(38) == MONTHS[:2]
        assert months_due(120) == []
        exported(old)
        assert months_due(36) == []


def test_a_month_is_exported_and_its_file_proves_itself(old: Path) -> None:
    found = exported(old)
    assert [(export.month, export.rows) for export in found] == [(m, 6) for m in MONTHS]
    ends = exports_check([Path(export.file) for export in reversed(found)])
    assert [end.month for end in ends] == MONTHS
    assert main([export.file for export in found]) == 0
    row = AuditRecord.objects.filter(verb=Verb.MONTH_EXPORTED).earliest("seq")
    assert (row.subject_key, row.detail["digest"]) == (str(found[0].pk), found[0].digest)
    assert services.verify().is_whole


def test_the_same_month_makes_the_same_file(old: Path) -> None:
    first = exported(old)[0]
    before = Path(first.file).read_bytes()
    with triggers.lifted():
        RecordExport.objects.all().delete()
    Path(first.file).unlink()
    again = exported(old)[0]
    assert Path(again.file).read_bytes() == before


def test_no_name_stands_in_the_file_and_none_can_be_read_once_its_key_is_destroyed(
    old: Path,
) -> None:
    export = exported(old)[0]
    text = gzip.decompress(Path(export.file).read_bytes()).decode()
    assert NAME not in text
    sealed = next(
        line["row"]["subject_name"] for line in lines_of(export) if "row" in line
        and line["row"]["subject_name"]
    )  # fmt: skip
    assert names.unseal(sealed) == NAME
    services.name_key_destroy(actor=SYSTEM, key_id=sealed.partition(":")[0])
    assert names.unseal(sealed) is None
    assert export_check(Path(export.file)).rows == 6


def test_a_file_that_was_touched_is_noticed(old: Path) -> None:
    export = exported(old)[1]
    file, lines = Path(export.file), lines_of(export)
    rows = [n for n, line in enumerate(lines) if "row" in line]
    seals = [n for n, line in enumerate(lines) if "seal" in line]
    changed = [line | {"row": line["row"] | {"reason": "x"}} for line in (lines[rows[1]],)]
    for wrong in (
        [*lines[: rows[1]], *changed, *lines[rows[1] + 1 :]],
        lines[: rows[1]] + lines[rows[1] + 1 :],
        lines[: seals[1]] + lines[-1:],
        lines[:-1],
        lines[1:],
        [lines[0] | {"month": "2020-01"}, *lines[1:]],
        [*lines[:-1], {"end": lines[-1]["end"] | {"month": "2020-01"}}],
        [*lines[:-1], {"end": lines[-1]["end"] | {"digest": "0" * 64}}],
        [*lines, lines[-1]],
        [{"kind": "x"}],
    ):
        other = rewritten(file, wrong)
        with pytest.raises(NotWhole):
            export_check(other)
        assert main([str(other)]) == 1
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
    for spoiled in (b"", b"x", whole[:-40], flipped):
        file.write_bytes(spoiled)
        with pytest.raises(NotWhole):
            export_check(file)


def test_files_that_do_not_follow_one_another_are_noticed(old: Path) -> None:
    files = [Path(export.file) for export in exported(old)]
    with pytest.raises(NotWhole, match="2023-02 does not go on"):
        exports_check([files[0], files[2]])
    other = {"number": Seal.objects.earliest("number").number, "chain": "0" * 64}
    with pytest.raises(NotWhole, match="anchor"):
        exports_check(files, [other])


def test_a_month_that_was_touched_is_not_exported(old: Path) -> None:
    with triggers.lifted():
        AuditRecord.objects.filter(pk=AuditRecord.objects.earliest("seq").pk).update(reason="x")
    with clock.at(NOW), pytest.raises(Conflict) as broken:
        month_export(actor=SYSTEM, month=MONTHS[0], folder=old)
    assert broken.value.code == "record_broken"
    assert list(old.iterdir()) == []
    with clock.at(NOW), pytest.raises(Conflict):
        month_export(actor=SYSTEM, month="2021-01", folder=old)


class TestDrop:
    def test_the_rows_go_and_the_check_goes_on_over_the_gap(self, old: Path) -> None:
        before = verify()
        first, second, _third = exported(old)
        assert dropped(first) == 6
        assert dropped(second) == 6
        assert not AuditRecord.objects.filter(seq__lte=second.last_seq).exists()
        seal_all()
        after = verify()
        assert (after.is_whole, after.dropped) == (True, 12)
        assert after.rows + after.dropped == before.rows + 5, "three exports and two drops"
        row = AuditRecord.objects.filter(verb=Verb.MONTH_DROPPED).latest("seq")
        assert (row.subject_key, row.reason) == (str(second.pk), "期满")
        assert [export.month for export in exports_dropped()] == MONTHS[:2]

    def test_a_row_that_went_outside_of_an_exported_month_is_still_found(self, old: Path) -> None:
        first, second, _third = exported(old)
        dropped(first)
        with triggers.lifted():
            AuditRecord.objects.filter(seq=second.first_seq + 1).delete()
        assert verify().fault is Fault.MISSING

    def test_a_row_put_into_the_gap_is_found(self, old: Path) -> None:
        kept = AuditRecord.objects.earliest("seq")
        first, *_later = exported(old)
        dropped(first)
        kept.save(force_insert=True)
        assert verify().fault is Fault.ADDED

    def test_a_seal_of_the_gap_that_was_touched_is_found(self, old: Path) -> None:
        first, *_later = exported(old)
        dropped(first)
        with triggers.lifted():
            Seal.objects.filter(number=1).update(root="0" * 64)
        assert verify().fault is Fault.SEAL

    def test_an_export_that_is_not_ours_does_not_cover_a_gap(self, old: Path) -> None:
        first, *_later = exported(old)
        dropped(first)
        with triggers.lifted():
            RecordExport.objects.filter(pk=first.pk).update(last_seal=first.last_seal - 1)
        assert verify().fault is Fault.EXPORT

    def test_months_go_in_order_and_each_once(self, old: Path) -> None:
        first, second, _third = exported(old)
        with pytest.raises(Conflict) as early:
            dropped(second)
        assert early.value.code == "not_oldest"
        dropped(first)
        with pytest.raises(Conflict):
            dropped(first)
        assert RecordDrop.objects.count() == 1

    def test_without_the_whole_file_nothing_goes(self, old: Path) -> None:
        first, second, _third = exported(old)
        file = Path(first.file)
        kept = file.read_bytes()
        file.unlink()
        spoiled = {None: "file_broken", kept[:-9]: "file_broken"}
        for content, code in (spoiled | {Path(second.file).read_bytes(): "file_other"}).items():
            if content is not None:
                file.write_bytes(content)
            with pytest.raises(Conflict) as stopped:
                dropped(first)
            assert stopped.value.code == code
        file.write_bytes(kept)
        assert dropped(first) == 6

    def test_what_was_never_sent_outside_does_not_go(self, tmp_path: Path) -> None:
        written(MONTHS[0], 2)
        (first,) = exported(tmp_path)
        with pytest.raises(Conflict) as early:
            dropped(first)
        assert early.value.code == "not_anchored"
        anchored()
        assert dropped(first) == 3

    def test_the_database_itself_lets_no_other_row_go(self, old: Path) -> None:
        first, second, _third = exported(old)
        refused(f"DELETE FROM audit_auditrecord WHERE seq = {first.first_seq}")
        dropped(first)
        refused(f"DELETE FROM audit_auditrecord WHERE seq = {second.first_seq}")
        refused("UPDATE audit_auditrecord SET reason = 'x'")
        for table in ("audit_recordexport", "audit_recorddrop"):
            refused(f"DELETE FROM {table}")
            refused(f"UPDATE {table} SET id = id + 1")


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_command_exports_and_checks_files_and_their_notes(old: Path, tmp_path: Path) -> None:
    with clock.at(NOW):
        done = CliRunner().invoke(command, ["export", "--to", str(old), "--json"])
        assert done.exit_code == 0, done.output
        again = CliRunner().invoke(command, ["export", "--to", str(old), "--json"])
    files = [told["file"] for told in json.loads(done.stdout)]
    assert len(files) == 3
    assert json.loads(again.stdout) == []
    note = tmp_path / "note.json"
    note_write(note_of(Seal.objects.get(number=exports_listed()[0].last_seal)), note)
    asked = [word for file in files for word in ("--export", file)]
    whole = CliRunner().invoke(command, ["verify", *asked, "--anchor", str(note), "--json"])
    assert whole.exit_code == 0, whole.output
    assert [end["month"] for end in json.loads(whole.stdout)] == MONTHS
    cut = CliRunner().invoke(command, ["verify", "--export", files[0], "--export", files[2]])
    assert cut.exit_code == 1
    assert "does not go on" in cut.stderr

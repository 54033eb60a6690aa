# SPDX-License-Identifier: MulanPSL-2.0
"""Who may drop an exported month, when, and what that leaves on record."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit import sealing
from linli.kernel.audit import services as audit
from linli.kernel.audit.anchoring import anchor_keep, note_of
from linli.kernel.audit.exporting import month_export
from linli.kernel.audit.models import AuditRecord, RecordExport
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.audit.terms import Perm
from linli.kernel.audit.terms import Verb as AuditVerb
from linli.kernel.events.models import Event as OutboxEvent
from linli.kernel.places.models import Place
from linli.shells.places.tests.towns import enter, links_of, staff, text_of
from linli.shells.record.keeping import month_drop
from linli.shells.record.terms import Event

pytestmark = pytest.mark.both_databases


@pytest.fixture
def export(towns: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordExport:
    """A month of years ago, exported and sent outside."""
    del towns
    newest = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True)
    monkeypatch.setattr(sealing, "_last_settled", newest.first)
    with clock.at(dt.datetime(2021, 5, 4, 9, 0, tzinfo=clock.ZONE)):
        audit.record(SYSTEM, "x.y.z")
        seal_all()
    seal = seal_newest()
    assert seal is not None
    anchor_keep(note_of(seal), to="/somewhere")
    return month_export(actor=SYSTEM, month="2099-12", folder=tmp_path)


def auditor(*tops: Place) -> Actor:
    account = AccountFactory.create()
    held = frozenset({Perm.VIEW, Perm.DROP})
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        label="白洁",
        name_key_id=account.name_key_id,
        grants=tuple(Held("audit_administrator", top.path, None, held) for top in tops),
    )


def test_the_audit_administrator_drops_a_month(
    towns: SimpleNamespace, export: RecordExport
) -> None:
    actor = auditor(towns.here.city, towns.there.city)
    count = month_drop(actor=actor, export=export, reason="满三年，存档案室")
    assert count == export.rows
    assert not AuditRecord.objects.filter(seq__lte=export.last_seq).exists()
    rows = AuditRecord.objects.filter(verb=AuditVerb.MONTH_DROPPED)
    assert {(row.actor_id, row.reason) for row in rows} == {(actor.account_id, "满三年，存档案室")}
    assert {row.place_path for row in rows} == {towns.here.city.path, towns.there.city.path}
    told = OutboxEvent.objects.filter(name=Event.DROPPED)
    assert {each.place_path for each in told} == {
        towns.here.city.path,
        towns.there.city.path,
    }
    assert audit.verify().is_whole


def test_the_page_lists_months_and_drops_the_oldest(
    client: Client, towns: SimpleNamespace, export: RecordExport
) -> None:
    account = staff("auditor", towns.here.city)
    GrantFactory.create(account=account, role="auditor", place=towns.there.city)
    enter(client, account)
    assert links_of(client.get("/console/record/"), "/console/record/months/")
    page = client.get("/console/record/months/")
    assert "Drop 2099-12" in text_of(page)
    sent = {"month": "2099-12", "reason": ""}
    assert client.post("/console/record/months/", sent).status_code == 422
    other = sent | {"month": "2021-01", "reason": "满三年"}
    assert client.post("/console/record/months/", other).status_code == 409
    sent |= {"reason": "满三年，存档案室"}
    assert client.post("/console/record/months/", sent, follow=True).status_code == 200
    assert not AuditRecord.objects.filter(seq__lte=export.last_seq).exists()
    assert "only in the file" in text_of(client.get("/console/record/months/"))
    assert "dropped an exported month" in text_of(client.get("/console/record/"))
    enter(client, towns.here.admin)
    assert client.get("/console/record/months/").status_code == 404
    assert not links_of(client.get("/console/record/"), "/console/record/months/")


def test_nobody_drops_what_is_also_another_citys(
    towns: SimpleNamespace, export: RecordExport
) -> None:
    for actor in (auditor(towns.here.city), auditor(towns.here.district), auditor()):
        with pytest.raises(Forbidden):
            month_drop(actor=actor, export=export, reason="满三年")
    assert audit.verify().dropped == 0


def test_without_a_reason_or_a_second_time_nothing_is_dropped(
    towns: SimpleNamespace, export: RecordExport
) -> None:
    actor = auditor(towns.here.city, towns.there.city)
    with pytest.raises(Invalid):
        month_drop(actor=actor, export=export, reason="  ")
    month_drop(actor=actor, export=export, reason="满三年")
    with pytest.raises(Conflict):
        month_drop(actor=actor, export=export, reason="满三年")

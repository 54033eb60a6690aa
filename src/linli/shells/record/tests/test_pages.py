# SPDX-License-Identifier: MulanPSL-2.0
"""The record in the console: sentences, filters, whom it names, and whether it was touched."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden
from linli.kernel.audit import sealing, triggers
from linli.kernel.audit import services as audit
from linli.kernel.audit.anchoring import Note
from linli.kernel.audit.models import Anchor, AuditRecord
from linli.kernel.audit.sealing import seal_all
from linli.kernel.events.models import Event as OutboxEvent
from linli.kernel.jobs.worker import run_all
from linli.kernel.notify import letters
from linli.kernel.notify.tests.servers import outside
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.terms import Verb as PlaceVerb
from linli.kernel.sockets.outside import Told
from linli.kernel.units import services as units
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open
from linli.kernel.workflow.services import matter_move
from linli.shells.places.tests.towns import enter, links_of, staff, text_of
from linli.shells.record import subjects
from linli.shells.record.anchoring import TOLD, anchor_run
from linli.shells.record.checking import check_ask, check_newest, check_run
from linli.shells.record.terms import Verb

pytestmark = pytest.mark.both_databases


def _rename(towns: SimpleNamespace, actor: Actor | None = None) -> None:
    units.unit_rename(
        actor=actor or actor_of(towns.here.admin),
        unit=towns.here.water,
        label={"zh": "区水利局", "en": "Water office"},
    )


def test_each_line_is_a_sentence_with_the_way_to_its_subject(
    client: Client, towns: SimpleNamespace
) -> None:
    _rename(towns)
    enter(client, towns.here.auditor)
    page = client.get("/console/record/")
    assert "方远 renamed a unit : Water office" in text_of(page)
    assert links_of(page, f"/console/units/{towns.here.water.pk}/")
    enter(client, towns.here.auditor, "zh-hans")
    assert "方远给单位改了名 ： 区水利局" in text_of(client.get("/console/record/"))


def test_nobody_reads_what_was_done_in_another_city(client: Client, towns: SimpleNamespace) -> None:
    _rename(towns)
    enter(client, towns.there.auditor)
    assert "Nothing of this was done at your places" in text_of(client.get("/console/record/"))
    asked = {"subject": f"units.unit:{towns.here.water.pk}"}
    text = text_of(client.get("/console/record/", asked))
    assert "Water office" not in text
    enter(client, staff("community_clerk", towns.here.community))
    assert client.get("/console/record/").status_code == 404


def test_a_leader_of_a_community_reads_of_the_community_only(
    client: Client, towns: SimpleNamespace
) -> None:
    audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
    audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.district, at=towns.here.district)
    enter(client, staff("leader", towns.here.community))
    lines = client.get("/console/record/").context["lines"]
    assert [line.place for line in lines] == [towns.here.grid]
    assert lines[0].sentence == "The platform added a place"


def test_filters_narrow_by_deed_thing_and_day(client: Client, towns: SimpleNamespace) -> None:
    _rename(towns)
    with clock.at(FRIDAY - dt.timedelta(days=3)):
        audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
    enter(client, towns.here.auditor)

    def found(**asked: str) -> list[str]:
        return [line.row.verb for line in client.get("/console/record/", asked).context["lines"]]

    assert found() == ["places.place.added", "units.unit.renamed"]
    assert found(verb="places.place.added") == ["places.place.added"]
    assert found(subject=f"units.unit:{towns.here.water.pk}") == ["units.unit.renamed"]
    assert found(since="2026-03-06") == ["units.unit.renamed"]
    assert found(until="2026-03-05") == ["places.place.added"]
    assert len(found(since="yesterday")) == 2
    assert found(verb="no.such.deed") == []


def test_older_lines_follow_page_by_page(client: Client, towns: SimpleNamespace) -> None:
    for _number in range(53):
        audit.record(SYSTEM, PlaceVerb.PLACE_CHANGED, on=towns.here.grid, at=towns.here.grid)
    enter(client, towns.here.auditor)
    first = client.get("/console/record/")
    assert len(first.context["lines"]) == 50
    (older,) = links_of(first, "before=")
    second = client.get(f"/console/record/{older}")
    assert len(second.context["lines"]) == 3
    assert client.get("/console/record/", {"before": "9" * 40}).status_code == 200


def test_residents_are_not_named_and_staff_are(client: Client, towns: SimpleNamespace) -> None:
    PersonFactory.create(name="陈桂兰", account=towns.here.resident)
    PersonFactory.create(name="何倩", account=towns.here.dispatcher)
    matter = appeal_open(towns.here, actor=actor_of(towns.here.resident))
    matter_move(
        actor=actor_of(towns.here.dispatcher),
        matter=matter,
        move="dispatch",
        expected_step="received",
    )
    enter(client, staff("leader", towns.here.city))
    text = text_of(client.get("/console/record/"))
    assert "A resident opened a matter" in text
    assert "何倩" in text
    assert "陈桂兰" not in text


def test_a_colleague_who_reports_as_a_resident_is_not_named(
    client: Client, towns: SimpleNamespace
) -> None:
    PersonFactory.create(name="何倩", account=towns.here.dispatcher)
    appeal_open(towns.here, applicant=towns.here.dispatcher)
    audit.record(
        actor_of(towns.here.dispatcher),
        "appeals.appeal.filed",
        on=("appeal", "X1"),
        at=towns.here.grid,
    )
    enter(client, staff("leader", towns.here.city))
    text = text_of(client.get("/console/record/"))
    assert "Somebody opened a matter" in text
    assert "何倩" not in text


def test_a_module_says_who_finds_its_things_and_whom_they_hide(
    client: Client, towns: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(subjects._finders, "test.thing", lambda actor, keys: {})
    subjects.subject("test.thing")(
        lambda actor, keys: {"1": subjects.Subject("The thing", "/console/thing/1/")}
    )
    actor = actor_of(towns.here.admin)
    for key in ("1", "2"):
        audit.record(actor, PlaceVerb.PLACE_CHANGED, on=("test.thing", key), at=towns.here.city)
    enter(client, towns.here.auditor)
    page = client.get("/console/record/")
    assert links_of(page, "/console/thing/1/")
    sentences = [line.sentence for line in page.context["lines"]]
    assert sentences == ["Somebody changed a place", "方远 changed a place"]


def test_verify_now_runs_in_the_background_and_says_what_it_found(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.auditor)
    assert "It has not been checked yet." in text_of(client.get("/console/record/"))
    begun = client.post("/console/record/check/", follow=True)
    assert "The check has begun." in text_of(begun)
    assert "Being checked since today 16:30." in text_of(begun)
    again = client.post("/console/record/check/", follow=True)
    assert "A check is under way already." in text_of(again)
    assert AuditRecord.objects.filter(verb=Verb.CHECK_ASKED).count() == 1
    assert run_all() >= 1
    assert "every line is as it was written" in text_of(client.get("/console/record/"))
    assert AuditRecord.objects.get(verb=Verb.CHECK_ASKED).actor_id == towns.here.auditor.pk


def test_a_line_that_was_touched_is_named(client: Client, towns: SimpleNamespace) -> None:
    row = audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
    with triggers.lifted():
        AuditRecord.objects.filter(pk=row.pk).update(reason="nothing happened")
    assert check_run().first_broken == row.pk
    enter(client, towns.here.auditor)
    text = text_of(client.get("/console/record/"))
    assert f"line {row.pk} is not as it was written" in text


def test_only_who_may_see_the_record_has_it_checked(client: Client, towns: SimpleNamespace) -> None:
    enter(client, staff("community_clerk", towns.here.community))
    assert client.post("/console/record/check/").status_code == 404
    with pytest.raises(Forbidden):
        check_ask(actor=ANONYMOUS)
    assert check_newest().asked is None


def test_progress_goes_by_how_long_the_last_check_took(towns: SimpleNamespace) -> None:
    admin = actor_of(towns.here.auditor)
    check_ask(actor=admin)
    check_run()
    with clock.at(FRIDAY + dt.timedelta(minutes=1)):
        check_ask(actor=admin)
        with pytest.raises(Conflict):
            check_ask(actor=admin)
        assert check_newest().share == 0
    with clock.at(FRIDAY + dt.timedelta(minutes=2)):
        assert check_newest().is_running
        assert check_newest().share == 95
    with clock.at(FRIDAY + dt.timedelta(hours=3)):
        assert not check_newest().is_running


def test_more_lines_cost_no_more_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.auditor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/console/record/").status_code == 200
        return len(queries)

    def write() -> None:
        audit.record(
            actor_of(staff("leader", towns.here.city)),
            PlaceVerb.PLACE_CHANGED,
            on=towns.here.grid,
            at=towns.here.grid,
        )

    write()
    cost()  # what is kept for later is read once
    few = cost()
    for _number in range(6):
        write()
    assert cost() == few <= 35


@pytest.fixture
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is one transaction never ends as far as the database knows."""
    newest = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True)
    monkeypatch.setattr(sealing, "_last_settled", newest.first)


@pytest.mark.usefixtures("nobody_writes")
def test_what_was_sealed_and_sent_outside_is_said(
    client: Client, towns: SimpleNamespace, tmp_path: Path, settings: Any
) -> None:
    enter(client, towns.here.auditor)
    assert "Sealed up to" not in text_of(client.get("/console/record/"))
    audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
    seal_all()
    assert "No seal has been sent outside yet." in text_of(client.get("/console/record/"))
    settings.LINLI_ANCHORS = tmp_path
    note = anchor_run()
    assert note is not None
    text = text_of(client.get("/console/record/"))
    assert f"Sealed up to line {note.last_seq}" in text
    assert "The seal was sent outside today 16:30." in text
    (file,) = tmp_path.iterdir()
    assert Note.read(file.read_text("utf-8")) == note
    assert audit.verify(note).is_whole
    announced = OutboxEvent.objects.get(name="record.anchored", place_path=towns.here.city.path)
    assert TOLD.tell(announced.payload) == Told(
        "record", f"{note.number}.{note.chain}", "/console/record/"
    )


@pytest.mark.usefixtures("nobody_writes")
def test_whoever_audits_is_written_the_note(
    towns: SimpleNamespace, tmp_path: Path, settings: Any
) -> None:
    settings.LINLI_AUDIT_MAIL = ("a@city.example", "b@city.example")
    with outside("sink.py", tmp_path / "sink", manner="well") as sink:
        settings.LINLI_MAIL = sink.as_mail
        audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
        note = anchor_run()
        letters.letters_ask()
        run_all()
        mails = sink.mails()
    assert [mail["to"] for mail in mails] == ["a@city.example", "b@city.example"]
    text = mails[0]["body"]
    assert Note.read(text[text.index("{") :]) == note
    assert set(Anchor.objects.values_list("to", flat=True)) == {"partners"}


@pytest.mark.usefixtures("nobody_writes")
def test_a_folder_that_cannot_be_written_is_kept_as_not_arrived(
    towns: SimpleNamespace, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    settings.LINLI_ANCHORS = tmp_path / "file"
    audit.record(SYSTEM, PlaceVerb.PLACE_ADDED, on=towns.here.grid, at=towns.here.grid)
    assert anchor_run() is not None
    outside = Anchor.objects.exclude(to="partners").get()
    assert outside.error
    assert AuditRecord.objects.get(verb=Verb.ANCHORED).detail["failed"] == 1

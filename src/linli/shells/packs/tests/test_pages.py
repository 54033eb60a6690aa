# SPDX-License-Identifier: MulanPSL-2.0
"""The pack editor in the console: every table, value, button and form, and every refusal."""

import io
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.jobs import worker
from linli.kernel.packs import drafts, services
from linli.kernel.packs.archive import archive_written
from linli.kernel.packs.factories import willow, willow_files
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.services import pack_load
from linli.kernel.packs.stories import Missed
from linli.kernel.packs.terms import DraftState
from linli.kernel.packs.tests.drafting import STORIES
from linli.kernel.packs.trials import TrialView, Tried
from linli.kernel.units.factories import UnitFactory
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.models import Definition
from linli.shells.packs.examples import story_lines
from linli.shells.packs.words import Words
from linli.shells.places.tests.towns import enter, links_of, text_of


def begun(city: SimpleNamespace, client: Client, **given: Any) -> PackDraft:
    """A draft begun on the page, by whoever is signed in."""
    sent = {"title": "改职责", "reason": "会上定的", "effective_on": "2026-03-06", **given}
    answer = client.post(f"/console/packs/of/{city.pack}/begin/", sent)
    assert answer.status_code == 302, text_of(answer)
    return PackDraft.objects.latest("pk")


def form_of(answer: Any) -> dict[str, Any]:
    """What the first form of the page's main part would send as it stands."""
    page = answer.content.decode()
    form = page[page.index('name="seen"') - 40 :].partition("</form>")[0]
    sent: dict[str, Any] = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    ticked = re.findall(r'type="checkbox" name="(\w+)" value="([^"]*)" checked', form)
    for name, value in ticked:
        old = sent.get(name)
        sent[name] = [*(old if isinstance(old, list) else []), value]
    texts = r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>'
    return sent | dict(re.findall(texts, form, re.DOTALL))


def address(draft: PackDraft, rest: str = "") -> str:
    """A page of a draft."""
    return f"/console/packs/drafts/{draft.pk}/{rest}"


def save(client: Client, where: str, **change: Any) -> Any:
    """Open a form, change some of it, and send it."""
    sent = form_of(client.get(where)) | change
    return client.post(where, sent, follow=True)


def test_a_clerk_changes_a_duty_and_another_approves(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    home = text_of(client.get("/console/packs/"))
    assert "Nothing is being changed" in home
    draft = begun(city, client)
    table = text_of(client.get(address(draft, "duties/")))
    assert "ours instead of the base" in table
    assert "from the common base" in table
    done = text_of(save(client, address(draft, "duties/row/noise/"), lead="unit:police"))
    assert "Saved in the draft." in done
    page = text_of(client.get(address(draft)))
    assert "Lead unit" in page
    assert "to be looked at" in page
    own = text_of(client.post(address(draft), {"do": "propose"}, follow=True))
    assert "Handed in." in own
    assert "You wrote this yourself" in text_of(client.get(address(draft)))
    enter(client, city.accounts["reviewer"])
    assert "waits for you" in text_of(client.get("/console/packs/"))
    asked = client.get(address(draft))
    mark = re.search(r'name="mark" value="(\w+)"', asked.content.decode())
    assert mark is not None
    done = text_of(client.post(address(draft), {"do": "approve", "mark": mark[1]}, follow=True))
    assert "It holds from now on." in done
    row = Definition.objects.find("duty", "noise", city.place.path, clock.today())
    assert row is not None
    assert row.body["lead"] == "unit:police"
    versions = text_of(client.get(f"/console/packs/of/{city.pack}/"))
    assert "approved by 梁志明" in versions
    assert "改职责" in versions


def test_whoever_wrote_it_is_refused_in_words_even_past_the_page(
    city: SimpleNamespace, client: Client
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    save(client, address(draft, "duties/row/noise/"), lead="unit:police")
    client.post(address(draft), {"do": "propose"})
    answer = client.post(address(draft), {"do": "approve", "mark": "x"})
    assert answer.status_code == 422
    assert "You wrote this yourself. Somebody else has to approve it." in text_of(answer)
    assert PackDraft.objects.get().state == DraftState.PROPOSED


@pytest.mark.parametrize(
    ("table", "key", "change", "said"),
    [
        ("duties", "garbage", {"lead": "unit:police"}, "duty:garbage"),
        ("classes", "noise", {"close_limit_count": "4"}, "class:noise"),
        ("classes", "garbage", {"words": "垃圾、泔水"}, "class:garbage"),
        ("days", "2026-10-01", {"zh": "国庆"}, "day:2026-10-01"),
        ("units", "police", {"zh": "派出所"}, "unit:police"),
    ],
)
def test_a_row_of_each_table_is_changed(
    city: SimpleNamespace,
    client: Client,
    table: str,
    *,
    key: str,
    change: dict[str, str],
    said: str,
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    answer = save(client, address(draft, f"{table}/row/{key}/"), **change)
    assert "Saved in the draft." in text_of(answer)
    assert "changed here" in text_of(client.get(address(draft, f"{table}/?which=new")))
    assert draft.edits.get().name == said
    page = client.get(address(draft))
    assert page.context["problems"] == []
    assert {change.name for change in page.context["desk"].view.changes} == {said}


@pytest.mark.parametrize(
    ("table", "sent", "key"),
    [
        (
            "duties",
            {"class": "class:garbage", "lead": "unit:police", "list": "basic"},
            "garbage_2",
        ),
        (
            "classes",
            {"zh": "租房纠纷", "en": "Rent quarrels", "part_of": "housing"},
            "rent_quarrels",
        ),
        ("classes", {"zh": "租房纠纷"}, "class"),
        ("days", {"key": "2026-03-10", "day": "off", "zh": "市庆"}, "2026-03-10"),
        ("units", {"zh": "租赁办", "en": "Rent office"}, "rent_office"),
    ],
)
def test_a_row_is_added_without_thinking_up_a_key(
    city: SimpleNamespace, client: Client, table: str, sent: dict[str, str], key: str
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    where = address(draft, f"{table}/add/")
    assert "Add a row" in text_of(client.get(where))
    given = {"clause": "practice", "clause_rest": "试点", "seen": "", **sent}
    answer = client.post(where, given, follow=True)
    assert "Saved in the draft." in text_of(answer)
    assert draft.edits.get().name.partition(":")[2] == key
    assert client.get(address(draft)).context["problems"] == []


def test_a_wrong_day_and_a_missing_title_are_said_on_the_form(
    city: SimpleNamespace, client: Client
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    answer = client.post(address(draft, "days/add/"), {"key": "soon", "day": "off", "zh": "节"})
    assert (answer.status_code, "Write the day like" in text_of(answer)) == (422, True)
    assert 'value="节"' in answer.content.decode()
    begin = f"/console/packs/of/{city.pack}/begin/"
    for sent, said in (
        ({"title": ""}, "Say in a few words"),
        ({"title": "x", "effective_on": "2020-01-01"}, "lies in the past"),
        ({"title": "x", "effective_on": "soon"}, "Write the day like"),
    ):
        answer = client.post(begin, sent)
        assert (answer.status_code, said in text_of(answer)) == (422, True)
    answer = client.post(address(draft), {"do": "describe", "title": "另一个", "reason": "清楚"})
    assert PackDraft.objects.get(pk=draft.pk).title == "另一个"
    answer = client.post(address(draft), {"do": "propose"})
    assert (answer.status_code, "from which day" in text_of(answer)) == (422, True)


def test_a_row_is_taken_away_and_comes_back(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    where = address(draft, "duties/row/street_stalls/")
    assert "Taken away in this draft." in text_of(save(client, where, do="remove"))
    assert "does not hold here" in text_of(client.get(address(draft, "duties/?which=new")))
    assert "It is again as the common base has it." in text_of(save(client, where, do="return"))
    assert client.get(address(draft)).context["changes"] == []


def test_the_second_who_saves_keeps_what_they_typed(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    where = address(draft, "duties/row/noise/")
    typed = form_of(client.get(where)) | {"lead": "unit:water_affairs", "clause_rest": "我写的"}
    other = enter(Client(), city.accounts["second_writer"])
    save(other, where, lead="unit:police")
    answer = client.post(where, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "白露 changed this at 16:30" in text_of(answer)
    assert 'value="我写的"' in page
    assert re.search(r'value="unit:water_affairs" selected', page)
    again = client.post(where, typed | {"seen": form_of(answer)["seen"]}, follow=True)
    assert "Saved in the draft." in text_of(again)


def test_a_limit_a_name_and_hours_are_changed(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    limits = client.get(address(draft, "look/limits/"))
    (where,) = links_of(limits, "of=workflow:hazard&amp;path=steps.grading.limit")
    assert "Saved in the draft." in text_of(save(client, where, count="3", unit="working_days"))
    names = client.get(address(draft, "look/names/?kind=workflow&q=复查"))
    assert "复查" not in text_of(names) or names.status_code == 200
    names = client.get(address(draft, "look/names/"))
    (where,) = links_of(names, "of=role:grid_worker&amp;path=label")
    assert "Saved in the draft." in text_of(save(client, where, zh="网格管家", en="Grid steward"))
    (where,) = links_of(client.get(address(draft, "look/hours/")), "of=calendar:office")
    assert "Saved in the draft." in text_of(save(client, where, fri="09:00-12:00"))
    page = client.get(address(draft))
    assert page.context["problems"] == []
    assert 'extends = "workflow:hazard"' in PackDraft.objects.get().files["workflows/hazard.toml"]
    client.post(address(draft), {"do": "propose"})
    mark = client.get(address(draft)).context["mark"]
    services.draft_approve(actor=city.reviewer, draft=draft.pk, seen=mark)
    steps = workflow_get("hazard", city.place.path).body["steps"]
    assert steps["grading"]["limit"] == "3 working_days"
    assert len(links_of(client.get("/console/packs/"), f"/packs/drafts/{draft.pk}/")) == 0


@pytest.mark.parametrize(
    ("query", "sent", "said"),
    [
        (
            "of=workflow:hazard&path=steps.grading.limit",
            {"count": "0", "unit": "hours"},
            "at least 1",
        ),
        ("of=role:grid_worker&path=label", {"zh": "", "en": "x"}, "Write the Chinese name."),
        ("of=calendar:office&path=hours", {"mon": "12:00-08:00"}, "overlap or run backwards"),
    ],
)
def test_a_wrong_value_is_said(
    city: SimpleNamespace, client: Client, query: str, sent: dict[str, str], said: str
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    where = address(draft, f"value/?{query}")
    answer = save(client, where, **sent)
    assert said in text_of(answer) + text_of(client.get(address(draft)))


@pytest.mark.parametrize(
    "query",
    ["", "of=role:king&path=label", "of=role:grid_worker&path=gives", "of=pack:willow&path=place"],
)
def test_only_what_is_offered_can_be_changed_as_a_value(
    city: SimpleNamespace, client: Client, query: str
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    assert client.get(address(draft, f"value/?{query}")).status_code == 404


def test_every_page_reads_in_chinese_too(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"], "zh-hans")
    draft = begun(city, client)
    save(client, address(draft, "duties/row/noise/"), lead="unit:polise")
    rests = ["", "duties/", "classes/", "days/", "units/", "look/limits/", "look/names/"]
    rests += ["look/names/?kind=workflow", "look/hours/", "duties/row/noise/", "classes/add/"]
    for rest in rests:
        answer = client.get(address(draft, rest))
        assert answer.status_code == 200
        assert re.search(r"[一-鿿]", text_of(answer))
    assert "没有“unit:polise”" in text_of(client.get(address(draft)))
    for rest in ("", "duties/", "classes/", "look/limits/", "look/names/", "look/hours/", "begin/"):
        assert client.get(f"/console/packs/of/{city.pack}/{rest}").status_code == 200


def test_a_pack_is_exported_changed_elsewhere_and_taken_in(
    city: SimpleNamespace, client: Client
) -> None:
    enter(client, city.accounts["writer"])
    answer = client.get(f"/console/packs/of/{city.pack}/export/{city.version}/")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist()}
    assert inside == {f"{city.pack}/{file}": text for file, text in willow_files().items()}
    files = willow_files()
    files["duties.csv"] = files["duties.csv"].replace("unit:police", "unit:housing")
    sent = SimpleUploadedFile("x.zip", archive_written(files, city.pack), "application/zip")
    draft = begun(city, client, archive=sent)
    assert PackDraft.objects.get(pk=draft.pk).files == files
    out = client.get(address(draft, "export/"))
    assert out.content == archive_written(files, city.pack)
    bad = SimpleUploadedFile("x.zip", b"no zip", "application/zip")
    refused = client.post(f"/console/packs/of/{city.pack}/begin/", {"title": "x", "archive": bad})
    assert (refused.status_code, "no zip archive" in text_of(refused)) == (422, True)
    PackLoad.objects.update(files={})
    old = client.get(f"/console/packs/of/{city.pack}/export/{city.version}/", follow=True)
    assert "The files of this version were not kept" in text_of(old)


def test_a_draft_is_sent_back_taken_back_and_dropped(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    save(client, address(draft, "duties/row/noise/"), lead="unit:police")
    client.post(address(draft), {"do": "propose"})
    other = enter(Client(), city.accounts["reviewer"])
    empty = other.post(address(draft), {"do": "send_back", "note": ""})
    assert (empty.status_code, "Say what is to be mended." in text_of(empty)) == (422, True)
    other.post(address(draft), {"do": "send_back", "note": "牵头单位不对"})
    assert "牵头单位不对" in text_of(client.get(address(draft)))
    client.post(address(draft), {"do": "propose"})
    taken = client.post(address(draft), {"do": "take_back"}, follow=True)
    assert "You can go on writing." in text_of(taken)
    dropped = client.post(address(draft), {"do": "drop"}, follow=True)
    assert "It stays on file." in text_of(dropped)
    assert "This draft cannot be changed now" in text_of(
        client.get(address(draft, "duties/row/noise/"))
    )


def test_one_change_is_taken_back_from_the_list_of_changes(
    city: SimpleNamespace, client: Client
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    where = address(draft, "duties/row/noise/")
    save(client, where, lead="unit:police", list="supporting")
    page = client.get(address(draft))
    sent = {line.path: line for line in page.context["changes"]}
    assert set(sent) == {"lead", "list"}
    given = {"do": "return", "of": "duty:noise", "path": "lead", "seen": sent["lead"].seen}
    assert "it says again what is in force" in text_of(
        client.post(address(draft), given, follow=True)
    )
    other = enter(Client(), city.accounts["second_writer"])
    given |= {"path": "list", "seen": sent["list"].seen}
    save(other, where, list="reclaimed")
    answer = client.post(address(draft), given)
    assert (answer.status_code, "白露 changed this" in text_of(answer)) == (409, True)
    (line,) = client.get(address(draft)).context["changes"]
    assert 'name="path" value="list"' in client.get(address(draft)).content.decode()
    client.post(address(draft), given | {"seen": line.seen})
    assert PackDraft.objects.get().files == willow_files()
    reviewer = enter(Client(), city.accounts["reviewer"])
    assert 'name="of"' not in reviewer.get(address(draft)).content.decode()
    assert reviewer.post(address(draft), given).status_code == 404


def test_a_value_and_a_whole_row_are_taken_back_as_the_page_shows_them(
    city: SimpleNamespace, client: Client
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    save(client, address(draft, "duties/row/street_stalls/"), do="remove")
    where = "value/?of=workflow:hazard&path=steps.grading.limit"
    save(client, address(draft, where), count="3", unit="working_days")
    save(client, address(draft, "value/?of=role:grid_worker&path=label"), zh="网格管家", en="")
    while lines := client.get(address(draft)).context["changes"]:
        line = lines[0]
        given = {"do": "return", "of": line.of, "path": line.path, "seen": line.seen}
        assert client.post(address(draft), given).status_code == 302
    assert PackDraft.objects.get().files == willow_files()


def test_examples_are_tried_shown_and_ask_for_a_reason(
    city: SimpleNamespace, client: Client
) -> None:
    (city.folder / "stories.toml").write_text(STORIES, "utf-8")
    pack_load(actor=SYSTEM, folder=city.folder)
    for key in ("subdistrict_office", "urban_management", "police"):
        UnitFactory.create(key=key, place=city.place)
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    save(client, address(draft, "duties/row/noise/"), lead="unit:police", close_limit="x")
    waiting = client.get(address(draft))
    assert "Being tried as if this draft were in force" in text_of(waiting)
    assert 'id="hand-in"' in waiting.content.decode()
    assert "then it can be handed in" in text_of(waiting)
    early = client.post(address(draft), {"do": "propose"})
    assert (early.status_code, "still being tried" in text_of(early)) == (409, True)
    worker.run_all()
    part = client.get(address(draft), headers={"HX-Request": "true", "HX-Target": "trial"})
    assert "<main" not in part.content.decode()
    text = text_of(part)
    assert "Noise on a Friday does not hold" in text
    assert "Goes to: expected Subdistrict office or township government, found" in text
    assert "A well lid in May holds" in text
    assert "data-live" not in part.content.decode()
    assert "being tried anew" in text_of(client.post(address(draft), {"do": "try"}, follow=True))
    worker.run_all()
    assert 'name="story_reason"' in client.get(address(draft)).content.decode()
    without = client.post(address(draft), {"do": "propose"})
    assert (without.status_code, "Noise on a Friday" in text_of(without)) == (422, True)
    given = {"do": "propose", "story_reason": "会上定的"}
    assert "Handed in." in text_of(client.post(address(draft), given, follow=True))
    other = enter(Client(), city.accounts["reviewer"], "zh-hans")
    seen = text_of(other.get(address(draft)))
    assert "会上定的" in seen
    assert "周五16:30说噪声" in seen
    assert "应为" in seen


def test_every_way_of_missing_is_told_in_words(city: SimpleNamespace) -> None:
    known = drafts.load_checked(city.pack).known
    given = {"open": "workflow:appeal"}
    words = Words({**known, "story": {"x": {"given": given}}})
    missed = (
        Missed("", "begin", "", "No.", "不行。"),
        Missed("offered", "step", "offered", "received"),
        Missed("offered", "unit", "unit:police", ""),
        Missed("offered", "clock:closing", "2026-06-16T17:30:00+08:00", ""),
    )
    trial = TrialView((Tried("x", {"zh": "例", "en": "One"}, missed, was_so=True),), is_open=True)
    with translation.override("en"):
        (line,) = story_lines(trial, words)
        assert (line.name, line.stands) == ("One", "was_so")
        assert [one.found for one in line.missed] == ["No.", "Received", "nobody", "nothing"]
        assert line.missed[3].expected == "Tue 16 Jun 17:30"
    with translation.override("zh-hans"):
        assert story_lines(trial, words)[0].missed[0].found == "不行。"


def test_nobody_elsewhere_learns_of_it(
    city: SimpleNamespace, client: Client, packs_folder: Path
) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    there = willow(packs_folder, code="529900", pack="cloud")
    enter(client, there.accounts["writer"])
    rests = ["", "export/", "duties/", "look/limits/", "duties/add/", "duties/row/noise/"]
    rests.append("value/?of=role:grid_worker&path=label")
    for rest in rests:
        assert client.get(address(draft, rest)).status_code == 404
        assert client.post(address(draft, rest), {"do": "drop"}).status_code in (404, 405)
    for rest in ("", "begin/", "duties/", "look/names/", f"export/{city.version}/"):
        assert client.get(f"/console/packs/of/{city.pack}/{rest}").status_code == 404
    assert city.pack not in client.get("/console/packs/").content.decode()
    assert PackDraft.objects.get().state == DraftState.OPEN
    enter(client, city.accounts["reviewer"])
    assert client.get(address(draft)).status_code == 200
    assert client.get(address(draft, "duties/row/noise/")).status_code == 404


@pytest.mark.parametrize("rest", ["kings/", "look/kings/", "duties/row/nobody/", "kings/add/"])
def test_what_is_not_there_is_not_there(city: SimpleNamespace, client: Client, rest: str) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    assert client.get(address(draft, rest)).status_code == 404
    assert client.get("/console/packs/drafts/9999999/").status_code == 404
    assert client.get("/console/packs/of/base/").status_code == 404


def test_large_tables_are_searched_and_turned_over(city: SimpleNamespace, client: Client) -> None:
    enter(client, city.accounts["writer"])
    draft = begun(city, client)
    whole = client.get(address(draft, "classes/"))
    assert len(whole.context["lines"]) == 50
    assert links_of(whole, "page=2")
    found = client.get(address(draft, "classes/"), {"q": "Noise"})
    assert {line.key for line in found.context["lines"]} >= {"noise"}
    assert len(found.context["lines"]) < 10
    assert "No such row" in text_of(client.get(address(draft, "classes/"), {"q": "xyzzy"}))

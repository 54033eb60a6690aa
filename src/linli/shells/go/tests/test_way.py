# SPDX-License-Identifier: MulanPSL-2.0
"""The way to a matter: each reader to the page that is theirs, nobody to what they may not see."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client

from linli.base.actor import Actor
from linli.kernel.access.selectors import actor_for
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.factories import appeal_open
from linli.kernel.workflow.models import Matter
from linli.shells.frame import faces
from linli.shells.go import registry
from linli.shells.places.tests.towns import enter, staff, text_of


def _own(actor: Actor, number: str) -> str | None:
    found = workflow.matter_find(actor, number)
    is_own = found is not None and found.applicant_account_id == actor.account_id
    return f"/portal/appeals/{number}/" if is_own else None


def _seen(actor: Actor, number: str) -> str | None:
    return f"/console/cases/{number}/" if workflow.matter_find(actor, number) else None


def _verified(actor: Actor, number: str) -> str | None:
    return f"/field/orders/{number}/" if workflow.matter_find(actor, number) else None


LINKS = ((_seen, faces.console), (_verified, faces.field), (_own, faces.portal))


@pytest.fixture
def matter(towns: SimpleNamespace) -> Iterator[Matter]:
    """A matter in the first grid, with a page on three faces."""
    kept = registry._resolvers.pop("matter", [])
    for resolver, face in LINKS:
        registry.link("matter", resolver, face=face)
    yield appeal_open(towns.here)
    registry._resolvers["matter"] = kept


def test_each_reader_comes_to_the_page_that_is_theirs(
    client: Client, towns: SimpleNamespace, matter: Matter
) -> None:
    wanted = f"/go/matter/{matter.number}/"
    enter(client, towns.here.resident)
    assert client.get(wanted)["Location"] == f"/portal/appeals/{matter.number}/"
    enter(client, staff("dispatcher", towns.here.city))
    assert client.get(wanted)["Location"] == f"/console/cases/{matter.number}/"


def test_a_grid_worker_comes_to_the_field_page(
    client: Client, towns: SimpleNamespace, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "home_of", lambda actor: faces.field.home)
    enter(client, staff("dispatcher", towns.here.city))
    found = client.get(f"/go/matter/{matter.number}/")
    assert found["Location"] == f"/field/orders/{matter.number}/"


def test_what_is_not_yours_looks_like_what_is_not_there(
    client: Client, towns: SimpleNamespace, matter: Matter
) -> None:
    enter(client, towns.there.admin)
    foreign = client.get(f"/go/matter/{matter.number}/")
    nothing = client.get("/go/matter/SQ-20260306-9999/")
    assert foreign.status_code == nothing.status_code == 404
    assert text_of(foreign) == text_of(nothing)


def test_a_matter_that_no_module_shows_is_not_there(
    client: Client, towns: SimpleNamespace, matter: Matter
) -> None:
    for resolver, _face in LINKS:
        registry.unlink("matter", resolver)
    enter(client, towns.here.admin)
    assert client.get(f"/go/matter/{matter.number}/").status_code == 404


def test_strangers_sign_in_first_and_learn_nothing(client: Client, matter: Matter) -> None:
    there = client.get(f"/go/matter/{matter.number}/")
    nothing = client.get("/go/matter/SQ-20260306-9999/")
    assert there.status_code == nothing.status_code == 302
    assert there["Location"].startswith("/accounts/login/?next=%2Fgo%2Fmatter%2F")


def test_registering_twice_asks_once(matter: Matter) -> None:
    registry.link("matter", _seen, face=faces.console)
    assert len(registry._resolvers["matter"]) == len(LINKS)


def test_things_of_a_sort_with_its_own_page_are_open_to_those_alone_who_see_that_page(
    towns: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_needs", {})
    for needs, of in (("appeals.view", ""), ("subjects.answer", "data_request")):
        registry.link("sample", _seen, face=faces.console, needs=needs, of=of)
    registry.unlink("sample", _seen)
    dispatcher = actor_for(staff("dispatcher", towns.here.city))
    assert registry.is_open("sample", dispatcher)
    assert registry.is_open("sample", dispatcher, "appeal")
    assert not registry.is_open("sample", dispatcher, "data_request")

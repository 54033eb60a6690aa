# SPDX-License-Identifier: MulanPSL-2.0
"""What the parts declare, and what the start-up check refuses."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.conf import settings
from django.core.checks import Error

from linli.kernel.events import services as events
from linli.kernel.sockets import registry
from linli.kernel.sockets.checks import sockets_check
from linli.kernel.sockets.tests import declared


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    registry.load(settings.LINLI_MANIFESTS)
    events.off("good.thing_done", f"{declared.__name__}.listener")


def load(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Load the named values as if each were the manifest of a module of its own."""
    for name in names:
        module = ModuleType(f"linli_test_{name.lower()}")
        module.MANIFEST = getattr(declared, name)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
    registry.load(f"linli_test_{name.lower()}" for name in names)


def test_what_a_part_declares_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, "LOW", "GOOD")
    assert registry.problems() == ()
    assert [manifest.name for manifest in registry.manifests()] == ["low", "good"]
    assert registry.permissions() == {"good.view": declared.LABEL}
    assert registry.verbs() == {"good.thing.done": declared.LABEL}
    assert registry.events() == {"low.thing_done": "low", "good.thing_done": "good"}
    assert registry.listeners_of("good.thing_done") == (declared.listener,)
    assert events.handler_names("good.thing_done") == [f"{declared.__name__}.listener"]
    assert registry.kind_opener("errand") is declared.opener
    assert registry.gate("ballot") is declared.opener
    assert registry.file_guard("good.thing") is declared.guard
    assert registry.grammar("thing") is declared.THING
    assert registry.job_modules() == (declared.__name__,)
    assert list(registry.commands()) == list(registry.routers()) == ["good"]
    assert registry.surfaces() == (declared.__name__,)
    assert registry.token_scopes() == ("good.view",)
    assert registry.tellings() == {"good.thing_done": [declared.TELLING]}
    assert registry.open_data() == {"sheet": declared.SHEET}


def test_what_nobody_declares_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, "LOW")
    assert registry.file_guard("good.thing") is None
    assert registry.gate("ballot") is None
    assert registry.kind_opener("errand") is None
    assert registry.grammar("thing") is None
    assert registry.listeners_of("good.thing_done") == ()


def test_what_goes_outside_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, "OPEN_WRONGLY")
    words = "\n".join(registry.problems())
    assert 'lets tokens carry "nobody.may", which nobody declares' in words
    assert 'tells of "nobody.spoke", which nobody announces' in words
    assert f"{declared.__name__}.NO_GRAMMAR is no OpenSet" in words


def test_the_check_names_everything_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, "GOOD", "TWIN", "LONELY", "NO_MANIFEST")
    found = sockets_check(None)
    assert all(isinstance(error, Error) for error in found)
    words = "\n".join(error.msg for error in found)
    assert 'permission "good.view" is declared twice' in words
    assert 'lonely needs "nobody"' in words
    assert 'lonely listens to "nobody.spoke", which nobody announces' in words
    assert "lonely names linli.no_such_module" in words
    assert f"lonely names {declared.__name__}.missing" in words
    assert f"{declared.__name__}.NO_GRAMMAR is no Grammar" in words
    assert "linli_test_no_manifest.MANIFEST is no Manifest" in words
    assert f"lonely names {declared.__name__}.no_command" in words
    assert f"lonely names {declared.__name__}.no_router" in words
    assert "lonely names linli.no_such_page" in words
    assert len(found) == 10


def test_one_name_stands_for_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, "LOW", "GOOD")
    registry.load(["linli_test_low", "linli_test_good", "linli_test_low", "linli_no_module"])
    assert len(registry.manifests()) == 2
    twice, missing = registry.problems()
    assert twice == 'part "low" is declared twice'
    assert missing.startswith("settings names linli_no_module.MANIFEST")


def test_the_house_itself_declares_nothing_wrong() -> None:
    registry.load(settings.LINLI_MANIFESTS)
    mine = ("jobs", "events", "audit", "sockets", "accounts", "people", "files")
    assert not [p for p in registry.problems() if p.startswith(mine)]
    assert set(mine) <= {manifest.name for manifest in registry.manifests()}
    assert {"worker", "audit"} <= set(registry.commands())

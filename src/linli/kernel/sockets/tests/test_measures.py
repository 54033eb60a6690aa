# SPDX-License-Identifier: MulanPSL-2.0
"""Measures given by code: declared under the name of their part, found by that name."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

import pytest
from django.conf import settings

from linli.kernel.sockets import registry
from linli.kernel.sockets.manifest import Gauge, Manifest, Measure

LABEL = {"zh": "户数", "en": "Households"}


def counts(paths: Sequence[str]) -> Mapping[str, int]:
    """One in each place."""
    return dict.fromkeys(paths, 1)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    registry.load(settings.LINLI_MANIFESTS)


def _load(monkeypatch: pytest.MonkeyPatch, name: str, dotted: str) -> None:
    module = ModuleType("linli_test_homes")
    measures = {name: Measure(LABEL, level="building", counts=dotted)}
    manifest = Manifest(name="homes", label=LABEL, measures=measures)
    module.MANIFEST = manifest  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    registry.load([module.__name__])


def test_a_declared_measure_counts_for_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    _load(monkeypatch, "homes.households", f"{__name__}.counts")
    assert registry.problems() == ()
    given = registry.measures()["homes.households"]
    assert (given.label, given.level) == (LABEL, "building")
    assert given.counts(("1/", "2/")) == {"1/": 1, "2/": 1}


@pytest.mark.parametrize(
    ("name", "dotted", "said"),
    [
        ("people.households", f"{__name__}.counts", 'a measure of it is "homes.…"'),
        ("homes.households", f"{__name__}.nothing", "does not import"),
    ],
)
def test_a_measure_of_another_name_or_without_a_function_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, name: str, dotted: str, said: str
) -> None:
    _load(monkeypatch, name, dotted)
    assert said in "\n".join(registry.problems())
    assert registry.measures() == {}


def read() -> float:
    """A figure of the machinery."""
    return 7


@pytest.mark.parametrize(
    ("name", "dotted", "said"),
    [
        ("homes.waiting", f"{__name__}.read", ""),
        ("people.waiting", f"{__name__}.read", 'a gauge of it is "homes.…"'),
        ("homes.waiting", f"{__name__}.nothing", "does not import"),
    ],
)
def test_a_gauge_is_declared_by_its_part_as_a_value_or_a_mapping(
    monkeypatch: pytest.MonkeyPatch, name: str, dotted: str, said: str
) -> None:
    for gauge in (Gauge(LABEL, dotted, most=3), {"label": LABEL, "reads": dotted, "most": 3}):
        module = ModuleType("linli_test_homes")
        manifest = Manifest(name="homes", label=LABEL, gauges={name: gauge})
        module.MANIFEST = manifest  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        registry.load([module.__name__])
        assert said in "\n".join(registry.problems())
        assert [(each.read(), each.most) for each in registry.gauges().values()] == (
            [] if said else [(7, 3)]
        )

# SPDX-License-Identifier: MulanPSL-2.0
"""Formulas, measures and indicators as they may be written."""

import pytest
from pydantic import ValidationError

from linli.engines.indicators.rules import (
    FormulaError,
    IndicatorSpec,
    MeasureSpec,
    formula_names,
)

LABEL = {"zh": "社区户数", "en": "Households"}
SIZE = {
    "label": LABEL,
    "clause": "practice",
    "formula": "grids.households",
    "period": "year",
    "each": "level:community",
    "targets": [{"from": "2022-01-01", "is": "between", "value": [1500, 3000]}],
}
COUNT = {"label": LABEL, "clause": "practice", "count": "level:community"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("households", ("households",)),
        ("(closed - late) / closed", ("closed", "late")),
        ("workers / urban_residents * 10000", ("workers", "urban_residents")),
        ("-(burden.five_many + 2.5) / -communities", ("burden.five_many", "communities")),
    ],
)
def test_a_formula_names_its_measures_once_and_in_order(text: str, names: tuple[str, ...]) -> None:
    assert formula_names(text) == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "too early"),
        ("workers /", "too early"),
        ("(workers", "not closed"),
        ("workers residents", "does not belong"),
        ("workers)", "does not belong"),
        ("* workers", "does not belong"),
        ("workers ** 2", "does not belong"),
        ("__import__('os')", "no number, name or sign"),
        ("workers > 2", "no number, name or sign"),
        ("a.b.c", "no number, name or sign"),
        ("2 + 3", "names at least one measure"),
        ("a+" * 300 + "a", "at most 500"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        formula_names(text)


def test_a_size_rule_is_read() -> None:
    spec = IndicatorSpec.model_validate(SIZE)
    assert spec.names == ("grids.households",)
    assert spec.targets[0].value == (1500, 3000)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"period": None}, "period"),
        ({"rolling": "30 days"}, "period"),
        ({"each": None, "show": "lowest"}, "go with"),
        ({"formula": "households +"}, "too early"),
        ({"targets": []}, "at least 1"),
        ({"targets": [{"is": "at_least", "value": 3}]}, "by"),
        ({"targets": [{"from": "2022-01-01", "is": "between", "value": 3}]}, "list of two"),
        ({"targets": [{"from": "2022-01-01", "is": "at_most", "value": [1, 2]}]}, "list of two"),
        ({"targets": [{"from": "2022-01-01", "is": "between", "value": [9, 2]}]}, "lowest first"),
        ({"targets": [{"from": "2022-01-01", "is": "at_least"}]}, "needs"),
        ({"targets": [{"by": "2022-01-01", "is": "falling"}]}, "base"),
        ({"targets": [{"by": "2022-01-01", "is": "text", "text": LABEL}]}, "judged_by"),
        ({"goal": 3}, "goal"),
    ],
)
def test_an_indicator_that_does_not_hold_together_is_refused(
    change: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        IndicatorSpec.model_validate({**SIZE, **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sum": "register:facility"}, "exactly one"),
        ({"count": None}, "exactly one"),
        ({"field": "floor_area"}, "both or neither"),
        (
            {
                "count": None,
                "imported": {"every": "1 year", "who": ["leader"]},
                "distinct": "subject",
            },
            "go with rows",
        ),
    ],
)
def test_a_measure_is_one_fact(change: dict[str, object], said: str) -> None:
    MeasureSpec.model_validate(COUNT)
    with pytest.raises(ValidationError, match=said):
        MeasureSpec.model_validate({**COUNT, **change})

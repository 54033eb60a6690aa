# SPDX-License-Identifier: MulanPSL-2.0
"""Ledgers of the plans: each holds to every rule that its clause asks for, and would not without.

What they are is told in `ledgers/*.toml`; rows of docs/systems.csv name a test by their own id.
"""

import pytest

from linli.base.text import label
from linli.demo.shelves import rows_of
from linli.engines.registers.selectors import Register
from linli.kernel.forms.terms import FieldType
from tests.stories.conftest import City
from tests.stories.ledgers.reading import Ledger, ledgers
from tests.stories.ledgers.trying import add, breaks, register_of, undone, without

pytestmark = [pytest.mark.django_db, pytest.mark.both_in_full]

PLAIN = {"name", "note", "remark", "from_date", "until_date"}
"""Fields that any list has."""

EXPECTED = 6
"""As many fields beside those a community worker expects of a ledger (issue 5)."""

BELIEVABLE = 10
"""As many rows the demo has of it."""


@pytest.mark.parametrize("key", sorted(ledgers()))
def test_a_ledger_holds_to_its_clause(city: City, key: str) -> None:
    ledger = ledgers()[key]
    register = register_of(city, ledger)
    _is_as_the_plan_says(ledger, register)
    with undone():
        assert add(city, ledger).pk
    assert ledger.rules
    for rule in ledger.rules:
        held = breaks(city, ledger, rule)
        assert held, f"{key}: nothing holds to {rule.rule}"
        assert "other fields" not in held, f"{key}: {rule.rule}: {held}"
        with undone():
            without(city, ledger, rule)
            assert breaks(city, ledger, rule) != held, f"{key}: {rule.rule} changes nothing"


def _is_as_the_plan_says(ledger: Ledger, register: Register) -> None:
    """The plan's own word, its clause, the fields one expects, and rows that look like life."""
    spec = register.spec
    said = [spec.label, spec.help, *(field.label for field in spec.fields.values())]
    said += [each for field in spec.fields.values() for each in field.options.values()]
    words = " ".join(label(each.as_label()) for each in said if each is not None)
    assert ledger.plan in words, f"{ledger.id}: the plan's {ledger.plan} is nowhere"
    assert spec.clause
    asked = [name for name in spec.fields if name not in PLAIN]
    assert len(asked) >= EXPECTED, f"{ledger.id}: {asked}"
    assert any(field.kind is not FieldType.TEXT for field in spec.fields.values())
    assert rows_of(ledger.register) >= BELIEVABLE, f"{ledger.id}: too few rows in the demo"

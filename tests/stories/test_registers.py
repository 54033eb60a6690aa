# SPDX-License-Identifier: MulanPSL-2.0
"""Registers of the plans, each with the rule that its clause asks for: rows of docs/systems.csv
that a definition alone carries.
"""

import datetime as dt
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.checks import uscc_last
from linli.base.errors import Conflict, Invalid
from linli.engines.registers import selectors
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import Covered
from linli.engines.registers.services import record_add, record_change, record_end
from linli.engines.registers.services.reminding import records_remind
from linli.kernel.notify.models import Notice
from linli.kernel.places import services as places
from linli.kernel.places.models import Place
from tests.stories.conftest import NOON, City

pytestmark = pytest.mark.django_db

CODE = "54511102MC00000017"[:17]


def lacking(city: City, key: str, top: Place) -> list[str]:
    """The places that must have a record of a register and have none."""
    register = selectors.register_find(key, top.path)
    assert register is not None
    rows = selectors.coverage(actor=SYSTEM, register=register, top=top)
    return [row.place.code for row in rows if row.state is Covered.LACKING]


def filing(city: City, **more: Any) -> dict[str, Any]:
    """The certificate of a residents' committee."""
    return {
        "code": CODE + uscc_last(CODE),
        "committee": "residents",
        "head": str(city.people["resident"].pk),
        "head_role": "both",
        "issuer": "乐山市民政局",
        "issued_on": "2024-05-10",
        "until_date": (NOON.date() + dt.timedelta(days=90)).isoformat(),
        **more,
    }


def test_org_22_committees_are_filed_as_legal_persons(city: City) -> None:
    clerk, community = city.actor("clerk"), city.places["community"]
    assert community.code in lacking(city, "legal_person", city.top)
    with pytest.raises(Invalid) as refused:
        record_add(
            actor=clerk,
            register="legal_person",
            place=community,
            values=filing(city, code=f"{CODE}0"),
        )
    assert "code" in refused.value.fields
    record = record_add(actor=clerk, register="legal_person", place=community, values=filing(city))
    assert community.code not in lacking(city, "legal_person", city.top)
    with pytest.raises(Conflict):  # one committee, one certificate
        record_add(
            actor=clerk,
            register="legal_person",
            place=community,
            values=filing(city, code=f"{CODE[:16]}2{uscc_last(f'{CODE[:16]}2')}"),
        )
    _reminded(city, record)
    _filed_anew(city, record)


def _reminded(city: City, record: Record) -> None:
    """The clerk is told sixty days before the certificate runs out, and not before."""
    told = Notice.objects.filter(
        account=city.accounts["clerk"], link__contains="registers/legal_person/"
    )
    with clock.at(NOON + dt.timedelta(days=29)):
        records_remind(actor=SYSTEM)
        assert not told.exists()
    with clock.at(NOON + dt.timedelta(days=30)):
        records_remind(actor=SYSTEM)
        assert told.count() == 1
    assert record.ends_on == NOON.date() + dt.timedelta(days=90)


def _filed_anew(city: City, record: Record) -> None:
    """After an election another stands for it: the change is filed, and the history keeps both."""
    clerk, neighbor = city.actor("clerk"), city.people["neighbor"]
    values = filing(city, head=str(neighbor.pk), term="12")
    record_change(actor=clerk, record=record, values=values, reason="换届")
    first, second = selectors.revisions_of(record)[::-1]
    assert selectors.values_of(first)["head"] == str(city.people["resident"].pk)
    assert selectors.values_of(second) == {"head": str(neighbor.pk), "term": 12}


def compound_add(community: Place, number: int) -> Place:
    """A compound of this community."""
    return places.place_add(
        actor=SYSTEM,
        code=f"{community.code}-c0{number}",
        name=f"{number}号院",
        level="compound",
        parent=community,
    )


def test_pro_06_no_compound_is_left_without_somebody_who_manages_it(city: City) -> None:
    clerk, community = city.actor("clerk"), city.places["community"]
    compounds = [compound_add(community, number) for number in (1, 2, 3)]
    codes = [each.code for each in compounds]
    assert lacking(city, "property_contract", community) == codes
    company = {"mode": "company", "fee": "1.20", "signed_on": "2025-03-01"}
    with pytest.raises(Invalid) as refused:
        record_add(
            actor=clerk,
            register="property_contract",
            place=compounds[0],
            values={**company, "until_date": "2025-03-01"},
        )
    assert "until_date" in refused.value.fields
    first = record_add(
        actor=clerk,
        register="property_contract",
        place=compounds[0],
        values={**company, "until_date": "2027-02-28"},
    )
    for compound, mode in zip(compounds[1:], ("trust", "own"), strict=True):
        kept = record_add(
            actor=clerk,
            register="property_contract",
            place=compound,
            values={"mode": mode, "fee": "9.99", "signed_on": "2025-04-01"},
        )
        assert "fee" not in selectors.values_of(kept)  # whoever manages themselves takes no fee
    assert lacking(city, "property_contract", community) == []
    record_end(actor=clerk, record=first, reason="物业撤场")
    with clock.at(NOON + dt.timedelta(days=1)):
        assert lacking(city, "property_contract", community) == codes[:1]

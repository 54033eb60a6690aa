# SPDX-License-Identifier: MulanPSL-2.0
"""A fact is collected once: where it is held, who uses it and what that saves."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.packs.commands import packs as commands
from linli.kernel.packs.factories import pack_write, willow_files
from linli.kernel.packs.facts import Dictionary
from linli.kernel.packs.services import pack_load
from linli.kernel.places.factories import city_tree
from linli.kernel.workflow.factories import FRIDAY
from linli.kernel.workflow.services import matter_open

PHONE = "register:resident.phone"


def test_each_fact_is_listed_with_its_users_and_the_askings_it_saved() -> None:
    phone = {"same_as": PHONE, "through": "applicant"}
    guest = {"type": "table", "label": {"zh": "同行"}, "columns": {"phone": {"same_as": PHONE}}}
    households = {"type": "whole", "label": {"zh": "户数", "en": "Households"}}
    known: dict[str, Any] = {
        "form": {"visit": {"fields": {"what": {"type": "text"}, "tel": phone, "with": guest}}},
        "level": {"community": {"fields": {"households": households}}},
    }
    found = Dictionary.of(known, {"form:visit": 3})
    assert list(found.lines())[-1] == "level:community.households   户数 / Households   whole"
    lines = list(found.lines())
    at = lines.index(f"{PHONE}   联系电话 / Phone number   phone")
    assert lines[at + 1 : at + 3] == [
        "  form:visit.tel of the applicant   3 times",
        "  form:visit.with.phone   3 times",
    ]
    assert found.summary.endswith("2 of 4 fields of forms take one over; 6 askings saved so far")


@pytest.mark.django_db
def test_the_command_counts_what_was_filled_in_at_the_place_of_the_pack(
    packs_folder: Path,
) -> None:
    folder = pack_write(packs_folder / "willow", willow_files())
    here, other = city_tree("519900"), city_tree("510500")
    with clock.at(FRIDAY):
        pack_load(actor=SYSTEM, folder=folder)
        for place in (here.grid, here.grid, other.grid):
            matter_open(actor=SYSTEM, workflow="appeal", place=place, values={"what": "路灯不亮"})
    answer = CliRunner().invoke(commands, ["facts", "--city", str(folder), "--json"])
    assert answer.exit_code == 0, answer.output
    facts = {each["fact"]: each for each in json.loads(answer.stdout)}
    users = {f"{use['form']}.{use['field']}": use["filled"] for use in facts[PHONE]["users"]}
    assert users["form:appeal.phone"] == 2
    assert facts[PHONE]["saved"] == 2
    plain = CliRunner().invoke(commands, ["facts"])
    assert "form:appeal.phone of the applicant   3 times" in plain.stdout
    assert "3 askings saved so far" in plain.stderr

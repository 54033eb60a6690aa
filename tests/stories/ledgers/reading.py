# SPDX-License-Identifier: MulanPSL-2.0
"""The ledgers as this folder's files tell of them: a good record, and what each rule refuses.

One table a row of `docs/systems.csv`:

    [ORG-22]
    register = "legal_person"
    at = "community"                  # the level of the place where the record lies
    plan = "自治组织"                 # the plan's own word for it, in its name, help or a field
    good = {code = "@uscc", head = "@person", until_date = "@day+90"}
    rules = [
      {rule = "unique.0"},                                       # the same again is refused
      {rule = "must.0", wrong = {until_date = "2020-01-01"}, field = "until_date"},
      {rule = "fields.code.type", wrong = {code = "1"}, field = "code"},
      {rule = "coverage.0"},                                     # lacking until it is there
      {rule = "coverage.1", wrong = {full_time = false}},        # one that does not count
      {rule = "remind"},                                         # its keeper is told in time
      {rule = "gives"}, {rule = "privacy"},
    ]

Words that begin with "@" stand for what the city of the stories has: `@day`, `@day-30`, `@day+90`;
`@person`, `@neighbor`, `@unit`, `@household`, `@grid`, `@community`, `@building`, `@phone`,
`@uscc`; `@record:facility` is a good record of another register that this folder tells of.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rule:
    """One rule of a register, by its path in the definition, and what it refuses.

    `other` is put over the good record before `wrong` is tried beside it.
    """

    rule: str
    wrong: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""


@dataclass(frozen=True)
class Ledger:
    """One system that a register carries, and how that is seen."""

    id: str
    register: str
    at: str
    plan: str
    good: Mapping[str, Any]
    rules: tuple[Rule, ...]
    subject: str = ""
    who: str = ""


@cache
def ledgers() -> dict[str, Ledger]:
    """All of them by the row of the catalog that they show to work."""
    found: dict[str, Ledger] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for key, body in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{path.name}: {key} is told of twice")
            rules = tuple(Rule(**rule) for rule in body.pop("rules"))
            found[key] = Ledger(id=key, rules=rules, **body)
    return found


def by_register(register: str) -> Ledger:
    """One that tells of a register."""
    return next(each for each in ledgers().values() if each.register == register)

# SPDX-License-Identifier: MulanPSL-2.0
"""The headings of tables: one that is missing or unknown is said once, not in each row."""

import difflib
import re
from collections.abc import Iterator, Sequence

from linli.kernel.packs.reading import PackFiles, Problem
from linli.kernel.packs.terms import CHANGE, KEYS, TABLES
from linli.kernel.sockets import registry

FREE = "_limit"
"""How the further columns of a table end where it may have some."""

_KEY = re.compile(r'"(?P<name>\w+)" is (no key here|missing|no column of)')


def heading_problems(files: PackFiles, found: Sequence[Problem]) -> list[Problem]:
    """The problems of a pack, those that every row has from its heading said once, there."""
    wrong: dict[str, dict[str, Problem]] = {}
    for file, heading in files.headings.items():
        wrong[file] = dict(_of_heading(file, heading))
    kept = [problem for problem in found if not _is_of_heading(problem, wrong)]
    return [*kept, *(problem for one in wrong.values() for problem in one.values())]


def _is_of_heading(problem: Problem, wrong: dict[str, dict[str, Problem]]) -> bool:
    fit = _KEY.match(problem.text)
    return fit is not None and fit["name"] in wrong.get(problem.file, {})


def _of_heading(file: str, heading: list[str]) -> Iterator[tuple[str, Problem]]:
    kind = TABLES[file]
    grammar = registry.grammar(kind)
    if grammar is None:
        return
    fields = grammar.spec.model_fields
    known = [info.alias or name for name, info in fields.items()]
    needed = [info.alias or name for name, info in fields.items() if info.is_required()]
    for name in dict.fromkeys([KEYS[kind], *needed]):
        if name not in heading:
            yield name, Problem(file, 1, f'the heading "{name}" is missing')
    is_free = grammar.spec.model_config.get("extra") == "allow"
    for name in heading:
        if name in (*known, CHANGE) or (is_free and name.endswith(FREE)):
            continue
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        near = f' (did you mean "{close[0]}"?)' if close else ""
        yield name, Problem(file, 1, f'"{name}" is no heading here{near}')

# SPDX-License-Identifier: MulanPSL-2.0
"""The kind that ballots own, with its check and where it is kept."""

from typing import Any

from linli.engines.ballots.models import Definition
from linli.engines.ballots.rules import BallotSpec
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps


def _check(context: PackContext, key: str, spec: Any) -> list[tuple[str, str]]:
    del key
    levels = context.known.get("level", {})
    return [
        ("at", f'"{level}" is no level')
        for level in spec.at
        if level.partition(":")[2] not in levels
    ]


BALLOT = Grammar("ballot", BallotSpec, keeps(Definition, "ballot"), check=_check)

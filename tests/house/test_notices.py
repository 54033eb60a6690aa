# SPDX-License-Identifier: MulanPSL-2.0
"""Everything that a lock holds stands with its license on the page of third parties."""

import re
import tomllib

from linli.config.environment import ROOT
from linli.config.notices import PAGE, in_pages, locked
from linli.config.testing.source import hold

ROW = re.compile(r"^\| (\S+) \| (\d\S*) \| (.*) \|$", re.MULTILINE)
MEND = "docs/third-party.md is made anew by python -m linli.config.notices"


def test_the_page_lists_what_the_locks_hold_and_nothing_else() -> None:
    listed = {(name, version) for name, version, _license in _rows()}
    hold([" ".join(one) for one in sorted(listed ^ locked())], MEND)


def test_each_package_has_a_license_and_no_address() -> None:
    hold([name for name, _version, license_ in _rows() if not license_.strip()], MEND)
    assert "://" not in PAGE.read_text(encoding="utf-8")


def test_what_is_built_into_the_pages_has_its_license_text_in_a_wheel() -> None:
    texts = set(re.findall(r"^## License of (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert texts == {name for name, *_more in in_pages()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(PAGE.relative_to(ROOT)) in project["license-files"]


def _rows() -> list[tuple[str, str, str]]:
    return ROW.findall(PAGE.read_text(encoding="utf-8"))

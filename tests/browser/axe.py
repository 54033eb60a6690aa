# SPDX-License-Identifier: MulanPSL-2.0
"""What axe-core has to say about a page as it stands in the browser."""

from collections.abc import Iterator
from functools import cache

from playwright.sync_api import Page

from linli.config import frontend
from linli.config.environment import ROOT

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async (runOnly) => {
  const found = await axe.run(document, { runOnly, resultTypes: ['violations'] });
  return found.violations;
}"""

STILL = """() => {
  document.querySelectorAll('.tab-bar, .action-bar, .elder-call').forEach((bar) => {
    bar.style.position = 'static';
  });
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { transition: none !important; }');
  document.adoptedStyleSheets.push(still);
}"""
"""Bars that stick to an edge cover something wherever a page is scrolled to; what they cover can be
scrolled free. That they never cover the focus is a test of the keyboard. Colors are looked at when
they have come, not on their way.
"""


def violations(page: Page, *, rule: str = "") -> Iterator[str]:
    """One line for each rule and element; all rules, or only the one that is named."""
    page.evaluate(STILL)
    page.evaluate(_axe())
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": TAGS}
    for found in page.evaluate(RUN, only):
        for node in found["nodes"][:3]:
            said = " ".join(str(node["failureSummary"]).split("\n")[1:2]).strip()
            yield f"{found['id']}: {node['target'][0]}: {said}"


@cache
def _axe() -> str:
    frontend.install_if_changed()
    return AXE.read_text(encoding="utf-8")

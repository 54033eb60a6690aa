# SPDX-License-Identifier: MulanPSL-2.0
"""Every button that sends something is pressed once, filled in as well as a machine can."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Error, Page, TimeoutError

from tests.browser.crawling import NUMBER, SETTLING, Crawl
from tests.browser.looking import faults
from tests.browser.standing import Platform, standing
from tests.browser.test_crawler import PERSONAS, TO_THE_END
from tests.browser.visiting import DESK, Visit

pytestmark = [pytest.mark.browser, pytest.mark.full]

LEADS_AWAY = ("/accounts/logout/", "/demo/")
"""Behind these one is somebody else, or another day."""

TAKEN, REFUSED = 400, {409, 422}
"""A form is taken below the first; the second say what is wrong with it."""

ANSWER = 8_000
"""Milliseconds within which something must have been sent."""

BUTTONS = """() => [...document.querySelectorAll('form')].flatMap((form, at) => {
  if (form.method !== 'post') return [];
  const own = [...form.elements].filter((el) => el.type === 'submit' && !el.disabled);
  return own.map((el, nth) => [at, nth, form.action, el.name + '=' + el.value]);
})"""

PRESS = """([at, nth]) => {
  const form = document.querySelectorAll('form')[at];
  const dialog = form.closest('dialog');
  if (dialog && !dialog.open) dialog.showModal();
  for (const box of form.querySelectorAll('input, textarea, select')) {
    if (box.disabled || box.type === 'hidden' || box.type === 'file' || box.value && box.type ===
    'text') continue;
    if (box.matches('select')) box.selectedIndex = box.options.length - 1;
    else if (box.type === 'radio') {
      const chosen = form.querySelector(`[name="${CSS.escape(box.name)}"]:checked`);
      if (!chosen) box.checked = true;
    } else if (box.type === 'checkbox') box.checked ||= box.required;
    else if (box.type === 'date') box.value = box.max || new Date().toISOString().slice(0, 10);
    else if (box.type === 'number') box.value = box.min || '1';
    else if (box.type === 'tel') box.value = '13800138000';
    else if (!box.value) box.value = '这是一句测试的话';
    box.dispatchEvent(new Event('change', { bubbles: true }));
  }
  form.noValidate = true;
  [...form.elements].filter((el) => el.type === 'submit' && !el.disabled)[nth].click();
}"""


@dataclass(frozen=True)
class Button:
    """A button by the page it stands on and its place there."""

    page: str
    form: int
    nth: int
    kind: str


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own: what is pressed here changes it."""
    with standing(tmp_path_factory.mktemp("pressed")) as own:
        yield own


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_button_answers(visit: Visit, persona: str) -> None:
    page = visit.enter(visit.device(DESK), persona)
    found: dict[str, Button] = {}

    def look(page: Page) -> list[str]:
        for button in _buttons(page):
            found.setdefault(button.kind, button)
        return []

    crawl = Crawl(page, visit.watch, look, TO_THE_END)
    crawl.walk(page.url.removeprefix(visit.url))
    visit.watch.taken()
    wrong = [line for button in found.values() for line in _pressed(visit, page, button)]
    assert found
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def _buttons(page: Page) -> Iterator[Button]:
    for form, nth, action, name in page.evaluate(BUTTONS):
        kind = f"{NUMBER.sub('#', action)} {name}"
        if not any(away in action for away in LEADS_AWAY):
            yield Button(page.url, form, nth, kind)


def _pressed(visit: Visit, page: Page, button: Button) -> Iterator[str]:
    """Press it; what is wrong with the answer. What went away since it was found is not pressed."""
    there = page.goto(button.page)
    visit.watch.taken()
    known = {each.kind: each for each in _buttons(page)}.get(button.kind)
    if there is None or there.status >= TAKEN or known is None:
        return
    wrong = _answered(page, known)
    refused = tuple(f"{status} for POST" for status in REFUSED)
    wrong += [line for line in visit.watch.taken() if not line.startswith(refused)]
    wrong += faults(page, "zh-hans")
    yield from (f"{button.kind} on {button.page}: {line}" for line in wrong)


def _answered(page: Page, button: Button) -> list[str]:
    """Press it and wait until its answer stands there."""
    page.evaluate("window.before = true")
    sent = page.expect_response(lambda answer: answer.request.method == "POST", timeout=ANSWER)
    try:
        with sent as told:
            page.evaluate(PRESS, [button.form, button.nth])
    except TimeoutError:
        return ["nothing was sent"]
    is_download = "content-disposition" in told.value.headers
    if told.value.request.is_navigation_request() and not is_download:
        _wait_for_another(page)
    page.wait_for_timeout(4 * SETTLING)
    page.wait_for_load_state()
    return []


def _wait_for_another(page: Page) -> None:
    """Wait until another page than the marked one stands there, on a slow machine as well."""
    for _again in range(ANSWER // SETTLING):
        with suppress(Error):  # the page went away while it was asked
            if page.evaluate("!window.before && document.readyState === 'complete'"):
                return
        page.wait_for_timeout(SETTLING)

# SPDX-License-Identifier: MulanPSL-2.0
"""Every page that can be reached holds what is promised of all pages, for every role."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

import pytest
from playwright.sync_api import Page

from linli.demo.terms import Persona
from tests.browser.axe import violations
from tests.browser.crawling import Crawl, Look, kind_of
from tests.browser.looking import dress, faults, misfits
from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

PERSONAS = [persona.value for persona in Persona if persona is not Persona.ARBITER]
"""Who has a door; the arbiter has one only while two units dispute a case of the round."""

VISITOR = "visitor"
AT_THE_PHONE = {VISITOR, "resident", "grid_worker"}
TO_THE_END = 50
"""More steps than lie between any two pages."""


@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_the_first_levels_hold_on_a_phone(visit: Visit, persona: str) -> None:
    hold(_crawl(visit, persona, "zh-hans", deepest=2 if persona in AT_THE_PHONE else 1))


@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_the_first_level_is_english_for_who_reads_english(visit: Visit, persona: str) -> None:
    hold(_crawl(visit, persona, "en", deepest=1, is_desk=True))


@pytest.mark.full
@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_all_pages_hold_on_a_desk_by_day_and_night(visit: Visit, persona: str) -> None:
    known: set[str] = set()

    def look(page: Page) -> Iterator[str]:
        yield from faults(page, "zh-hans")
        kind = kind_of(page.url, is_quick=True)
        if kind in known:
            return
        known.add(kind)
        yield from violations(page)
        dress(page, theme="dark")
        yield from (f"dark: {each}" for each in violations(page, rule="color-contrast"))

    hold(
        _crawl(visit, persona, "zh-hans", deepest=TO_THE_END, is_desk=True, most_alike=3, look=look)
    )


@pytest.mark.full
@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_all_pages_hold_on_a_phone_in_small_and_large(visit: Visit, persona: str) -> None:
    def look(page: Page) -> Iterator[str]:
        yield from faults(page, "zh-hans")
        dress(page, size="large")
        yield from (f"large: {each}" for each in chain(misfits(page), violations(page)))

    hold(_crawl(visit, persona, "zh-hans", deepest=TO_THE_END, is_quick=True, look=look))


@pytest.mark.full
@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_all_pages_are_english_wide_and_narrow(visit: Visit, persona: str) -> None:
    def look(page: Page) -> Iterator[str]:
        yield from faults(page, "en")
        page.set_viewport_size(PHONE)
        yield from (f"narrow: {each}" for each in misfits(page))
        page.set_viewport_size(DESK)

    hold(_crawl(visit, persona, "en", deepest=TO_THE_END, is_desk=True, is_quick=True, look=look))


def hold(crawl: Crawl) -> None:
    """Fail with everything that a crawl found."""
    if crawl.faults:
        pytest.fail(f"{len(crawl.opened)} pages opened\n{crawl.report()}", pytrace=False)


def _crawl(
    visit: Visit,
    persona: str,
    language: str,
    *,
    deepest: int,
    is_desk: bool = False,
    is_quick: bool = False,
    most_alike: int = 1,
    look: Look | None = None,
) -> Crawl:
    device = visit.device(DESK if is_desk else PHONE, language=language)
    starts: tuple[str, ...]
    if persona == VISITOR:
        page, starts = device.new_page(), ("/", "/portal/", "/accounts/login/")
    else:
        page = visit.enter(device, persona)
        starts = (page.url.removeprefix(visit.url),)

    crawl = Crawl(
        page,
        visit.watch,
        look or partial(faults, language=language),
        deepest,
        most_alike=most_alike,
        is_quick=is_quick,
    )
    crawl.walk(*starts)
    return crawl

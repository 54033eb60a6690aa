# SPDX-License-Identifier: MulanPSL-2.0
"""Every page that can be reached holds what is promised of all pages, for every role."""

import pytest
from playwright.sync_api import Page

from linli.demo.terms import Persona
from tests.browser.crawling import Crawl
from tests.browser.looking import faults
from tests.browser.visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

PERSONAS = [persona.value for persona in Persona if persona is not Persona.ARBITER]
"""Who has a door; the arbiter has one only while two units dispute a case of the round."""

VISITOR = "visitor"
LANGUAGES = ("zh-hans", "en")
TO_THE_END = 50
"""More steps than lie between any two pages."""


@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_the_first_two_levels_hold_on_a_phone(visit: Visit, persona: str) -> None:
    hold(_crawl(visit, persona, "zh-hans", deepest=2))


@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_the_first_two_levels_are_english_for_who_reads_english(visit: Visit, persona: str) -> None:
    hold(_crawl(visit, persona, "en", deepest=1, is_desk=True))


@pytest.mark.full
@pytest.mark.parametrize("is_desk", [False, True], ids=["phone", "desk"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("persona", [VISITOR, *PERSONAS])
def test_all_pages_hold(visit: Visit, persona: str, language: str, is_desk: bool) -> None:
    is_whole = language == "zh-hans" and is_desk
    hold(
        _crawl(
            visit,
            persona,
            language,
            deepest=TO_THE_END,
            most_alike=2 if is_whole else 1,
            is_desk=is_desk,
            is_quick=not is_whole,
            is_counting=is_whole,
        )
    )


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
    most_alike: int = 1,
    is_desk: bool = False,
    is_quick: bool = False,
    is_counting: bool = False,
) -> Crawl:
    device = visit.device(DESK if is_desk else PHONE, language=language)
    starts: tuple[str, ...]
    if persona == VISITOR:
        page, starts = device.new_page(), ("/", "/portal/", "/accounts/login/")
    else:
        page = visit.enter(device, persona)
        starts = (page.url.removeprefix(visit.url),)

    def look(page: Page) -> list[str]:
        return list(faults(page, language))

    crawl = Crawl(page, visit.watch, look, deepest, most_alike, is_quick, is_counting)
    crawl.walk(*starts)
    return crawl

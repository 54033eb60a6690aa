# SPDX-License-Identifier: MulanPSL-2.0
"""The door page of one process hears how far another has come with the city."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from linli.demo.models import City
from linli.demo.progress import Making, Told, progress_read, progress_say


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.LINLI_DATA = tmp_path
    return tmp_path


def test_nothing_is_being_made_before_and_after() -> None:
    assert progress_read() is None
    progress_say("Loading")
    progress_say("")
    progress_say("")
    assert progress_read() is None


def test_the_numbers_are_read_whatever_the_language() -> None:
    progress_say(Told("300件诉求里的12件，办了400步", 12, 300))
    assert progress_read() == Making(12, 300)
    progress_say("212 places")
    assert progress_read() == Making(0, 0)


@pytest.mark.django_db
@pytest.mark.urls("linli.demo.tests.demo_urls")
def test_the_door_page_shows_how_far_it_is(client: Client, settings: Any) -> None:
    settings.IS_DEMO = True
    City.objects.all().delete()
    progress_say(Told("half", 150, 300))

    page = client.get("/").content.decode()

    assert 'hx-trigger="every 2s"' in page
    assert '<progress value="150" max="300"' in page
    assert "/demo/enter/" not in page

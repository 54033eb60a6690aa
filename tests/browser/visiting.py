# SPDX-License-Identifier: MulanPSL-2.0
"""Devices that visit the platform, and the ear that hears every complaint of their pages."""

import io
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    FilePayload,
    Page,
    Response,
    ViewportSize,
)

from linli.shells.frame.request import LANGUAGE_COOKIE, SIZE_COOKIE, THEME_COOKIE

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}

COOKIES = {"language": LANGUAGE_COOKIE, "theme": THEME_COOKIE, "size": SIZE_COOKIE}
PATIENCE = 20_000
"""Milliseconds that anything may take to appear."""


@dataclass
class Watch:
    """What pages complained about: errors of scripts, of the console, and of answers."""

    complaints: list[str] = field(default_factory=list)
    is_off: bool = False

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of a device."""
        context.on("page", self._page)
        context.on("response", self._answer)

    def taken(self) -> list[str]:
        """What was complained about since the last time."""
        found, self.complaints = self.complaints, []
        return found

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._say(page, f"script: {error}"))
        page.on("console", lambda said: self._console(page, said))

    def _console(self, page: Page, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self._say(page, f"console: {said.text}")

    def _answer(self, answer: Response) -> None:
        if answer.status >= 400:
            path = urlsplit(answer.url).path
            self.complaints.append(f"{answer.status} for {answer.request.method} {path}")

    def _say(self, page: Page, words: str) -> None:
        self.complaints.append(f"{words} (at {urlsplit(page.url).path})")


class Visit:
    """Devices on one platform."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.watch = Watch()
        self.devices: list[BrowserContext] = []

    def device(
        self, size: ViewportSize, *, language: str = "zh-hans", theme: str = "", large: bool = False
    ) -> BrowserContext:
        """A device with nothing on it but how its owner likes pages to look."""
        device = self.browser.new_context(
            viewport=size, base_url=self.url, locale="zh-CN", has_touch=size == PHONE
        )
        device.set_default_timeout(PATIENCE)
        looks = {"language": language, "theme": theme, "size": "large" if large else ""}
        device.add_cookies(
            [
                {"name": COOKIES[name], "value": value, "url": self.url}
                for name, value in looks.items()
                if value
            ]
        )
        self.watch.over(device)
        self.devices.append(device)
        return device

    def enter(self, device: BrowserContext, persona: str) -> Page:
        """Somebody on a device: one click on their door."""
        page = device.new_page()
        page.goto("/")
        page.click(f"form.door:has([name=persona][value={persona}]) button[type=submit]")
        page.wait_for_url(lambda address: urlsplit(address).path != "/")
        return page

    def leave(self) -> None:
        """Put all devices away."""
        for device in self.devices:
            try:
                device.close()
            except Error:
                continue


def picture(width: int = 1200, height: int = 900) -> FilePayload:
    """A photo as a phone takes it."""
    taken = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(taken, "JPEG", quality=85)
    return {"name": "drain.jpg", "mimeType": "image/jpeg", "buffer": taken.getvalue()}

# SPDX-License-Identifier: MulanPSL-2.0
"""The programs of the machine that tests need: found, or installed where that is allowed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A program or font that some tests need, and the Debian package that brings it."""

    name: str
    package: str
    find: Callable[[], str | None]


def _postgres() -> str | None:
    clusters = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return str(clusters[-1].parent) if clusters else _folder_of(shutil.which("initdb"))


def _version(path: Path) -> int:
    return int(path.parts[-3])


def _folder_of(program: str | None) -> str | None:
    return str(Path(program).parent) if program else None


def _chromium() -> str | None:
    """The one that is named, Debian's, or Playwright's own: Ubuntu has Chromium only as a snap."""
    named = os.environ.get("LINLI_TEST_CHROMIUM")
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    found = [named, shutil.which("chromium"), shutil.which("google-chrome"), *map(str, own)]
    return next(filter(None, found), None)


def _mosquitto() -> str | None:
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _chinese_fonts() -> str | None:
    if not shutil.which("fc-list"):
        return None
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return found.stdout.split(":", 1)[0] or None


POSTGRES = Part("PostgreSQL", "postgresql", _postgres)
CHROMIUM = Part("Chromium", "chromium", _chromium)
MOSQUITTO = Part("mosquitto", "mosquitto", _mosquitto)
FAKETIME = Part("faketime", "faketime", lambda: shutil.which("faketime"))
FONTS = Part("Chinese fonts", "fonts-noto-cjk", _chinese_fonts)


def provide(parts: list[Part]) -> dict[Part, str]:
    """Install what is not here, where that is allowed; says of each part still missing why."""
    missing = [part for part in parts if part.find() is None]
    if not missing:
        return {}
    line = f"apt-get install --no-install-recommends {' '.join(part.package for part in missing)}"
    may = _may_install()
    if may is None:
        return dict.fromkeys(missing, f"not here; as root: {line}")
    print(f"Installing what the tests need: {line}", file=sys.stderr)
    _apt(may, "update")
    for part in missing:
        _apt(may, "install", "--no-install-recommends", part.package)
    if CHROMIUM in missing and CHROMIUM.find() is None:
        _run(sys.executable, "-m", "playwright", "install", "--with-deps", "chromium")
    return {part: f"could not be installed: {line}" for part in missing if part.find() is None}


def _apt(may: list[str], *words: str) -> None:
    _run(*may, "apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", *words)


def _run(*command: str) -> None:
    """Run an installer; what it says is shown only when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-2000:], file=sys.stderr)


def _may_install() -> list[str] | None:
    """What to put before apt-get, or None where we may not or there is none."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    can = (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    )
    return ["sudo", "-n"] if can else None

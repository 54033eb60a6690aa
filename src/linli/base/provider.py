# SPDX-License-Identifier: MulanPSL-2.0
"""The provider of a single sign-on, as a small file names it (`LINLI_OIDC`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

NEEDED = ("issuer", "client_id", "client_secret")
KNOWN = {*NEEDED, "name", "second_factor", "scope"}
NAMES = {"zh": "统一身份认证", "en": "Single sign-on"}
OPEN_ID = "openid"
"""Nothing else is asked for: who somebody is stands in `people` already."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who says for others who somebody is, and as whom we ask.

    `second_factor` are the values of the claim `acr` by which the provider says that it asked for
    two factors.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: Mapping[str, str] = field(default_factory=lambda: NAMES)
    second_factor: tuple[str, ...] = ()
    scope: str = OPEN_ID

    @classmethod
    def read(cls, path: Path, *, is_secure: bool) -> Self:
        """Read the file; `is_secure` asks for an encrypted line. Raises ValueError saying what is
        wrong.
        """
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"{path} cannot be read: {error}") from error
        return cls(**_checked(told, is_secure=is_secure))


def _checked(told: dict[str, Any], *, is_secure: bool) -> dict[str, Any]:
    strange = sorted(told.keys() - KNOWN)
    if strange:
        raise ValueError(f"{', '.join(strange)} is not known")
    for name in (*NEEDED, "scope"):
        if not isinstance(told.get(name, "" if name in NEEDED else OPEN_ID), str):
            raise ValueError(f"{name} is no text")
    missing = [name for name in NEEDED if not told.get(name)]
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing")
    if not is_address(told["issuer"], is_secure=is_secure):
        raise ValueError("issuer is no https address")
    names, factors = told.get("name", NAMES), told.get("second_factor", [])
    if not isinstance(names, dict) or not {"zh", "en"} <= names.keys():
        raise ValueError('name is no {zh = "…", en = "…"}')
    if not isinstance(factors, list) or not all(isinstance(each, str) for each in factors):
        raise ValueError("second_factor is no list of texts")
    return told | {"second_factor": tuple(factors)}


def is_address(text: object, *, is_secure: bool) -> bool:
    """Whether this is an address on the web, and an encrypted one where that is asked for."""
    if not isinstance(text, str):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.netloc) and parts.scheme in (("https",) if is_secure else ("https", "http"))

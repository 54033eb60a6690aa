# SPDX-License-Identifier: MulanPSL-2.0
"""Asking a provider who somebody is: OpenID Connect, authorization code with PKCE.

Nothing is believed that is not signed with a key of the provider's, by the provider, for us, now,
and in answer to what this very browser asked (docs/decisions/0033).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import jwt

from linli.base.provider import Provider, is_address

SECONDS = 5
"""How long the provider may be silent, and how long one answer may take."""

LIMIT = 200_000
"""Bytes of an answer that are read at most."""

SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures with two keys only: what we could make ourselves proves nothing."""

LEEWAY = 60
"""Seconds by which the provider's clock and ours may differ."""

DISCOVERY = "/.well-known/openid-configuration"
NEEDED = ("exp", "iat", "iss", "aud", "sub")


class Why(StrEnum):
    """Why nobody came in."""

    AWAY = "away"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"
    STALE = "stale"
    OVER = "over"
    UNKNOWN = "unknown"


class SignOnFailed(Exception):
    """It ends here; `why` is said on the page, the rest only in the log."""

    def __init__(self, why: Why, said: str = "") -> None:
        super().__init__(said or why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What one browser asked, kept in its session until the answer comes."""

    state: str
    nonce: str
    verifier: str
    purpose: str
    next: str
    at: float

    @classmethod
    def new(cls, purpose: str, next_: str) -> Self:
        """Three secrets that nobody guesses."""
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 64))
        return cls(state, nonce, verifier, purpose, next_, time.time())

    def kept(self) -> dict[str, Any]:
        """As a session keeps it."""
        return asdict(self)


class _Stay(HTTPRedirectHandler):
    """An answer comes from where it was asked for, or not at all."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


_OPENER = build_opener(ProxyHandler({}), _Stay)


@dataclass(frozen=True, slots=True)
class Client:
    """We, as the provider knows us."""

    provider: Provider
    redirect_uri: str

    def address(self, asked: Asked, *, is_anew: bool) -> str:
        """Where the browser goes; `is_anew` has the person asked even if they are known there."""
        challenge = hashlib.sha256(asked.verifier.encode()).digest()
        told = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.provider.scope,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if is_anew:
            told |= {"prompt": "login", "max_age": "0"}
        if self.provider.second_factor:
            told["acr_values"] = " ".join(self.provider.second_factor)
        there = self._endpoint(self._discovered(), "authorization_endpoint")
        return f"{there}{'&' if '?' in there else '?'}{urlencode(told)}"

    def claims(self, code: str, asked: Asked) -> Mapping[str, Any]:
        """Who came, in exchange for a code. Raises SignOnFailed."""
        found = self._discovered()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.provider.client_id,
            "client_secret": self.provider.client_secret,
            "code_verifier": asked.verifier,
        }
        answer = _asked(self._endpoint(found, "token_endpoint"), sent)
        keys = _asked(self._endpoint(found, "jwks_uri"))
        claims = _opened(answer.get("id_token"), keys, self.provider)
        if not hmac.compare_digest(str(claims.get("nonce", "")), asked.nonce):
            raise SignOnFailed(Why.UNTRUSTED, "the nonce is another")
        return claims

    def _discovered(self) -> dict[str, Any]:
        found = _asked(self.provider.issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != self.provider.issuer:
            raise SignOnFailed(Why.UNTRUSTED, "the provider calls itself another")
        return found

    def _endpoint(self, found: Mapping[str, Any], name: str) -> str:
        there = found.get(name)
        if not is_address(there, is_secure=self.provider.issuer.startswith("https:")):
            raise SignOnFailed(Why.UNTRUSTED, f"{name} is no address that we go to")
        return str(there)


def _opened(token: object, keys: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """What an ID token says, if all of it holds. Raises SignOnFailed."""
    try:
        header = jwt.get_unverified_header(str(token))
        claims: dict[str, Any] = jwt.decode(
            str(token),
            _key_of(header, keys),
            algorithms=list(SIGNED_BY),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={"require": list(NEEDED)},
        )
    except (jwt.PyJWTError, TypeError, ValueError, KeyError) as error:
        raise SignOnFailed(Why.UNTRUSTED, f"the ID token does not hold: {error}") from error
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise SignOnFailed(Why.UNTRUSTED, "the ID token was made for another")
    if not isinstance(claims["sub"], str) or not claims["sub"].strip():
        raise SignOnFailed(Why.UNTRUSTED, "the ID token names nobody")
    return claims


def _key_of(header: Mapping[str, Any], keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The key that a token names; where it names none, the only one there is."""
    kid = header.get("kid")
    found = [
        key
        for key in jwt.PyJWKSet.from_dict(dict(keys)).keys
        if key.algorithm_name in SIGNED_BY
        and key.public_key_use in {None, "sig"}
        and kid in {None, key.key_id}
    ]
    if len(found) != 1:
        raise KeyError("no such key")
    return found[0]


def _asked(address: str, sent: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the provider answers. Raises SignOnFailed for no answer, and for one that is none."""
    body = urlencode(sent).encode() if sent is not None else None
    request = Request(address, body, {"Accept": "application/json"})  # noqa: S310 - is_address
    try:
        with _OPENER.open(request, timeout=SECONDS) as answer:
            found = json.loads(_read(answer))
    except HTTPError as error:
        why = Why.AWAY if error.code >= 500 else Why.UNTRUSTED
        raise SignOnFailed(why, f"{error.code} for {address}") from error
    except (URLError, OSError, ValueError) as error:
        raise SignOnFailed(Why.AWAY, f"no answer from {address}: {error}") from error
    if not isinstance(found, dict):
        raise SignOnFailed(Why.UNTRUSTED, f"no object from {address}")
    return found


def _read(answer: Any) -> bytes:
    """The whole answer, however it drips, within its time and its size. Raises ValueError."""
    until, told = time.monotonic() + SECONDS, b""
    while part := answer.read1(LIMIT):
        told += part
        if len(told) > LIMIT or time.monotonic() > until:
            raise ValueError("too much, or too slow")
    return told

# SPDX-License-Identifier: MulanPSL-2.0
"""A provider of single sign-on as a process of its own: `provider.py FOLDER` prints its port.

oauthlib's OpenID Connect server over real sockets: discovery, keys, authorize, token, with PKCE and
codes that serve once. `FOLDER/told.json` says who sits at it and what it does wrong.
"""

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from oauthlib.openid import RequestValidator, Server

CLIENT, SECRET = "linli", "between-us-two"
FOLDER = Path(sys.argv[1])
KEYS = {name: rsa.generate_private_key(65537, 2048) for name in ("first", "second", "stranger")}


def told() -> dict[str, Any]:
    """What the test wants: `subject`, `claims`, `fault`, `key`."""
    path = FOLDER / "told.json"
    found: dict[str, Any] = {"subject": "somebody", "claims": {}, "fault": "", "key": "first"}
    return found | (json.loads(path.read_text()) if path.exists() else {})


class Rules(RequestValidator):  # type: ignore[misc]
    """One client that keeps a secret; everybody who comes is signed in already."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, Any]] = {}
        super().__init__()

    def validate_client_id(self, client_id: str, *_rest: Any, **_more: Any) -> bool:
        return client_id == CLIENT

    def validate_redirect_uri(self, _id: str, uri: str, *_rest: Any, **_more: Any) -> bool:
        return uri.endswith("/accounts/sign-on/back/")

    def validate_response_type(self, _id: str, kind: str, *_rest: Any, **_more: Any) -> bool:
        return bool(kind == "code")

    def validate_scopes(self, _id: str, scopes: list[str], *_rest: Any, **_more: Any) -> bool:
        return scopes == ["openid"]

    def is_pkce_required(self, *_all: Any) -> bool:
        return True

    def save_authorization_code(self, _id: str, code: Any, request: Any, *_more: Any) -> None:
        self.codes[code["code"]] = {
            "uri": request.redirect_uri,
            "nonce": request.nonce,
            "challenge": request.code_challenge,
            "method": request.code_challenge_method,
            "asked_at": int(time.time()) if request.prompt else int(time.time()) - 3600,
        }

    def authenticate_client(self, request: Any, *_rest: Any, **_more: Any) -> bool:
        request.client = type("Known", (), {"client_id": CLIENT})()
        return (request.client_id, request.client_secret) == (CLIENT, SECRET)

    def validate_grant_type(self, _id: str, kind: str, *_rest: Any, **_more: Any) -> bool:
        return kind == "authorization_code"

    def validate_code(self, _id: str, code: str, _client: Any, request: Any, **_more: Any) -> bool:
        request.kept = self.codes.get(code)
        request.user, request.scopes = told()["subject"], ["openid"]
        return request.kept is not None

    def confirm_redirect_uri(
        self, _id: str, code: str, uri: str, *_rest: Any, **_more: Any
    ) -> bool:
        return bool(self.codes[code]["uri"] == uri)

    def get_code_challenge(self, code: str, _request: Any) -> str:
        return str(self.codes[code]["challenge"])

    def get_code_challenge_method(self, code: str, _request: Any) -> str:
        return str(self.codes[code]["method"])

    def get_authorization_code_scopes(self, *_all: Any) -> list[str]:
        return ["openid"]

    def get_authorization_code_nonce(self, _id: str, code: str, *_rest: Any) -> str:
        return str(self.codes[code]["nonce"])

    def invalidate_authorization_code(self, _id: str, code: str, *_rest: Any) -> None:
        del self.codes[code]

    def save_bearer_token(self, *_all: Any) -> None:
        """Nobody asks with it."""

    def validate_user_match(self, *_all: Any) -> bool:
        return True

    def validate_silent_authorization(self, _request: Any) -> bool:
        return True

    def validate_silent_login(self, _request: Any) -> bool:
        return True

    def finalize_id_token(self, token: dict[str, Any], *rest: Any) -> str:
        """Sign who it is, and spoil what the test wants spoiled."""
        request, now, asked = rest[-1], int(time.time()), told()
        token |= {"iss": issuer(), "sub": asked["subject"], "iat": now, "exp": now + 300}
        token |= {"auth_time": request.kept["asked_at"]} | asked["claims"]
        token = {name: value for name, value in token.items() if value is not None}
        fault = asked["fault"]
        if fault == "none":
            return jwt.encode(token, "", algorithm="none")
        if fault == "own_secret":
            return jwt.encode(token, SECRET.ljust(32), algorithm="HS256", headers={"kid": "first"})
        signer = KEYS["stranger" if fault == "signature" else asked["key"]]
        kid = "nobody" if fault == "kid" else asked["key"]
        return jwt.encode(token, signer, algorithm="RS256", headers={"kid": kid})


RULES = Rules()
SERVER = Server(RULES)
PORT = 0


def issuer() -> str:
    """What it calls itself."""
    return f"http://localhost:{PORT}"


def discovery() -> dict[str, Any]:
    """Where everything is."""
    return {
        "issuer": "http://elsewhere.example" if told()["fault"] == "issuer" else issuer(),
        "authorization_endpoint": f"{issuer()}/authorize",
        "token_endpoint": f"{issuer()}/token",
        "jwks_uri": f"{issuer()}/keys",
    }


def keys() -> dict[str, Any]:
    """The keys of today, and one that signs nothing."""
    name = told()["key"]
    numbers = KEYS[name].public_key().public_numbers()
    plain = {"kty": "RSA", "n": _whole(numbers.n), "e": _whole(numbers.e)}
    return {"keys": [plain | {"kid": name, "use": "sig"}, plain | {"kid": "x", "use": "enc"}]}


def _whole(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """One request."""
    path = environ["PATH_INFO"]
    fault, _colon, where = told()["fault"].partition(":")
    if where == path:
        return _spoiled(fault, start)
    if path == "/authorize":
        return _authorize(environ, start)
    if path == "/token":
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        headers = {"Content-Type": environ["CONTENT_TYPE"]}
        told_back = SERVER.create_token_response(issuer() + path, "POST", sent, headers)
        return _answer(start, told_back[2], told_back[0], told_back[1].encode())
    known = {"/.well-known/openid-configuration": discovery, "/keys": keys}
    found = known.get(path)
    if found is None:
        return _answer(start, 404, {}, b"")
    return _answer(start, 200, {}, json.dumps(found()).encode())


def _spoiled(fault: str, start: Callable[..., Any]) -> Iterable[bytes]:
    if fault == "hangs":
        time.sleep(30)
    if fault == "drips":
        start("200 OK", [("Content-Type", "application/json")])
        return _drips()
    return _answer(start, 500 if fault == "fails" else 200, {}, b"[1, 2")


def _authorize(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    address = f"{issuer()}/authorize?{environ['QUERY_STRING']}"
    if told()["fault"] == "denies":
        asked = parse_qs(environ["QUERY_STRING"])
        back, state = asked["redirect_uri"][0], asked["state"][0]
        return _answer(start, 302, {"Location": f"{back}?error=access_denied&state={state}"}, b"")
    scopes, credentials = SERVER.validate_authorization_request(address)
    headers, body, status = SERVER.create_authorization_response(
        address, scopes=scopes, credentials=credentials
    )
    return _answer(start, status, headers, (body or "").encode())


def _answer(
    start: Callable[..., Any], status: int, headers: dict[str, str], body: bytes
) -> list[bytes]:
    start(f"{status} Said", list({"Content-Type": "application/json", **headers}.items()))
    return [body]


def _drips() -> Iterable[bytes]:
    for _byte in range(60):
        time.sleep(0.5)
        yield b" "


class Quiet(WSGIRequestHandler):
    """Says nothing of what it is asked."""

    def log_message(self, *_all: Any) -> None:
        """Nothing."""


class Parallel(ThreadingMixIn, WSGIServer):
    """One request that hangs keeps no other waiting."""

    daemon_threads = True


if __name__ == "__main__":
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    with make_server("127.0.0.1", 0, serve, Parallel, Quiet) as server:
        PORT = server.server_port
        print(PORT, flush=True)  # noqa: T201 - for whoever started it
        server.serve_forever()

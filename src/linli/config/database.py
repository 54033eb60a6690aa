# SPDX-License-Identifier: MulanPSL-2.0
"""From a database address to Django's settings for it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=20000",
    "mmap_size=134217728",
    "cache_size=-65536",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)
"""Measured: with these and IMMEDIATE transactions, writers wait their turn instead of failing."""

QUICK = {
    "server_side_binding": True,
    "prepare_threshold": 3,
    "options": "-c max_parallel_workers_per_gather=0",
}
"""PostgreSQL plans a statement that a connection asks often once only, and starts no processes for
one: pages ask small questions, and others need the processors. Behind a pooler that keeps neither
prepared statements nor options, the address ends in `?prepare_threshold=none&options=`.
"""

AWAY = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""A database that does not answer is asked elsewhere or again after so long (seconds to connect,
milliseconds for a connection that stands): its machine may be gone without a word.
"""

POOL = {"min_size": 1, "max_size": 20, "timeout": 5, "reconnect_timeout": 2}
"""Seconds that a page waits for a connection, and after which the pool begins anew with one that
cannot be made: it would wait twice as long each time.
"""


def database_settings(url: str, *, for_tests: bool = False) -> dict[str, Any]:
    """Settings for `sqlite:///path/to/file` or `postgres://user:password@host:port/name?option=…`;
    several hosts are named in the query (`?host=a,b&target_session_attrs=read-write`).

    Tests give up safety against power failure and keep no pool. Raises ValueError for any other
    kind of address.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return _sqlite(url, for_tests=for_tests)
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url, for_tests=for_tests)
    message = f"LINLI_DATABASE_URL must begin with sqlite:/// or postgres://, not {scheme!r}"
    raise ValueError(message)


def replica_settings(url: str) -> dict[str, Any]:
    """Settings for the address of a streaming replica; nothing is ever written there, and nobody
    waits long for one that does not answer. Raises ValueError for any address but PostgreSQL's.
    """
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        message = "LINLI_REPLICA_URL must begin with postgres://"
        raise ValueError(message)
    found = _postgres(url, for_tests=False)
    options = found["OPTIONS"]
    options["options"] += " -c default_transaction_read_only=on"
    options["pool"] |= {"min_size": 0, "timeout": 2}
    return found


def _sqlite(url: str, *, for_tests: bool) -> dict[str, Any]:
    pragmas = [*SQLITE_PRAGMAS, *(["synchronous=OFF"] if for_tests else [])]
    name = unquote(url.removeprefix("sqlite:///"))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "TEST": {"NAME": f"{name}.test"},  # a file, as several threads and processes share it
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
        },
    }


def _postgres(url: str, *, for_tests: bool) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", "") or parts.hostname or ""
    if options.get("prepare_threshold") == "none":
        options["prepare_threshold"] = None
    pool = {} if for_tests else {"pool": dict(POOL)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # a connection that broke in the pool costs nobody a page
        "OPTIONS": {**QUICK, **AWAY, **options, **pool},
    }

# SPDX-License-Identifier: MulanPSL-2.0
"""What every LINLI_… variable is, for docs/operations/settings.md, which is made from this:
`python -m linli.config.variables`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from linli.config.environment import MOST_PROCESSES, PASSWORD_DAYS, ROOT
from linli.kernel.notify.servers import BODY

PAGE = ROOT / "docs/operations/settings.md"


class Variable(NamedTuple):
    """A variable, what it is, and what holds without it."""

    name: str
    what: str
    default: str


OPERATING = (
    Variable(
        "LINLI_MODE",
        "`production`, `demo` or `test`",
        "`production` for `serve`, `worker`, `backup`, `restore` and `upgrade`, else `demo`",
    ),
    Variable(
        "LINLI_DATA",
        "folder for everything Linli writes; made on first use",
        "`var/` in the checkout",
    ),
    Variable(
        "LINLI_DATABASE_URL",
        "`sqlite:///path` or `postgres://user:password@host:port/name`; a primary "
        "and who may take its place as "
        "`postgres://user:password@/name?host=a,b&port=5432,5432&target_session_attrs=read-write`; "
        "`?prepare_threshold=none&options=` behind a pooler that keeps neither prepared "
        "statements nor options",
        "SQLite in `LINLI_DATA`",
    ),
    Variable(
        "LINLI_REPLICA_URL",
        "address of a streaming replica, like that of the database: pages that may show how things "
        "stood a second ago read there while it is close behind",
        "none",
    ),
    Variable("LINLI_KEYS_FILE", "the key file, mode 0600", "`keys.json` in `LINLI_DATA`"),
    Variable(
        "LINLI_HOSTS",
        "names under which it is reached, parted by spaces",
        "`localhost 127.0.0.1 [::1]`",
    ),
    Variable(
        "LINLI_TRUSTED_PROXIES",
        "addresses and networks of the proxies before it, parted by commas; they set "
        "`X-Forwarded-Proto` and `X-Forwarded-For`, and nobody else is believed on where a "
        "request comes from",
        "none",
    ),
    Variable(
        "LINLI_BEHIND_PROXY",
        "`1` for short when the only proxy is on this machine: as "
        "`LINLI_TRUSTED_PROXIES=127.0.0.0/8,::1`",
        "off",
    ),
    Variable("LINLI_PACKS", "folder of plan packs", "`packs/` in the checkout"),
    Variable(
        "LINLI_TILE_URL",
        "address of map tiles; without it maps are drawn from boundaries alone",
        "none",
    ),
    Variable(
        "LINLI_WEBHOOK_ALLOW",
        "networks (`10.1.0.0/16`) and host names, parted by blanks, that outgoing messages may "
        "go to although they are not public; those also by plain http",
        "none",
    ),
    Variable(
        "LINLI_WEB_PROCESSES",
        "processes of the web server; each keeps up to 16 connections to the database busy and "
        "takes some 140 MB",
        f"one more than there are processors, at most {MOST_PROCESSES}",
    ),
    Variable(
        "LINLI_ANCHORS",
        "a folder, best a share of another machine that lets nothing be written over: every "
        "night a signed note goes there of how the record of who did what stands",
        "none",
    ),
    Variable(
        "LINLI_BACKUPS",
        "a folder, best on another machine, for a backup every night; all processes must see it",
        "none: no backup is made by itself",
    ),
    Variable(
        "LINLI_CLAMAV",
        "where ClamAV listens, `/run/clamav/clamd.ctl` or `host:port`: every upload is shown to "
        "it, and refused where it finds something **or does not answer**",
        "none",
    ),
    Variable(
        "LINLI_OIDC",
        "a file that names the provider of a single sign-on (OpenID Connect) and as whom it knows "
        "us; readable by the service's user alone (docs/operations.md)",
        "none: people sign in by name and password, or with a passkey",
    ),
    Variable(
        "LINLI_PASSWORD_DAYS",
        "after how many days a password has to be changed: of staff, then of the three "
        "administrators; `0 0` for never",
        f"`{PASSWORD_DAYS}`",
    ),
    Variable(
        "LINLI_AUDIT_MONTHS",
        "for how many months the record of who did what stays in the database at least, never "
        "less than 6",
        "`36`",
    ),
    Variable(
        "LINLI_LOG",
        "`json` (one object a line, for whoever gathers logs) or `line` (for a terminal); a demo "
        "writes no line for each request",
        "`json` in production, else `line`",
    ),
    Variable(
        "LINLI_METRICS_TOKEN",
        "what is sent to `/metrics` as `Authorization: Bearer …`; without it that page is not "
        "there and no request is counted",
        "none",
    ),
    Variable(
        "LINLI_TLS_CERTIFICATE",
        "the certificate (PEM) that the proxy shows, readable by the service: how long it is "
        "still good stands on the status page and in `/metrics`",
        "none",
    ),
    Variable(
        "LINLI_SMS",
        "what takes text messages: `none`, `demo` (a phone on a page of the demo), `http` (a "
        "gateway, with the variables below) or the dotted path of a class of the city's own; "
        "without any nobody signs in by phone",
        "`demo` in a demo, else `none`",
    ),
    Variable(
        "LINLI_SMS_URL",
        "the https address of the gateway, public or in `LINLI_WEBHOOK_ALLOW`",
        "none",
    ),
    Variable(
        "LINLI_SMS_SECRET, LINLI_SMS_SECRET_FILE",
        "what the gateway knows us by, sent in the header `LINLI_SMS_HEADER`; or a file with it",
        "none",
    ),
    Variable("LINLI_SMS_HEADER", "the header for the secret", "`Authorization`"),
    Variable(
        "LINLI_SMS_KEY_HEADER",
        "the header for the key of a message, the same at each try",
        "`Idempotency-Key`",
    ),
    Variable(
        "LINLI_SMS_BODY",
        "JSON in whose texts `{phone}`, `{text}` and `{key}` are filled in",
        f"`{BODY}`",
    ),
    Variable(
        "LINLI_MAIL, LINLI_MAIL_FILE",
        "the mail server, `smtp://user:password@host:port` (TLS where it is offered, no password "
        "without) or `smtps://…`; or a file with that line",
        "none: no mail leaves",
    ),
    Variable(
        "LINLI_MAIL_FROM", "the address that mail comes from", "none; asked for with a server"
    ),
    Variable(
        "LINLI_AUDIT_MAIL",
        "addresses, parted by blanks, that are sent every night how the record of who did what "
        "stands, signed: of whoever audits it",
        "none",
    ),
    Variable("LINLI_DEBUG", "Django's debug pages; refused in production", "off"),
)
DEVELOPING = (
    Variable("LINLI_PYTHON", "the interpreter from which `.venv` is made", "`python3`"),
    Variable(
        "LINLI_TEST_POSTGRES_URL",
        "a PostgreSQL server for tests, whose user may make databases",
        "tests start one of their own",
    ),
    Variable("LINLI_TEST_CHROMIUM", "the browser for tests", "the one that is installed"),
    Variable("LINLI_TEST_MOSQUITTO", "the MQTT broker for tests", "the one that is installed"),
    Variable(
        "LINLI_TEST_CITY",
        "the data folder of a demo that the browser walks through",
        "one is made",
    ),
    Variable(
        "LINLI_SHARED_DATA",
        "a folder of public data that some tests read and otherwise skip with a reason",
        "none",
    ),
    Variable("LINLI_WRITE_OPENAPI", "`1`: the test of the API writes `docs/openapi.json`", "off"),
    Variable(
        "LINLI_TEST_DATABASE_URL, LINLI_TEST_FOLDER, LINLI_TEST_RESULT",
        "what `./linli test` tells the tests that it starts",
        "it sets them",
    ),
)


TEXT = """\
<!-- Made by `python -m linli.config.variables`; the words are in src/linli/config/variables.py. -->
# Settings

All of them come from the environment. Without any, `./linli serve`, `worker`, `backup`, `restore` and `upgrade` are a production installation on SQLite
in `var/`. **Every other command takes `demo` as its mode unless told otherwise: export `LINLI_MODE=production` in the shell in
which you work on a real installation.** `demo`, `city make` and migrating in demo mode refuse a database in which people have
accounts and no synthetic city stands.

{operating}

**Production refuses to start** with a demo key, demo accounts, the demo clock, or debug on. It says which one it found.

## For development and tests only

With `CI=true` anything that did not run is a failure.

{developing}
"""  # noqa: E501 - lines of a page


def page() -> str:
    """The page of settings."""
    return TEXT.format(operating=_table(OPERATING), developing=_table(DEVELOPING))


def _table(variables: Iterable[Variable]) -> str:
    rows = [f"| `{name}` | {what} | {default} |" for name, what, default in variables]
    return "\n".join(["| variable | what it is | default |", "|---|---|---|", *rows])


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")

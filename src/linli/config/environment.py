# SPDX-License-Identifier: MulanPSL-2.0
"""What the process is told from outside: the LINLI_… variables, read in this one place."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from linli.base.address import Network, networks_read
from linli.base.provider import Provider
from linli.kernel.notify.servers import BODY, MailServer, SmsServer, is_address

ROOT = Path(__file__).resolve().parents[3]
"""The checkout, when Linli runs from one."""


ON_THIS_MACHINE = "127.0.0.0/8, ::1"
"""The proxies that are trusted where LINLI_BEHIND_PROXY is on and names none."""


MOST_PROCESSES = 5
"""So many web processes unless told otherwise: each may keep 16 connections to a database busy."""


PASSWORD_DAYS = "365 180"  # noqa: S105 - days, not a password
"""After so many days staff, and administrators, choose a new password."""

AUDIT_MONTHS = 36
LEAST_AUDIT_MONTHS = 6
"""The record of who did what is kept at least half a year (网络安全法)."""


class Log(StrEnum):
    """What a line of the log looks like."""

    JSON = "json"
    LINE = "line"


DEMO_PHONE = "linli.demo.phone.DemoPhone"
HTTP_GATEWAY = "linli.kernel.notify.gateways.HttpGateway"
"""What takes text messages where LINLI_SMS is `demo`, and where it is `http`."""


class SettingError(ValueError):
    """A variable that holds what cannot be meant; the message names it."""


class Mode(StrEnum):
    """What this installation is for; only a demo has demo accounts and a movable clock."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Environment:
    """The LINLI_… variables with their defaults; variables.py says what each is.

    `data` holds everything that Linli writes; in production `keys_file` should lie outside it, so
    that a backup of the data never carries the keys. `trusted_proxies` are those whose word on
    where a request comes from is taken. `webhook_allow` names networks and hosts that webhooks may
    call although they are not public. `web_processes` is one more than there are processors, so
    that two pages seldom share a process. `anchors` is a folder, best on another machine, to which
    goes every night how the record stands; `audit_months` is for how long its rows are kept here;
    `backups` is a folder for a backup a night, `clamav` where a virus scanner listens: the path of
    its socket, or host:port. `sms` is the dotted class that takes text messages ("" for none),
    `mail` the server that takes mails; to `audit_mail` goes every night how the record stands.
    `password_days` is how old the password of staff, and of an administrator, may be; 0 is any age.
    `oidc` is who says for others who somebody is.
    """

    mode: Mode
    data: Path
    database_url: str
    replica_url: str
    keys_file: Path
    hosts: tuple[str, ...]
    packs: Path
    behind_proxy: bool
    trusted_proxies: tuple[Network, ...]
    debug: bool
    tile_url: str
    webhook_allow: tuple[str, ...]
    web_processes: int
    anchors: Path | None
    log: Log
    metrics_token: str
    certificate: Path | None
    audit_months: int
    backups: Path | None
    clamav: str
    sms: str
    sms_server: SmsServer | None
    mail: MailServer | None
    audit_mail: tuple[str, ...]
    password_days: tuple[int, int]
    oidc: Provider | None

    @classmethod
    def read(cls) -> Self:
        """Read the variables. Raises SettingError for a value that cannot be meant."""
        in_checkout = (ROOT / "pyproject.toml").exists()
        data = Path(
            os.environ.get("LINLI_DATA") or (ROOT / "var" if in_checkout else "var")
        ).resolve()
        database = data / "linli.sqlite3"
        mode, proxies = _mode(), _proxies()
        return cls(
            mode=mode,
            data=data,
            database_url=os.environ.get("LINLI_DATABASE_URL") or f"sqlite:///{database}",
            replica_url=os.environ.get("LINLI_REPLICA_URL", ""),
            keys_file=Path(os.environ.get("LINLI_KEYS_FILE") or data / "keys.json").resolve(),
            hosts=tuple(os.environ.get("LINLI_HOSTS", "localhost 127.0.0.1 [::1]").split()),
            packs=Path(os.environ.get("LINLI_PACKS") or carried("packs")),
            behind_proxy=bool(proxies),
            trusted_proxies=proxies,
            debug=_is_on("LINLI_DEBUG"),
            tile_url=os.environ.get("LINLI_TILE_URL", ""),
            webhook_allow=tuple(os.environ.get("LINLI_WEBHOOK_ALLOW", "").split()),
            web_processes=_processes(),
            anchors=_path("LINLI_ANCHORS"),
            log=_log(mode),
            metrics_token=os.environ.get("LINLI_METRICS_TOKEN", ""),
            certificate=_path("LINLI_TLS_CERTIFICATE"),
            audit_months=_audit_months(),
            backups=_path("LINLI_BACKUPS"),
            clamav=_scanner(),
            sms=(sms := _sms(mode)),
            sms_server=_sms_server(mode) if sms == HTTP_GATEWAY else None,
            mail=(mail := _mail()),
            audit_mail=_audit_mail(mail),
            password_days=_password_days(),
            oidc=_provider(mode),
        )

    @property
    def tile_origin(self) -> str:
        """Where map tiles come from, as a security policy writes it; empty without tiles."""
        parts = urlsplit(self.tile_url.replace("{s}", "*"))
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def carried(inside: str) -> Path:
    """A file or folder of the checkout, or the copy of it that a wheel carries."""
    copy = Path(__file__).resolve().parents[1] / inside
    return copy if copy.exists() else ROOT / inside


def _mode() -> Mode:
    given = os.environ.get("LINLI_MODE") or Mode.PRODUCTION
    try:
        return Mode(given)
    except ValueError as error:
        raise SettingError(f"LINLI_MODE is {given}: {', '.join(Mode)} are known") from error


def _log(mode: Mode) -> Log:
    given = os.environ.get("LINLI_LOG") or (Log.JSON if mode is Mode.PRODUCTION else Log.LINE)
    try:
        return Log(given)
    except ValueError as error:
        raise SettingError(f"LINLI_LOG is {given}: {', '.join(Log)} are known") from error


def _path(name: str) -> Path | None:
    given = os.environ.get(name, "")
    return Path(given).resolve() if given else None


def _proxies() -> tuple[Network, ...]:
    """The proxies that are named; else, behind a proxy, those on this machine."""
    named = os.environ.get("LINLI_TRUSTED_PROXIES", "")
    on_this_machine = ON_THIS_MACHINE if _is_on("LINLI_BEHIND_PROXY") else ""
    try:
        return networks_read(named) or networks_read(on_this_machine)
    except ValueError as error:
        raise SettingError(f"LINLI_TRUSTED_PROXIES: {error}") from error


def _processes() -> int:
    given = os.environ.get("LINLI_WEB_PROCESSES", "")
    if not given:
        return min((os.cpu_count() or 1) + 1, MOST_PROCESSES)
    if not given.isdecimal() or int(given) < 1:
        raise SettingError(f"LINLI_WEB_PROCESSES is {given}: give a whole number from 1")
    return int(given)


def _audit_months() -> int:
    given = os.environ.get("LINLI_AUDIT_MONTHS", "") or str(AUDIT_MONTHS)
    if not given.isdecimal() or int(given) < LEAST_AUDIT_MONTHS:
        least = LEAST_AUDIT_MONTHS
        raise SettingError(f"LINLI_AUDIT_MONTHS is {given}: give a whole number from {least}")
    return int(given)


def _scanner() -> str:
    given = os.environ.get("LINLI_CLAMAV", "")
    host, _colon, port = given.rpartition(":")
    if given and not given.startswith("/") and not (host and port.isdecimal()):
        raise SettingError(f"LINLI_CLAMAV is {given}: give the path of a socket, or host:port")
    return given


def _sms(mode: Mode) -> str:
    given = os.environ.get("LINLI_SMS") or ("demo" if mode is Mode.DEMO else "none")
    if given == "demo" and mode is not Mode.DEMO:
        raise SettingError("LINLI_SMS is demo: its phone stands in a demo only")
    known = {"none": "", "demo": DEMO_PHONE, "http": HTTP_GATEWAY}
    if given not in known and "." not in given:
        raise SettingError(f"LINLI_SMS is {given}: none, demo, http, or the dotted path of a class")
    return known.get(given, given)


def _sms_server(mode: Mode) -> SmsServer:
    server = SmsServer(
        address=os.environ.get("LINLI_SMS_URL", ""),
        secret=_secret("LINLI_SMS_SECRET", "LINLI_SMS_SECRET_FILE"),
        header=os.environ.get("LINLI_SMS_HEADER") or "Authorization",
        key_header=os.environ.get("LINLI_SMS_KEY_HEADER") or "Idempotency-Key",
        body=os.environ.get("LINLI_SMS_BODY") or BODY,
    )
    try:
        return server.ensure_sound(is_https=mode is Mode.PRODUCTION)
    except ValueError as error:
        raise SettingError(f"LINLI_SMS is http: {error}") from error


def _secret(name: str, name_of_file: str) -> str:
    """A secret from a variable, or from the file that another one names."""
    file = _path(name_of_file)
    try:
        return file.read_text("utf-8").strip() if file else os.environ.get(name, "")
    except OSError as error:
        raise SettingError(f"{name_of_file}: {file} cannot be read") from error


def _mail() -> MailServer | None:
    given = _secret("LINLI_MAIL", "LINLI_MAIL_FILE")
    try:
        return MailServer.read(given, os.environ.get("LINLI_MAIL_FROM", "")) if given else None
    except ValueError as error:
        raise SettingError(f"LINLI_MAIL: {error}") from error


def _audit_mail(mail: MailServer | None) -> tuple[str, ...]:
    given = tuple(os.environ.get("LINLI_AUDIT_MAIL", "").split())
    if given and mail is None:
        raise SettingError("LINLI_AUDIT_MAIL: no mail leaves without LINLI_MAIL")
    if not all(is_address(each) for each in given):
        raise SettingError("LINLI_AUDIT_MAIL: give addresses parted by blanks")
    return given


def _password_days() -> tuple[int, int]:
    given = os.environ.get("LINLI_PASSWORD_DAYS", "") or PASSWORD_DAYS
    staff, _blank, administrators = given.partition(" ")
    if not (staff.isdecimal() and administrators.isdecimal()):
        message = "give two whole numbers, for staff and for administrators"
        raise SettingError(f"LINLI_PASSWORD_DAYS is {given}: {message}")
    return int(staff), int(administrators)


def _provider(mode: Mode) -> Provider | None:
    path = _path("LINLI_OIDC")
    try:
        return Provider.read(path, is_secure=mode is Mode.PRODUCTION) if path else None
    except ValueError as error:
        raise SettingError(f"LINLI_OIDC: {error}") from error


def _is_on(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes"}

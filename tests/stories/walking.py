# SPDX-License-Identifier: MulanPSL-2.0
"""Walking all addresses of the house: pages of every face, what lies beside them, and the API."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.base import clock
from linli.engines.registers.models import Import, Record
from linli.engines.registers.terms import FILES_OF
from linli.kernel.access.models import AbuseEntry, Grant, OperatorSession, Token
from linli.kernel.files.models import Export, StoredFile
from linli.kernel.notify.models import Notice
from linli.kernel.packs.models import PackDraft
from linli.kernel.people.models import Erasure
from linli.kernel.privacy.models import PrivacyNotice
from linli.kernel.units.models import Membership
from linli.kernel.workflow.models import Todo
from linli.modules.appeals.models import PhotoRelease
from linli.modules.exchange.models import Opening, Webhook
from linli.modules.subjects.models import DataRequest

if TYPE_CHECKING:
    from django.http import HttpResponse

    from linli.shells.frame.page import Page
    from tests.stories.conftest import City

NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
CHANGING = re.compile(
    r'(name="(?:csrfmiddlewaretoken|_once|_draft)" value|nonce|data-once|data-of)="[^"]*"'
    r'|data-seconds="\d+"|\{"seconds": \d+\}'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d+分钟前|\d+ minutes? ago"
)
"""What differs from one answer to the next, whatever was asked for."""

OUTSIDE = ("accounts/", "healthz", "readyz", "metrics")
"""Not of the house: the log-in pages, the signs of life, and the figures behind a token."""


@dataclass(frozen=True)
class Address:
    """One address; `names` is what is filled in, a `key` together with what it is a key of, and the
    number of a matter that is no case.
    """

    template: str

    @property
    def names(self) -> tuple[str, ...]:
        """What has to be filled in, in order."""
        return tuple(name for name, _written in self._parts() if name)

    @property
    def is_of_something(self) -> bool:
        """Whether it names a thing that lies somewhere, rather than a word of a list."""
        return bool(set(self.names) - set(WORDS))

    def _parts(self) -> Iterator[tuple[str, str]]:
        before = ""
        for written in self.template.split("/"):
            found = NAMED.fullmatch(written)
            name = found[1] if found else ""
            is_plain = name == "number" and before == "matters"
            yield (f"{before} {name}" if name == "key" or is_plain else name), written
            before = written

    def with_values(self, values: Mapping[str, str]) -> str:
        """The address with those values; a name that is not known fails the test."""
        missing = [name for name in self.names if name not in values]
        assert not missing, f"/{self.template} wants {missing}: say in walking.py what that is"
        return "/" + "/".join(values[name] if name else written for name, written in self._parts())


def addresses() -> list[Address]:
    """Every address of the house that is no log-in page."""
    found = dict.fromkeys(_templates(get_resolver().url_patterns, ""))
    return [Address(template) for template in found if not template.startswith(OUTSIDE)]


def address_of(page: "Page") -> Address:
    """The address of a page."""
    return Address(f"{page.face.root}{page.address}")


def _templates(patterns: Iterable[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        template = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _templates(pattern.url_patterns, template)
        elif isinstance(pattern, URLPattern):
            yield template


WORDS = {
    "answer": "accept",
    "move": "answer",
    "do key": "contacted",
    "roles key": "dispatcher",
    "of key": "appeal",
    "level": "grid",
    "which": "open",
    "new key": "callout",
    "ask key": "help",
    "table": "duties",
    "row key": "garbage",
    "registers key": "partner_agreement",
    "part": "limits",
    "what": "put",
    "way": "rename",
    "open-data key": "cases",
    "name": "events.deliveries",
    "edition": "2026-11",
    "failed key": "00000000-0000-4000-8000-000000000000",
    "letter_id": "0",
}
"""Names in addresses that are chosen from a list, or of what lies nowhere, like a failed job."""


def identifiers(city: "City", case: str = "handling") -> dict[str, str]:
    """For each name that stands in an address, something of this city that really is there."""
    appeal = city.cases[case]
    matter = appeal.case.matter
    photo = StoredFile.objects.filter(place_path__startswith=city.top.path).first()
    notice = Notice.objects.filter(account=city.accounts["resident"]).first()
    membership = Membership.objects.filter(unit=city.units["water_affairs"]).first()
    grant = Grant.objects.filter(account=city.accounts["handler"]).first()
    todo = Todo.objects.filter(matter__place__path__startswith=city.top.path).first()
    assert city.callout is not None
    assert city.batch is not None
    assert todo is not None
    assert photo is not None
    assert notice is not None
    assert membership is not None
    assert grant is not None
    blocked = AbuseEntry.objects.below(city.top.path).first()
    assert blocked is not None
    session = OperatorSession.objects.below(city.top.path).first()
    assert session is not None
    own = {
        "session_id": str(session.pk),
        "number": matter.number,
        "matters number": city.callout.number,
        "batch": str(city.batch.pk),
        "files key": photo.key,
        "appeal": appeal.number,
        "photos key": photo.key,
        "members key": str(membership.pk),
        "grant_id": str(grant.pk),
        "account_id": str(city.accounts["handler"].pk),
        "entry_id": str(blocked.pk),
        "export_id": str(Export.objects.below(city.top.path).values_list("pk", flat=True)[0]),
        "todo_id": str(todo.pk),
        "code": city.grid.code,
        "notice_id": str(notice.pk),
        "unit_id": str(city.units["water_affairs"].pk),
    }
    return WORDS | _names_of_parts(city) | own


def _names_of_parts(city: "City") -> dict[str, str]:
    """What names of single parts stand for."""
    found = _rights_names(city) | _pack_names(city) | _partner_names(city) | _grid_names(city)
    return found | _record_names(city)


_NO_OTHER = 700_000
"""A key that stands in no page by chance."""


def _record_names(city: "City") -> dict[str, str]:
    """A record of a register, a file of it, and a list on its way into it."""
    record = Record.objects.below(city.top.path).first()
    assert record is not None
    kept = StoredFile.objects.get(owner_kind=FILES_OF, owner_key=str(record.pk))
    clerk, place = city.accounts["clerk"], record.place
    sent, _is_new = Import.objects.get_or_create(
        pk=_NO_OTHER + record.pk,
        register=record.register,
        account=clerk,
        defaults={"place": place, "place_path": place.path, "created_at": clock.now()},
    )
    return {"record_id": str(record.pk), "file": kept.key, "import_id": str(sent.pk)}


def _rights_names(city: "City") -> dict[str, str]:
    """A notice being written, a request about one's own data, an erasing that waits."""
    erasure = Erasure.objects.below(city.top.path).first()
    privacy = PrivacyNotice.objects.below(city.top.path).first()
    asked = DataRequest.objects.below(city.top.path).first()
    assert erasure is not None
    assert privacy is not None
    shown = PhotoRelease.objects.below(city.top.path).first()
    assert asked is not None
    assert shown is not None
    return {
        "erasure_id": str(erasure.pk),
        "privacy_id": str(privacy.pk),
        "asked": asked.matter.number,
        "shown key": shown.covered_key,
    }


def _grid_names(city: "City") -> dict[str, str]:
    """A division plan of this city, and a call-up."""
    assert city.plan_of_grids is not None
    assert city.call_up is not None
    return {"plan_id": str(city.plan_of_grids.pk), "call_up_id": str(city.call_up.pk)}


def _partner_names(city: "City") -> dict[str, str]:
    """What partner systems of this city hold: a token, a webhook, an opening of data."""
    token = Token.objects.below(city.top.path).first()
    webhook = Webhook.objects.below(city.top.path).first()
    opening = Opening.objects.below(city.top.path).first()
    assert token is not None
    assert webhook is not None
    assert opening is not None
    found = {"webhook_id": str(webhook.pk), "opening_id": str(opening.pk)}
    return found | {"public_id": token.public_id}


def _pack_names(city: "City") -> dict[str, str]:
    """The pack of this city, and a draft of it."""
    draft = PackDraft.objects.filter(pack=city.plan.pack).first()
    assert draft is not None
    names = {"draft_id": str(draft.pk), "version": draft.based_on}
    return names | {"pack": city.plan.pack}


def nowhere(like: dict[str, str]) -> dict[str, str]:
    """The same names with values behind which there is nothing."""
    return {name: WORDS.get(name) or _unknown(name, value) for name, value in like.items()}


def _unknown(name: str, value: str) -> str:
    if name in ("number", "matters number", "appeal"):
        return f"{value[:-4]}9999"
    if value.isdecimal() and len(value) < 7:
        return "9999999"
    return ("f" if name in ("photos key", "files key", "file", "version") else "9") * len(value)


@dataclass(frozen=True)
class Answer:
    """What can be learned from an answer, without what differs anyhow."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...]


HEADERS = ("Location", "HX-Redirect", "HX-Retarget", "Content-Type", "Set-Cookie", "Cache-Control")
WAYS: dict[str, dict[str, str]] = {
    "page": {},
    "part": {"HX-Request": "true"},
    "script": {"Accept": "application/json"},
}
"""How a browser asks: for a page, for a part of one, or for data."""


def ask(
    client: Client,
    method: str,
    address: str,
    values: Iterable[str] = (),
    *,
    way: str = "page",
    data: Mapping[str, str] | None = None,
) -> Answer:
    """Ask for an address; `values` are what stood in it and may be echoed, `data` is sent along."""
    sent: dict[str, Any] = {"data": data or {}, "headers": WAYS[way]}
    if method == "post" and address.startswith("/api/"):
        sent |= {"data": {"expected_step": "handling", **(data or {})}}
        sent |= {"content_type": "application/json"}
    answer: HttpResponse = getattr(client, method)(address, **sent)
    body = b"".join(answer) if answer.streaming else answer.content
    hidden = [_echo_of(value) for value in values]
    return Answer(
        answer.status_code,
        _neutral(body.decode("utf-8", "replace"), hidden),
        tuple((name, _neutral(answer.get(name, ""), hidden)) for name in HEADERS),
    )


def _echo_of(value: str) -> re.Pattern[str]:
    """A value as an answer repeats it: a short one only where an address holds it."""
    written = "|".join({re.escape(value), re.escape(quote(value)), re.escape(quote(quote(value)))})
    around = r"(?:(?<=/)|(?<==)|(?<=%2F)|(?<=%3D))(?:{0})(?![0-9])"
    return re.compile(around.format(written) if value.isdigit() and len(value) < 5 else written)


def _neutral(text: str, hidden: Iterable[re.Pattern[str]]) -> str:
    text = CHANGING.sub("~", text)
    for echo in hidden:
        text = echo.sub("#", text)
    return text


def ensure_same(one: Answer, other: Answer, *where: object) -> None:
    """Fail with what tells two answers apart."""
    lines = difflib.unified_diff(
        [str(one.status), *map(str, one.headers), *one.body.splitlines()],
        [str(other.status), *map(str, other.headers), *other.body.splitlines()],
        n=0,
        lineterm="",
    )
    found = [line[:400] for line in lines]
    assert not found, "\n".join([str(where), *found[:20]])

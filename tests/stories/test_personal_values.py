# SPDX-License-Identifier: MulanPSL-2.0
"""Telephone, ID number, address and the name of a confidential reporter stand nowhere in plain.

They go the whole round once; then every table of the database, the logs and all that was printed
are
searched for them.
"""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.config.testing.kept import kept_for_module
from linli.kernel.accounts.models import Session
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.events.services import deliver_pending
from linli.kernel.people import selectors as people
from linli.kernel.people import services as people_services
from linli.kernel.workflow import services as workflow
from linli.modules.appeals import commands
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.terms import Channel
from tests.stories.conftest import (
    LESHAN,
    NOON,
    City,
    case_bring,
    cases_make,
    city_make,
    file_appeal,
    fresh,
)

pytestmark = pytest.mark.django_db

SECRET_NAME = "鄢𠮷馥"
SECRET_PHONE = "15181240097"
OTHER_NAME = "阚璟"
OTHER_PHONE = "15281240086"
WALK_IN_PHONE = "15381240075"
API_PHONE = "18181240064"
TYPED_AT_LOG_IN = "18281240053"
IMPORTED_PHONE = "18481240031"
NEW_PHONE, NEW_ADDRESS = "18381240042", "嘉州大道壹佰零玖号"
ID_NUMBER = "510104198904061322"
SAID = "6号楼西侧的雨水井堵了，一下雨积水就漫到路上。"
PURPOSE = "约上门时间"

VALUES = {
    "the secret name": SECRET_NAME,
    "a character of the secret name": "鄢",
    "a rare character of the secret name": "𠮷",
    "the name of whom it is for": OTHER_NAME,
    "the secret phone": SECRET_PHONE,
    "the phone of whom it is for": OTHER_PHONE,
    "the phone at the window": WALK_IN_PHONE,
    "the phone through the API": API_PHONE,
    "a phone typed at the log-in": TYPED_AT_LOG_IN,
    "an imported phone": IMPORTED_PHONE,
    "a new phone": NEW_PHONE,
    "a new address": NEW_ADDRESS,
    "an ID number": ID_NUMBER,
    "the resident's phone": LESHAN.phones[0],
    "the neighbor's phone": LESHAN.phones[1],
    "the resident's ID number": LESHAN.id_number,
}


@dataclass
class Left:
    """What the round left behind: rows by table, and everything that was said on the way."""

    city: City
    tables: dict[str, list[str]] = field(default_factory=dict)
    log: str = ""
    printed: str = ""
    sessions: list[str] = field(default_factory=list)
    opened: dict[str, str] = field(default_factory=dict)


def tables_read() -> dict[str, list[str]]:
    """Every cell of every table as text, a row a line."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = ["\t".join(map(_text, row)) for row in cursor.fetchall()]
    return found


def _text(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode("utf-8", "replace")
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    text = str(cell)
    return text.encode().decode("unicode_escape") + text if "\\u" in text else text


@pytest.fixture(scope="module")
def left(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Left]:
    """The round, gone once; nothing of it stays."""
    log, printed = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with kept_for_module(django_db_blocker), clock.at(NOON):
            with redirect_stdout(printed), redirect_stderr(printed):
                found = Left(city_make(LESHAN))
                cases_make(found.city)
                _round_go(found, tmp_path_factory.mktemp("import"))
            found.tables = tables_read()
            found.sessions = [str(each.get_decoded()) for each in Session.objects.all()]
            found.log, found.printed = log.getvalue(), printed.getvalue()
            yield found
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _round_go(left: Left, folder: Path) -> None:
    city = left.city
    _report_on_the_phone_page(city)
    _report_through_the_api(city)
    _register_at_the_window(city)
    _import_a_list(city, folder)
    _log_in_with_a_phone()
    _person_keep(city)
    left.opened = _open_with_a_purpose(city)
    secret = Appeal.objects.get(is_confidential=True, channel=Channel.PORTAL, account=None)
    case_bring(city, secret, "rating")
    appeals.appeal_rate(
        actor=city.actor("clerk"), appeal=fresh(secret), mark="poor", reasons=("too_slow",)
    )
    workflow.matters_tick(now=clock.now())
    deliver_pending()


def _report_on_the_phone_page(city: City) -> None:
    """A confidential reporter without account, for a neighbor; with mistakes the first time."""
    client, (lon, lat) = Client(), city.point
    filled = {
        "what": SAID,
        "where": "map",
        "lon": str(lon),
        "lat": str(lat),
        "contact_name": SECRET_NAME,
        "contact_phone": f"+86 {SECRET_PHONE[:3]}-{SECRET_PHONE[3:7]}-{SECRET_PHONE[7:]}",
        "is_for_other": "yes",
        "for_name": OTHER_NAME,
        "for_phone": OTHER_PHONE,
        "is_confidential": "yes",
    }
    assert client.post("/portal/appeals/new/", filled | {"what": ""}).status_code == 422
    assert client.post("/portal/appeals/new/", filled | {"lon": "1"}).status_code == 422
    answer = client.post("/portal/appeals/new/", filled)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/portal/appeals/").status_code == 200


def _report_through_the_api(city: City) -> None:
    lon, lat = city.point
    data = {"what": SAID, "lon": lon, "lat": lat, "contact_phone": API_PHONE}
    answer = Client().post("/api/v1/appeals/public/", data, content_type="application/json")
    assert answer.status_code == 201, answer.content
    refused = Client().post(
        "/api/v1/appeals/public/", data | {"what": ""}, content_type="application/json"
    )
    assert refused.status_code == 422


def _register_at_the_window(city: City) -> None:
    """A clerk takes down what somebody says, on the page and through the service."""
    lon, lat = city.point
    client = city.client("clerk")
    filled = {
        "channel": Channel.WINDOW,
        "what": SAID,
        "where": "map",
        "lon": str(lon),
        "lat": str(lat),
        "contact_name": "来访人",
        "contact_phone": WALK_IN_PHONE,
    }
    assert client.post("/console/appeals/new/", filled | {"_step": "find"}).status_code == 200
    assert client.post("/console/appeals/new/", filled).status_code == 302
    file_appeal(
        city,
        "clerk",
        channel=Channel.PHONE,
        contact_name=SECRET_NAME,
        contact_phone=SECRET_PHONE,
        is_confidential=True,
        filed_key="said-once",
    )


MAPPING = """
label = {zh = "旧表", en = "Old list"}
[columns]
what = ["诉求"]
number = ["编号"]
filed_at = ["时间"]
contact_name = ["姓名"]
contact_phone = ["电话"]
"""


def _import_a_list(city: City, folder: Path) -> None:
    """A list with names and telephones; one row cannot be taken, one was closed before it was
    opened.
    """
    mapping, table = folder / "old.toml", folder / "list.csv"
    mapping.write_text(MAPPING, "utf-8")
    rows = [
        "编号,诉求,时间,姓名,电话",
        f"1,{SAID},2026-03-01 10:00,{SECRET_NAME},{IMPORTED_PHONE}",
        f"2,,2026-03-01 10:00,{SECRET_NAME},{IMPORTED_PHONE}",
        f"3,{SAID},三月一号,{SECRET_NAME},{IMPORTED_PHONE}",
    ]
    table.write_text("\n".join(rows), "utf-8")
    words = ["import", str(table), "--mapping", str(mapping), "--place", city.grid.code, "--json"]
    done = CliRunner().invoke(commands.appeals, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["taken"] == 1


def _log_in_with_a_phone() -> None:
    answer = Client().post("/accounts/login/", {"login": TYPED_AT_LOG_IN, "password": "wrong-one"})
    assert answer.status_code == 200


def _person_keep(city: City) -> None:
    clerk = city.actor("clerk")
    person = people_services.person_register(
        actor=clerk,
        name="来访人",
        place=city.places["community"],
        phone=WALK_IN_PHONE,
        id_number=ID_NUMBER,
    )
    people_services.person_update(
        actor=clerk,
        person=person,
        phone=NEW_PHONE,
        address=NEW_ADDRESS,
        reason=f"改为{NEW_PHONE}",
    )
    assert list(people.person_find(actor=clerk, phone=NEW_PHONE)) == [person]


def _open_with_a_purpose(city: City) -> dict[str, str]:
    """Everything that may be opened is, by page and by service."""
    clerk, dispatcher = city.actor("clerk"), city.actor("dispatcher")
    person = city.people["resident"]
    opened = {
        name: people_services.personal_open(
            actor=clerk, person=person, field=name, purpose=f"{PURPOSE}，电话{LESHAN.phones[0]}"
        )
        for name in ("phone", "id_number", "address")
    }
    secret = Appeal.objects.filter(is_confidential=True, account=None).first()
    assert secret is not None
    found = appeals.reporter_open(actor=dispatcher, appeal=secret, purpose=PURPOSE)
    own = city.cases["received"]
    address = f"/console/appeals/{own.number}/who/{own.number}/"
    page = city.client("dispatcher").post(address, {"purpose": PURPOSE})
    assert LESHAN.phones[0] in page.content.decode()
    return opened | {"secret name": found["name"], "secret phone": found["phone"]}


def test_whoever_may_see_them_does(left: Left) -> None:
    assert left.opened == {
        "phone": LESHAN.phones[0],
        "id_number": LESHAN.id_number,
        "address": left.city.places["dwelling"].name,
        "secret name": SECRET_NAME,
        "secret phone": SECRET_PHONE,
    }


def test_the_search_finds_what_is_there(left: Left) -> None:
    assert len(left.tables) > 40
    assert SAID in "\n".join(left.tables["appeals_appeal"])
    assert left.city.plan.names["grid"] in "\n".join(left.tables["places_place"])
    assert len(left.tables["audit_auditrecord"]) > 100
    assert len(left.sessions) >= 3
    assert "POST portal:appeal_new 422" in left.log


@pytest.mark.parametrize("name", VALUES)
def test_no_table_holds_it_in_plain(left: Left, name: str) -> None:
    found = {
        table: [row for row in rows if VALUES[name] in row][:2]
        for table, rows in left.tables.items()
        if any(VALUES[name] in row for row in rows)
    }
    assert not found


@pytest.mark.parametrize("name", VALUES)
def test_no_log_line_session_or_print_holds_it(left: Left, name: str) -> None:
    assert VALUES[name] not in left.log
    assert VALUES[name] not in left.printed
    assert not [session for session in left.sessions if VALUES[name] in session]


def test_no_search_token_holds_two_characters_of_the_secret_name(left: Left) -> None:
    for one, other in pairwise(SECRET_NAME):
        assert not [table for table, rows in left.tables.items() if f"{one}{other}" in str(rows)]


def test_an_encrypted_value_says_by_which_key_and_is_never_the_same_twice(left: Left) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM appeals_appeal WHERE contact_phone <> ''")
        kept = [row[0] for row in cursor.fetchall()]
    assert len(kept) > 3
    assert len(set(kept)) == len(kept)
    assert all(token.split(".")[0] for token in kept)


def test_who_opened_what_and_why_is_recorded_and_shown_to_the_person(left: Left) -> None:
    city = left.city
    rows = people.openings_of(actor=city.actor("resident"), person=city.people["resident"])
    fields = sorted(row.field for row in rows)
    assert fields == ["address", "id_number", "phone", "phone"]
    assert all(PURPOSE in row.purpose for row in rows)
    assert {row.by for row in rows} == {
        city.people["clerk"].name,
        city.people["dispatcher"].name,
    }
    assert not any(LESHAN.phones[0] in row.purpose for row in rows)


def test_the_record_and_the_outbox_hold_ids_and_codes_only(left: Left) -> None:
    for payload in Event.objects.values_list("payload", flat=True):
        for value in payload.values():
            assert isinstance(value, int | str | None), payload
            assert SAID not in str(value)
    for detail in AuditRecord.objects.values_list("detail", flat=True):
        assert SAID not in json.dumps(detail, ensure_ascii=False)
    assert audit.verify().is_whole


def test_the_platform_itself_reads_them_where_it_must(left: Left) -> None:
    secret = Appeal.objects.get(filed_key="said-once")
    assert (secret.contact_name, secret.contact_phone) == (SECRET_NAME, SECRET_PHONE)
    assert people.person_find(actor=SYSTEM, id_number=ID_NUMBER).count() == 1

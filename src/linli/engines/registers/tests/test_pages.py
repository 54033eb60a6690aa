# SPDX-License-Identifier: MulanPSL-2.0
"""The pages: from all registers to one, to a record, to its form, and back."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from linli.base.actor import Actor
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.models import Import, Record
from linli.engines.registers.services import record_add
from linli.engines.registers.services.uploading import import_run
from linli.engines.registers.terms import Verb
from linli.engines.registers.tests.conftest import somebody
from linli.kernel.access.factories import role_define
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.factories import PersonFactory
from linli.kernel.units.factories import UnitFactory

LIST = "/console/registers/contract/"


def scan() -> io.BytesIO:
    """A small picture as a scanner gives it."""
    found = io.BytesIO()
    Image.new("RGB", (32, 24), "white").save(found, "PNG")
    found.name = "scan.png"
    found.seek(0)
    return found


def entered(client: Client, actor: Actor) -> Client:
    """The browser of somebody who has signed in."""
    log_in(client, Account.objects.get(pk=actor.account_id))
    return client


@pytest.fixture
def clerk(client: Client, town: SimpleNamespace) -> Client:
    return entered(client, town.clerk)


def text(client: Client, address: str, **given: Any) -> str:
    found = client.get(address, given, headers={"Accept-Language": "zh-hans"})
    assert found.status_code == 200, (address, found.status_code)
    return str(found.content.decode())


def added(town: SimpleNamespace, **values: str) -> Record:
    return record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "WY-1", "contact": "13812345678", **values},
    )


def test_all_registers_stand_at_one_look(clerk: Client, town: SimpleNamespace) -> None:
    added(town)
    page = text(clerk, "/console/registers/")
    assert "物业服务合同" in page
    assert "灾害信息员" in page
    assert "1处还缺" in page
    assert "灾害信息员" not in text(clerk, "/console/registers/", q="wyfw")
    assert "没有找到" in text(clerk, "/console/registers/", q="nothing")


def test_a_list_shows_its_records_and_no_personal_value(
    clerk: Client, town: SimpleNamespace
) -> None:
    added(town, mode="own")
    page = text(clerk, LIST)
    assert "WY-1" in page
    assert "居民自管" in page
    assert "13812345678" not in page
    assert "WY-1" not in text(clerk, LIST, **{"f.mode": "company"})
    assert 'data-total="0"' in text(clerk, LIST, q="nobody")


def test_a_record_is_added_on_a_page(clerk: Client, town: SimpleNamespace) -> None:
    form = text(clerk, f"{LIST}add/")
    assert "合同编号" in form
    sent = {"own.place": town.community.code, "number": "WY-7", "mode": "own"}
    answer = clerk.post(f"{LIST}add/", sent)
    record = Record.objects.get()
    assert answer["Location"] == f"{LIST}{record.pk}/"
    assert "WY-7" in text(clerk, f"{LIST}{record.pk}/")


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    clerk: Client, town: SimpleNamespace
) -> None:
    sent = {"own.place": town.community.code, "mode": "own", "signed_on": "2025-13-01"}
    answer = clerk.post(f"{LIST}add/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("data-bad") == 2
    assert 'value="2025-13-01"' in page
    assert not Record.objects.exists()


def test_what_is_on_file_already_is_said_above_the_form(
    clerk: Client, town: SimpleNamespace
) -> None:
    added(town)
    answer = clerk.post(f"{LIST}add/", {"own.place": town.community.code, "number": "WY-1"})
    assert answer.status_code == 422
    assert "已经登记过了" in answer.content.decode()


def test_a_record_is_changed_and_what_is_sealed_stays(clerk: Client, town: SimpleNamespace) -> None:
    record = added(town)
    form = text(clerk, f"{LIST}{record.pk}/edit/")
    assert "13812345678" not in form
    sent = {"revision": "1", "number": "WY-2", "own.reason": "写错了"}
    assert clerk.post(f"{LIST}{record.pk}/edit/", sent).status_code == 302
    held = selectors.values_of(Record.objects.get(pk=record.pk))
    assert held == {"number": "WY-2", "contact": "13812345678"}
    page = text(clerk, f"{LIST}{record.pk}/")
    assert "写错了" in page
    clerk.post(
        f"{LIST}{record.pk}/edit/",
        {"revision": "2", "number": "WY-2", "own.empty.contact": "yes"},
    )
    assert "contact" not in selectors.values_of(Record.objects.get(pk=record.pk))


def test_what_is_sealed_is_opened_for_a_purpose_that_is_recorded(
    clerk: Client, town: SimpleNamespace
) -> None:
    record = added(town)
    address = f"{LIST}{record.pk}/open/"
    assert clerk.post(address, {"field": "contact", "purpose": ""}).status_code == 422
    answer = clerk.post(address, {"field": "contact", "purpose": "联系物业抢修"})
    assert "13812345678" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    line = AuditRecord.objects.get(verb=Verb.OPENED)
    assert (line.reason, line.detail["field"]) == ("联系物业抢修", "contact")
    assert clerk.post(address, {"field": "number", "purpose": "看看"}).status_code == 422


def test_of_a_sensitive_register_no_rank_opens_anything(
    client: Client, town: SimpleNamespace
) -> None:
    register_define("contract", {**CONTRACT, "privacy": "sensitive"})
    record = added(town)
    leader = entered(client, town.leader)
    assert leader.get(f"{LIST}{record.pk}/").status_code == 404
    answer = leader.post(f"{LIST}{record.pk}/open/", {"field": "contact", "purpose": "看看"})
    assert answer.status_code == 404
    assert "物业服务合同" not in text(leader, "/console/registers/")


def test_a_person_is_looked_for_and_chosen(clerk: Client, town: SimpleNamespace) -> None:
    person = PersonFactory.create(place=town.community, name="张三丰", phone="13900000001")
    PersonFactory.create(place=town.other_community, name="张三乙")
    address = "/console/registers/officer/add/"
    looked = {"own.look": "subject", "own.find.subject": "张三", "own.place": town.community.code}
    page = clerk.post(address, looked, headers={"HX-Request": "true"}).content.decode()
    assert "张三丰" in page
    assert "张三乙" not in page
    assert "<html" not in page
    sent = {"own.subject": str(person.pk), "until_date": "2030-01-01"}
    assert clerk.post(address, {**sent, "own.place": town.community.code}).status_code == 302
    assert Record.objects.get().person == person


def test_a_record_is_ended_on_a_page(clerk: Client, town: SimpleNamespace) -> None:
    record = added(town)
    address = f"{LIST}{record.pk}/end/"
    assert clerk.post(address, {"reason": ""}).status_code == 422
    assert clerk.post(address, {"reason": "解约"}).status_code == 302
    assert "解约" in text(clerk, f"{LIST}{record.pk}/")
    assert clerk.post(address, {"reason": "解约"}).status_code == 409


def test_coverage_names_the_places_that_lack_it(client: Client, town: SimpleNamespace) -> None:
    added(town)
    leader = entered(client, town.leader)
    page = text(leader, f"{LIST}coverage/")
    assert page.index("河畔社区") < page.index("柳荫社区", page.index("card rows"))
    assert 'data-total="1"' in text(leader, f"{LIST}coverage/", state="lacking")


def test_rows_of_a_table_stand_in_the_form_and_stay(clerk: Client, town: SimpleNamespace) -> None:
    promised = {"what": {"type": "text", "label": {"zh": "事项"}}}
    table = {"type": "table", "label": {"zh": "约定"}, "columns": promised}
    register_define("contract", {**CONTRACT, "fields": {**CONTRACT["fields"], "terms": table}})
    rows = [{"what": "每天保洁"}, {"what": "修好门禁"}]
    record = record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "WY-1", "terms": rows},
    )
    form = text(clerk, f"{LIST}{record.pk}/edit/")
    assert [f'name="terms.{number}.what"' in form for number in range(4)] == [1, 1, 1, 0]
    assert 'value="修好门禁"' in form
    sent = {
        "number": "WY-1",
        "terms.0.what": "每天保洁",
        "terms.1.what": "",
        "terms.2.what": "绿化",
    }
    clerk.post(f"{LIST}{record.pk}/edit/", {**sent, "revision": "1"})
    held = selectors.values_of(Record.objects.get())
    assert held["terms"] == [{"what": "每天保洁"}, {"what": "绿化"}]
    page = text(clerk, f"{LIST}{record.pk}/")
    assert "<s" in page
    assert "修好门禁" in page


def test_those_who_may_only_look_are_led_back(client: Client, town: SimpleNamespace) -> None:
    record = added(town)
    leader = entered(client, town.leader)
    assert leader.get(f"{LIST}add/")["Location"].startswith(LIST)
    assert leader.get(f"{LIST}{record.pk}/edit/")["Location"] == f"{LIST}{record.pk}/"
    assert leader.post(f"{LIST}{record.pk}/end/", {"reason": "x"}).status_code == 404
    assert "终止" not in text(leader, f"{LIST}{record.pk}/")


def test_a_scan_is_kept_with_its_record_for_those_who_see_it(
    clerk: Client, town: SimpleNamespace
) -> None:
    fields = {**CONTRACT["fields"], "paper": {"type": "photo", "label": {"zh": "扫描件"}}}
    register_define("contract", {**CONTRACT, "fields": fields})
    sent = {"own.place": town.community.code, "number": "WY-9", "paper": scan()}
    assert clerk.post(f"{LIST}add/", sent).status_code == 302
    record = Record.objects.get()
    (key,) = selectors.values_of(record)["paper"]
    address = f"{LIST}{record.pk}/files/{key}/"
    assert clerk.get(address).status_code == 200
    assert entered(Client(), town.other_clerk).get(address).status_code == 404
    sent = {"revision": "1", "number": "WY-9", "own.drop": key}
    assert clerk.post(f"{LIST}{record.pk}/edit/", sent).status_code == 302
    assert "paper" not in selectors.values_of(Record.objects.get())


def test_a_list_goes_in_by_its_pages(
    clerk: Client, town: SimpleNamespace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LINLI_DATA = tmp_path
    assert "下载模板" in text(clerk, f"{LIST}import/")
    template = clerk.get(f"{LIST}template.xlsx", headers={"Accept-Language": "zh-hans"})
    sheet = load_workbook(io.BytesIO(template.content)).worksheets
    assert [cell.value for cell in sheet[0][1]][:3] == ["所在地点", "合同编号", "管理方式"]
    assert "专业物业、居民自管" in [row[2].value for row in sheet[1].iter_rows()]
    file = io.BytesIO("合同编号,方式\nWY-1,专业物业\n,居民自管\n".encode("gbk"))
    file.name = "台账.csv"
    answer = clerk.post(f"{LIST}import/", {"list": file})
    here = answer.headers["Location"]
    assert "台账.csv" in text(clerk, here)
    refused = clerk.post(here, {"deed": "check", "head.mode": "方式"})
    assert "请选择文件中的这一列：合同编号" in refused.content.decode()
    clerk.post(here, {"deed": "check", "head.number": "合同编号", "head.mode": "方式"})
    assert "every 2s" in text(clerk, here)
    one = Import.objects.get()
    import_run(import_id=one.pk)
    page = text(clerk, here)
    assert "请写出合同编号" in page
    assert "导入正确的行" in page
    clerk.post(here, {"deed": "write"})
    import_run(import_id=one.pk)
    assert "已导入" in text(clerk, here)
    assert selectors.values_of(Record.objects.get())["number"] == "WY-1"


def test_nobody_else_sees_a_list_and_readers_send_none(
    clerk: Client, town: SimpleNamespace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LINLI_DATA = tmp_path
    file = io.BytesIO("合同编号\nWY-1\n".encode())
    file.name = "a.csv"
    here = clerk.post(f"{LIST}import/", {"list": file}).headers["Location"]
    other = entered(Client(), town.leader)
    assert other.get(here).status_code == 404
    assert other.get(f"{LIST}import/").status_code == 302
    assert clerk.post(f"{LIST}import/").status_code == 422


def test_a_place_and_a_unit_tell_what_registers_say_of_them(
    client: Client, town: SimpleNamespace
) -> None:
    role_define("clerk_of_all", ["places.view", "units.view", "registers.view"])
    reader = entered(client, somebody("clerk_of_all", town.community))
    unit = UnitFactory.create(place=town.community)
    place_page, unit_page = f"/console/places/{town.community.code}/", f"/console/units/{unit.pk}/"
    assert "在册情况" not in text(reader, unit_page)
    page = text(reader, place_page)
    assert "要处理的台账" in page
    assert "1处还缺" in page
    added(town, company=str(unit.pk))
    page = text(reader, unit_page)
    assert "物业服务合同" in page
    assert "在册情况" in page
    stranger = entered(Client(), somebody("clerk_of_all", town.other_community))
    assert stranger.get(unit_page).status_code == 404

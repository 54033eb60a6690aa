# SPDX-License-Identifier: MulanPSL-2.0
"""Two small cities in one database, leshan and binhai, made through the services like real ones.

Each has one account for every role of its packs, some residents, and a case at every step.
"""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.config.testing.kept import kept_for_module
from linli.engines.registers.services import record_add
from linli.engines.registers.terms import FILES_OF
from linli.kernel.access import selectors as access_selectors
from linli.kernel.access import services as access
from linli.kernel.access.factories import proven
from linli.kernel.access.terms import AbuseKind, OperatorKind
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.files import exporting
from linli.kernel.files.pictures import Box
from linli.kernel.files.services import file_store
from linli.kernel.files.terms import Personal
from linli.kernel.packs.services import draft_open, pack_load
from linli.kernel.people import households
from linli.kernel.people import services as people
from linli.kernel.people.erasing import erasure_ask
from linli.kernel.people.models import Person
from linli.kernel.places import lookup
from linli.kernel.places import selectors as place_selectors
from linli.kernel.places import services as places
from linli.kernel.places.factories import square
from linli.kernel.places.models import Place
from linli.kernel.privacy import rules as privacy_rules
from linli.kernel.privacy import selectors as privacy_selectors
from linli.kernel.privacy import services as privacy
from linli.kernel.units import services as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Batch, Matter
from linli.kernel.workflow.selectors import order_open
from linli.modules.appeals import services as appeals
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.services import Draft
from linli.modules.appeals.terms import Channel
from linli.modules.exchange import services as exchange
from linli.modules.grids import services as grids
from linli.modules.grids.models import CallUp, GridPlan
from linli.modules.subjects import services as subjects

NOON = dt.datetime(2026, 3, 10, 10, 0, tzinfo=clock.ZONE)
"""An ordinary Tuesday morning: every test of the two cities begins here."""

STAGES = ("received", "offered", "contested", "handling", "verifying", "rating", "closed")
"""A city of `cases_make` has a case at each of these."""

SIBLING = {"subdistrict": "other_subdistrict", "community": "other_community", "grid": "other_grid"}
"""The place beside one, by its level."""

CONTACT = {"how": "phone", "reached": True, "note": "说好明天上午来"}
SEEN = {"how": "on_site", "note": "不积水了"}


@dataclass(frozen=True)
class Plan:
    """What is different about a city: its pack, the codes and names of its places, where it
    lies.
    """

    pack: str
    top: str
    names: dict[str, str]
    people: tuple[str, str]
    phones: tuple[str, str]
    id_number: str
    lon: float
    has_district: bool


LESHAN = Plan(
    pack="leshan",
    top="511100",
    names={
        "district": "市中区",
        "subdistrict": "柳荫街道",
        "other_subdistrict": "桃源街道",
        "community": "柳荫社区",
        "other_community": "河畔社区",
        "grid": "柳荫第一网格",
        "other_grid": "柳荫第二网格",
        "building": "柳荫6号楼",
        "dwelling": "柳荫6号楼2单元301",
    },
    people=("陈桂兰", "买买提·艾力"),
    phones=("13800132046", "13900135571"),
    id_number="511102196803154529",
    lon=103.0,
    has_district=True,
)
BINHAI = Plan(
    pack="binhai",
    top="120116",
    names={
        "subdistrict": "望海街道",
        "other_subdistrict": "盐田街道",
        "community": "望海社区",
        "other_community": "灯塔社区",
        "grid": "望海第一网格",
        "other_grid": "望海第二网格",
        "building": "望海9号楼",
        "dwelling": "望海9号楼1单元502",
    },
    people=("郭秀娣", "欧阳海"),
    phones=("13702218834", "13602219945"),
    id_number="120116197505122261",
    lon=117.0,
    has_district=False,
)


@dataclass
class City:
    """One of the two cities: everything in it by a short key; `cases` by the step they are at.

    `callout` is a matter of a procedure that no module owns, `batch` a button pressed on many;
    `plan_of_grids` waits for a decision, and to `call_up` somebody has come.
    """

    plan: Plan
    places: dict[str, Place] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Appeal] = field(default_factory=dict)
    callout: Matter | None = None
    batch: Batch | None = None
    plan_of_grids: GridPlan | None = None
    call_up: CallUp | None = None

    @property
    def top(self) -> Place:
        """The place to which the pack is bound."""
        return self.places["top"]

    @property
    def grid(self) -> Place:
        """The grid where the residents live."""
        return self.places["grid"]

    @property
    def point(self) -> tuple[float, float]:
        """A point in the grid."""
        return self.plan.lon + 0.02, 29.02

    def actor(self, key: str) -> Actor:
        """One of the accounts as an actor, as a request would make it."""
        return proven(self.accounts[key])

    def client(self, key: str = "") -> Client:
        """A browser, signed in as one of the accounts or as nobody."""
        client = Client()
        if key:
            log_in(client, self.accounts[key])
        return client

    def roles(self) -> dict[str, Account]:
        """Every role of the packs with the account that holds it and nothing else."""
        return {
            key.removeprefix("role:"): account
            for key, account in self.accounts.items()
            if key.startswith("role:")
        }


@dataclass
class TwoCities:
    """The two cities; `each` walks them with the other one beside."""

    leshan: City
    binhai: City

    def each(self) -> Iterator[tuple[City, City]]:
        """(own, other), both ways round."""
        yield self.leshan, self.binhai
        yield self.binhai, self.leshan


def city_make(plan: Plan) -> City:
    """Load the pack and write places, units, staff and residents through the services."""
    pack_load(actor=SYSTEM, folder=Path(settings.LINLI_PACKS) / plan.pack)
    city = City(plan)
    _places_make(city)
    _units_make(city)
    _staff_make(city)
    for key, name, phone in zip(("resident", "neighbor"), plan.people, plan.phones, strict=True):
        _resident_make(city, key, name, phone)
    return city


def _places_make(city: City) -> None:
    """The tree with square boundaries inside one another, the first grid in the corner."""
    plan, top = city.plan, place_selectors.place_by_code(city.plan.top)
    assert top is not None
    codes = {"top": top.code, "district": f"{top.code[:4]}02"}
    base = codes["district"] if plan.has_district else top.code
    codes |= {"subdistrict": f"{base}001", "other_subdistrict": f"{base}002"}
    codes |= {"community": f"{base}001001", "other_community": f"{base}001002"}
    codes |= {"grid": f"{base}001001-g1", "other_grid": f"{base}001001-g2"}
    codes |= {"building": f"{base}001001-b6", "dwelling": f"{base}001001-b6-301"}
    parents = {"community": "subdistrict", "grid": "community", "building": "grid"}
    parents |= {"subdistrict": "district" if plan.has_district else "top"}
    parents |= {"district": "top", "dwelling": "building"}
    shapes = {"subdistrict": (0, 0.4), "other_subdistrict": (0.4, 0.4), "community": (0, 0.2)}
    shapes |= {"other_community": (0.2, 0.2), "grid": (0, 0.1), "other_grid": (0.1, 0.1)}
    boundary = square(plan.lon, 29.0, 0.9)
    city.places["top"] = places.place_update_boundary(actor=SYSTEM, place=top, boundary=boundary)
    for key, name in plan.names.items():
        level = key.removeprefix("other_")
        east, size = shapes.get(key, (0, 0))
        known = place_selectors.place_by_code(codes[key])
        city.places[key] = known or places.place_add(
            actor=SYSTEM,
            code=codes[key],
            name=name,
            level=level,
            parent=city.places[parents[level]],
            boundary=square(plan.lon + east, 29.0, size) if size else None,
        )
    city.places.setdefault("district", city.top)


def _units_make(city: City) -> None:
    """The offices and committees of the tree; the departments came with the pack."""
    added = {
        "office": ("subdistrict_office", "subdistrict", "街道办事处"),
        "other_office": ("subdistrict_office", "other_subdistrict", "街道办事处"),
        "committee": ("residents_committee", "community", "居民委员会"),
    }
    for name, (key, where, words) in added.items():
        place = city.places[where]
        label = {"zh": f"{place.name.removesuffix('街道')}{words}", "en": key}
        city.units[name] = units.unit_add(actor=SYSTEM, key=key, place=place, label=label)
    for key in ("water_affairs", "urban_management"):
        city.units[key] = Unit.objects.get(key=key, place=city.top)


def _staff_make(city: City) -> None:
    """One account for every role alone (`role:leader`), then those who work in the units."""
    for role in access_selectors.roles_in_force(city.grid.path):
        level = role.body["at"][0].removeprefix("level:")
        place = city.places[level if level != "city" else "top"]
        employ(city, f"role:{role.key}", role.key, place)
    water, upkeep = city.units["water_affairs"], city.units["urban_management"]
    subdistrict, office = city.places["subdistrict"], city.units["office"]
    community, committee = city.places["community"], city.units["committee"]
    district = city.places["district"]
    employ(city, "dispatcher", "dispatcher", subdistrict, member_of=office)
    employ(city, "second_dispatcher", "dispatcher", subdistrict, member_of=office)
    employ(city, "stranger", "dispatcher", city.places["other_subdistrict"])
    employ(city, "clerk", "community_clerk", community, member_of=committee)
    employ(city, "grid_worker", "grid_worker", city.grid, member_of=committee)
    employ(city, "handler", "handler", city.top, within=water, member_of=water)
    employ(city, "colleague", "handler", city.top, within=water, member_of=water)
    employ(city, "granted_only", "handler", city.top, within=water)
    employ(city, "water_leader", "leader", city.top, within=water, member_of=water)
    employ(city, "upkeep_handler", "handler", city.top, within=upkeep, member_of=upkeep)
    employ(city, "office_head", "leader", subdistrict, member_of=office)
    employ(city, "leader", "leader", district)
    employ(city, "arbiter", "arbiter", district)
    employ(city, "pack_writer", "system_administrator", city.top)


def employ(
    city: City,
    key: str,
    role: str,
    place: Place,
    *,
    within: Unit | None = None,
    member_of: Unit | None = None,
) -> None:
    account = accounts.account_create(
        actor=SYSTEM, username=_username(city, key), place_path=place.path
    )
    person = people.person_register(actor=SYSTEM, name=f"{city.plan.pack}{key}", place=place)
    people.person_link_account(actor=SYSTEM, person=person, account=account)
    access.grant_give(actor=SYSTEM, account=account, role=role, place=place, unit=within)
    if member_of is not None:
        units.membership_add(actor=SYSTEM, account=account, unit=member_of)
    city.accounts[key], city.people[key] = account, person


def _resident_make(city: City, key: str, name: str, phone: str) -> None:
    account = accounts.account_create(
        actor=SYSTEM, username=_username(city, key), place_path=city.grid.path
    )
    person = people.person_register(
        actor=SYSTEM,
        name=name,
        place=city.grid,
        phone=phone,
        id_number=city.plan.id_number if key == "resident" else "",
        address=city.places["dwelling"].name if key == "resident" else "",
    )
    people.person_link_account(actor=SYSTEM, person=person, account=account)
    if key == "resident":
        home = households.household_register(actor=SYSTEM, dwelling=city.places["dwelling"])
        households.member_add(actor=SYSTEM, household=home, person=person)
    city.accounts[key], city.people[key] = account, person


def _username(city: City, key: str) -> str:
    return f"{city.plan.pack}.{key.replace(':', '.')}"


def photo() -> io.BytesIO:
    """A small photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 90)).save(out, "JPEG")
    out.seek(0)
    return out


def file_appeal(city: City, key: str = "resident", **given: Any) -> Appeal:
    """An appeal about a blocked drain at the city's grid, filed by one of its accounts."""
    lon, lat = city.point
    given.setdefault("what", f"{city.plan.names['building']}东侧的雨水井堵了，一下雨就积水。")
    draft = Draft(**{"lon": lon, "lat": lat, "class_key": "flooding", **given})
    return appeals.appeal_file(actor=city.actor(key), draft=draft)


def fresh(appeal: Appeal) -> Appeal:
    """An appeal read anew with its case and matter."""
    return Appeal.objects.select_related("case__matter__place").get(pk=appeal.pk)


def matter_of(appeal: Appeal) -> Matter:
    """The matter behind an appeal, as it stands now."""
    return fresh(appeal).case.matter


def move(city: City, key: str, appeal: Appeal, button: str, **given: Any) -> None:
    """Press a button of the procedure as one of the accounts."""
    case = fresh(appeal).case
    appeals.case_move(
        actor=city.actor(key), case=case, move=button, expected_step=case.matter.step, **given
    )


def accept(city: City, key: str, appeal: Appeal) -> None:
    """The unit takes the order on."""
    order = order_open(matter_of(appeal))
    assert order is not None
    workflow.order_accept(actor=city.actor(key), order=order)


def refuse(city: City, key: str, appeal: Appeal) -> None:
    """The unit sends the order back."""
    order = order_open(matter_of(appeal))
    assert order is not None
    workflow.order_refuse(actor=city.actor(key), order=order, reason="not_ours", note="不归我们管")


def case_bring(city: City, appeal: Appeal, stage: str) -> Appeal:
    """Work on a case until it has come to one of `STAGES`."""
    done = STAGES.index(stage)
    if done >= STAGES.index("offered"):
        move(city, "dispatcher", appeal, "dispatch")
    if stage == "contested":
        refuse(city, "handler", appeal)
        move(city, "dispatcher", appeal, "dispatch")
        refuse(city, "handler", appeal)
        return fresh(appeal)
    if done >= STAGES.index("handling"):
        accept(city, "handler", appeal)
        move(city, "handler", appeal, "contacted", values=CONTACT)
    if done >= STAGES.index("verifying"):
        said = f"{city.plan.names['grid']}的雨水井已经疏通，请您看看。"
        answer = {"outcome": "solved", "done": "清掏了雨水井", "reply": said}
        move(city, "handler", appeal, "answer", values=answer)
    if done >= STAGES.index("rating"):
        move(city, "clerk", appeal, "pass", values=SEEN)
    if done >= STAGES.index("closed"):
        appeals.appeal_rate(actor=city.actor("resident"), appeal=fresh(appeal), mark="good")
    return fresh(appeal)


def cases_make(city: City) -> None:
    """A case at every step; one taken in by a clerk; one of a confidential reporter."""
    for stage in STAGES:
        appeal = file_appeal(city, photos=(photo(),) if stage == "handling" else ())
        city.cases[stage] = case_bring(city, appeal, stage)
    city.cases["by_clerk"] = file_appeal(
        city,
        "clerk",
        channel=Channel.WINDOW,
        contact_name=city.plan.people[1],
        contact_phone=city.plan.phones[1],
    )
    secret = file_appeal(
        city,
        "neighbor",
        is_confidential=True,
        about_unit=city.units["water_affairs"],
        photos=(photo(),),
    )
    city.cases["confidential"] = case_bring(city, secret, "handling")
    dispatcher = city.actor("dispatcher")
    city.callout = workflow.matter_open(
        actor=dispatcher,
        workflow="callout",
        place=city.places["community"],
        title="夜市占道",
        values={"what": "夜市占道，要几家一起来", "kind": "joint"},
    )
    grids_make(city)
    partner_make(city)
    abuse_make(city)
    export_make(city)
    operator_make(city)
    rights_make(city)
    photo_show(city)
    records_make(city)
    draft_open(actor=city.actor("pack_writer"), pack=city.plan.pack, title="改几条职责")
    waiting = city.cases["received"].case.matter
    city.batch = workflow.batch_ask(actor=dispatcher, move="dispatch", matters=[waiting])


def partner_make(city: City) -> None:
    """A partner's system with a token, told of something, and a data set open to everybody."""
    place, name = city.places["subdistrict"], f"{city.plan.pack}-hub"
    grant = access.partner_open(actor=SYSTEM, username=name, role="dispatcher", place=place)
    access.token_issue(
        actor=SYSTEM,
        grant=grant,
        label=f"{place.name}热线平台",
        scopes=["appeals.view"],
        ends_on=clock.today() + dt.timedelta(days=30),
    )
    exchange.webhook_set(
        actor=SYSTEM,
        label=f"{place.name}城市中枢",
        address=f"https://{name}.example/linli",
        events=["appeals.appeal_filed"],
        place=place,
    )
    exchange.data_open(actor=SYSTEM, data_set="cases", place=place)


def abuse_make(city: City) -> None:
    """A number from which nothing is taken for now."""
    place = city.places["subdistrict"]
    reason = f"{place.name}一天收到三百条广告"
    access.abuse_add(actor=SYSTEM, kind=AbuseKind.PHONE, key="19900000000", at=place, reason=reason)


def export_make(city: City) -> None:
    """The dispatcher's queue asked for as a file, which waits for somebody's yes."""
    exporting.export_ask(
        actor=city.actor("dispatcher"),
        source="appeals.cases",
        query="view=all",
        purpose=f"{city.places['subdistrict'].name}月度分析",
        personal=Personal.MASKED,
    )


def operator_make(city: City) -> None:
    """Somebody who serves the machine and waits for a second person's yes."""
    access.operator_ask(
        actor=city.actor("role:system_administrator"),
        place=city.places["subdistrict"],
        kind=OperatorKind.LOOK,
        reason="夜里的任务没跑完",
        minutes=30,
    )


def rights_make(city: City) -> None:
    """A notice that is being written, a request about one's own data, and an erasing that waits."""
    words = privacy_rules.Draft("2027-01", "用途\n只为办事。", "Use\nFor this.", clock.today())
    privacy.notice_draft(actor=SYSTEM, place=city.top, draft=words)
    subjects.request_file(
        actor=city.actor("resident"), kind="correction", fact="other", wish="生日写错了"
    )
    erasure_ask(
        actor=SYSTEM,
        person=city.people["neighbor"],
        clause="个人信息保护法 第四十七条",
        reason="本人申请",
    )


def photo_show(city: City) -> None:
    """A photo that its sender agreed to publish, covered and approved."""
    appeal, own = city.cases["received"], city.actor("resident")
    kept = appeals.appeal_photos_add(actor=own, appeal=appeal, photos=(photo(),))
    notice = privacy_selectors.notice_at(privacy_selectors.path_for(own))
    appeals.photos_agree(actor=own, appeal=appeal, version=notice.version)
    clerk, boxes = city.actor("clerk"), (Box(0, 0, 500, 500),)
    release = appeals.photo_cover(actor=clerk, appeal=appeal, key=kept[-1].key, boxes=boxes)
    appeals.photo_show(actor=clerk, release=release, covered_key=release.covered_key)


def records_make(city: City) -> None:
    """An agreement of the community with an office of the city, and its scan."""
    clerk, community = city.actor("clerk"), city.places["community"]
    values = {
        "partner": str(city.units["water_affairs"].pk),
        "signed_on": "2025-01-06",
        "until_date": "2035-12-31",
        "fields_of": ["services"],
        "promises": [{"what": f"{community.name}排水管网每季检查"}],
    }
    agreement = record_add(
        actor=clerk, register="partner_agreement", place=community, values=values
    )
    file_store(
        actor=clerk,
        upload=photo(),
        owner_kind=FILES_OF,
        owner_key=str(agreement.pk),
        place_path=community.path,
    )


def grids_make(city: City) -> None:
    """A division plan that waits for a decision, and a call-up to which somebody has come."""
    clerk, community = city.actor("clerk"), city.places["community"]
    plan = grids.plan_draft(actor=clerk, community=community)
    city.plan_of_grids = grids.plan_propose(
        actor=clerk,
        plan=plan,
        starts_on=clock.today() + dt.timedelta(days=20),
        reason=f"{community.name}网格户数不匀",
    )
    city.call_up = grids.call_up_raise(
        actor=city.actor("dispatcher"),
        place=community,
        reason=f"{community.name}暴雨红色预警",
        roles=["grid_worker", "community_clerk"],
        hours=2,
        ends_at=clock.now() + dt.timedelta(days=1),
    )
    called = city.call_up.called.get(account=city.accounts["grid_worker"])
    grids.call_up_check_in(actor=city.actor("grid_worker"), called=called, place=city.grid)


def cities_make() -> TwoCities:
    """Both cities, without cases."""
    return TwoCities(city_make(LESHAN), city_make(BINHAI))


@pytest.fixture(scope="module")
def _cities_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[TwoCities]:
    with kept_for_module(django_db_blocker), clock.at(NOON):
        both = cities_make()
        for city in (both.leshan, both.binhai):
            cases_make(city)
        yield both


@pytest.fixture(scope="module")
def _city_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    with kept_for_module(django_db_blocker), clock.at(NOON):
        one = city_make(LESHAN)
        cases_make(one)
        yield one


@pytest.fixture
def cities(_cities_kept: TwoCities, db: None) -> Iterator[TwoCities]:
    """The two cities with their cases, made once a module; whatever a test writes is undone.

    No fixture for tests with real transactions: those call `cities_make` themselves.
    """
    lookup.forget()
    with clock.at(NOON):
        yield _cities_kept


@pytest.fixture
def city(_city_kept: City, db: None) -> Iterator[City]:
    """One city with its cases, in the same way."""
    lookup.forget()
    with clock.at(NOON):
        yield _city_kept

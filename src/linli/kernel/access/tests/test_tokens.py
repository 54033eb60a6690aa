# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens of partner systems: issued, shown, refused, revoked, and what the record says."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access import services as access
from linli.kernel.access import tokens
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.access.models import Token
from linli.kernel.access.terms import Event, GrantSource, Perm, Verb
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.terms import Perm as AccountPerm
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.factories import city_tree
from linli.kernel.sockets import registry
from linli.kernel.units.factories import UnitFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 10)
NOW = dt.datetime(2026, 3, 10, 2, 20, tzinfo=dt.UTC)
SEE, REPORT = "appeals.view", "appeals.register_for"


@pytest.fixture(name="town")
def fixture_town() -> SimpleNamespace:
    """A district whose partner sees and reports, and whoever issues tokens there."""
    tree = city_tree()
    role_define("keeper", [Perm.ISSUE_TOKEN])
    role_define("partner", [SEE, REPORT, "people.open_personal"])
    tree.keeper = proven(GrantFactory.create(role="keeper", place=tree.district).account)
    account = AccountFactory.create(username="partner.hotline")
    account.set_unusable_password()
    account.save()
    tree.account = account
    tree.grant = GrantFactory.create(
        role="partner", place=tree.subdistrict, account=account, source=GrantSource.PARTNER
    )
    return tree


def issued(town: SimpleNamespace, **changes: object) -> access.Issued:
    """A token for the partner, good for a month."""
    wanted = {
        "actor": town.keeper,
        "grant": town.grant,
        "label": "12345 热线平台",
        "scopes": [SEE],
        "ends_on": TODAY + dt.timedelta(days=30),
        **changes,
    }
    with clock.at(NOW):
        return access.token_issue(**wanted)


def shown(text: str, *, address: str = "10.1.2.3", at: dt.datetime = NOW) -> access.Bearer:
    """Whoever shows a token then and from there."""
    with clock.at(at):
        return access.token_read(text, address=address, request_id="r" * 32)


def refused(text: str, **how: object) -> str:
    """The code with which a token is refused."""
    with pytest.raises(access.TokenRefused) as caught:
        shown(text, **how)  # type: ignore[arg-type]
    assert caught.value.status == 401
    return caught.value.code


def test_a_token_makes_an_actor_of_the_grant_and_the_scopes(town: SimpleNamespace) -> None:
    found = shown(issued(town).text)
    (held,) = found.actor.grants
    assert (held.path, held.permissions, held.role) == (
        town.subdistrict.path,
        frozenset({SEE}),
        "",
    )
    assert found.actor.account_id == town.account.pk
    assert access.may(found.actor, SEE, town.community)
    assert not access.may(found.actor, REPORT, town.community)
    assert not access.may(found.actor, SEE, town.other_community) or town.other_community.is_under(
        town.subdistrict.path
    )
    assert not access.may(found.actor, SEE, town.district)


def test_only_an_acting_token_is_who_a_procedure_means(town: SimpleNamespace) -> None:
    reading, acting = issued(town), issued(town, is_acting=True)
    assert not access.holds(shown(reading.text).actor, "partner", town.community)
    assert access.holds(shown(acting.text).actor, "partner", town.community)


def test_a_grant_within_a_unit_belongs_to_the_unit(town: SimpleNamespace) -> None:
    unit = UnitFactory.create(place=town.district)
    grant = GrantFactory.create(
        role="partner",
        place=town.district,
        account=town.account,
        unit=unit,
        source=GrantSource.PARTNER,
    )
    actor = shown(issued(town, grant=grant).text).actor
    assert actor.unit_ids == (unit.pk,)
    assert not access.may(actor, SEE, town.community)


def test_the_secret_is_nowhere_but_in_what_was_shown(town: SimpleNamespace) -> None:
    made = issued(town)
    secret = made.text.rpartition("_")[2]
    assert len(secret) == 64
    assert secret not in repr(made)
    row = AuditRecord.objects.get()
    event = EventRow.objects.get()
    kept = json.dumps([row.detail, row.reason, event.payload, Token.objects.values()[0]["digest"]])
    assert secret not in kept
    assert (row.verb, row.place_path, row.actor_id) == (
        Verb.TOKEN_ISSUED,
        town.subdistrict.path,
        town.keeper.account_id,
    )
    assert row.detail["scopes"] == [SEE]
    assert (event.name, event.payload) == (Event.TOKEN_ISSUED, {"token": made.token.public_id})


def test_what_is_done_with_a_token_is_recorded_with_its_name(town: SimpleNamespace) -> None:
    made = issued(town)
    actor = shown(made.text).actor
    assert actor.request_id == f"token:{made.token.public_id}:{'r' * 32}"


@pytest.mark.parametrize("text", ["", "linli_", "Bearer x", "linli_abcdefgh_" + "0" * 64])
def test_what_is_no_token_is_not_known(town: SimpleNamespace, text: str) -> None:
    assert refused(text) == "token_unknown"


def test_a_wrong_secret_learns_nothing_of_the_token(town: SimpleNamespace) -> None:
    made = issued(town)
    with clock.at(NOW):
        access.token_revoke(actor=town.keeper, token=made.token)
    wrong = made.text[:-1] + ("0" if made.text[-1] != "0" else "1")
    assert refused(wrong) == "token_unknown"
    assert refused(made.text) == "token_revoked"


def test_a_token_ends_after_its_last_day(town: SimpleNamespace) -> None:
    made = issued(town, ends_on=TODAY)
    assert shown(made.text, at=NOW + dt.timedelta(hours=13)).token == made.token
    assert refused(made.text, at=NOW + dt.timedelta(hours=14)) == "token_expired"


def test_a_token_ends_with_its_grant(town: SimpleNamespace) -> None:
    made = issued(town)
    town.grant.ends_on = TODAY - dt.timedelta(days=1)
    town.grant.save()
    assert refused(made.text) == "token_grant_ended"


def test_a_token_ends_with_its_account(town: SimpleNamespace) -> None:
    made = issued(town)
    town.account.is_active = False
    town.account.save()
    assert refused(made.text) == "token_grant_ended"


def test_a_permission_that_the_role_loses_is_lost_to_the_token(town: SimpleNamespace) -> None:
    made = issued(town, scopes=[SEE, REPORT])
    role_define("partner", [REPORT], place_path=town.district.path)
    assert not access.may(shown(made.text).actor, SEE, town.community)
    assert access.may(shown(made.text).actor, REPORT, town.community)


def test_a_token_is_taken_from_its_networks_only(town: SimpleNamespace) -> None:
    made = issued(town, networks=["10.1.0.0/16", "2001:db8::/32"])
    assert shown(made.text, address="10.1.200.1").token == made.token
    assert shown(made.text, address="2001:db8::7").token == made.token
    assert refused(made.text, address="10.2.0.1") == "token_network"
    assert refused(made.text, address="") == "token_network"


def test_the_last_use_is_written_once_an_hour(town: SimpleNamespace) -> None:
    made = issued(town)
    shown(made.text)
    assert Token.objects.get().last_used_at == NOW.replace(minute=0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown(made.text, at=NOW + dt.timedelta(minutes=30))
    assert len(queries) == 2, [query["sql"] for query in queries]
    shown(made.text, at=NOW + dt.timedelta(minutes=50))
    assert Token.objects.get().last_used_at == NOW.replace(hour=3, minute=0)


def test_nobody_issues_without_the_permission_or_elsewhere(town: SimpleNamespace) -> None:
    below = proven(GrantFactory.create(role="keeper", place=town.community).account)
    for actor in (proven(AccountFactory.create()), below):
        with pytest.raises(Forbidden):
            issued(town, actor=actor)
    assert not Token.objects.exists()


def test_nobody_issues_a_token_for_themselves(town: SimpleNamespace) -> None:
    account = AccountFactory.create()
    account.set_unusable_password()
    account.save()
    GrantFactory.create(role="keeper", place=town.district, account=account)
    grant = GrantFactory.create(role="partner", place=town.community, account=account)
    with pytest.raises(Forbidden):
        issued(town, actor=proven(account), grant=grant)


def test_no_token_stands_for_a_person(town: SimpleNamespace) -> None:
    clerk = GrantFactory.create(role="partner", place=town.community)
    with pytest.raises(Invalid) as caught:
        issued(town, grant=clerk)
    assert caught.value.code == "token_account"
    town.account.set_password("long enough to be one 7")
    town.account.save()
    with pytest.raises(Invalid):
        issued(town)
    town.account.set_unusable_password()
    town.account.save()
    assert tokens.grants_for_tokens(actor=town.keeper) == [town.grant]
    PersonFactory.create(account=town.account)
    with pytest.raises(Invalid):
        issued(town)
    assert tokens.grants_for_tokens(actor=town.keeper) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": []}, "token_scopes"),
        ({"scopes": ["appeals.handle"]}, "token_scopes"),
        ({"scopes": ["people.open_personal"]}, "token_scopes"),
        ({"label": " "}, "token_label"),
        ({"label": "长" * 81}, "token_label"),
        ({"ends_on": TODAY - dt.timedelta(days=1)}, "token_ends_on"),
        ({"ends_on": TODAY + dt.timedelta(days=366)}, "token_ends_on"),
        ({"networks": ["10.1.0.1/16"]}, "token_networks"),
        ({"networks": ["inner"]}, "token_networks"),
        ({"networks": [f"10.{number}.0.0/16" for number in range(21)]}, "token_networks"),
    ],
)
def test_what_will_not_do_is_refused_by_field(
    town: SimpleNamespace, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        issued(town, **changes)
    assert caught.value.code == code
    assert caught.value.fields.keys() == {code.removeprefix("token_")}
    assert not Token.objects.exists()


def test_a_token_does_not_outlast_its_grant(town: SimpleNamespace) -> None:
    town.grant.ends_on = TODAY + dt.timedelta(days=7)
    town.grant.save()
    with pytest.raises(Invalid):
        issued(town)
    assert issued(town, ends_on=TODAY + dt.timedelta(days=7)).token.ends_on == town.grant.ends_on
    town.grant.ends_on = TODAY - dt.timedelta(days=1)
    town.grant.save()
    with pytest.raises(Conflict):
        issued(town, ends_on=TODAY)


def test_a_partner_gets_an_account_of_its_own_and_a_role_or_neither(town: SimpleNamespace) -> None:
    role_define("opener", [Perm.GRANT, AccountPerm.OPEN_PARTNER])
    opener = proven(GrantFactory.create(role="opener", place=town.district).account)
    how = {"actor": opener, "username": "city-hub", "place": town.community}
    grant = access.partner_open(role="partner", **how)
    assert (grant.source, grant.account.has_usable_password()) == (GrantSource.PARTNER, False)
    assert issued(town, grant=grant).token.grant == grant
    with pytest.raises(Conflict):
        access.partner_open(role="partner", **how)
    with pytest.raises(Invalid):
        access.partner_open(role="king", **{**how, "username": "other-hub"})
    with pytest.raises(Forbidden):
        access.partner_open(role="partner", **{**how, "actor": town.keeper, "username": "third"})
    assert not Account.objects.filter(username__in=("other-hub", "third")).exists()


def test_a_token_is_revoked_once_and_recorded(town: SimpleNamespace) -> None:
    made = issued(town)
    elsewhere = proven(GrantFactory.create(role="keeper", place=town.community).account)
    with pytest.raises(Forbidden):
        access.token_revoke(actor=elsewhere, token=made.token)
    access.token_revoke(actor=town.keeper, token=made.token, reason="合同到期")
    with pytest.raises(Conflict):
        access.token_revoke(actor=town.keeper, token=made.token)
    row = AuditRecord.objects.get(verb=Verb.TOKEN_REVOKED)
    assert (row.detail["token"], row.reason) == (made.token.public_id, "合同到期")


def test_a_scope_that_is_missing_is_named(town: SimpleNamespace) -> None:
    found = shown(issued(town).text)
    access.scope_require(found, SEE)
    with pytest.raises(access.ScopeMissing, match=REPORT) as caught:
        access.scope_require(found, REPORT)
    assert caught.value.status == 403


def test_tokens_are_seen_where_one_issues_them(town: SimpleNamespace) -> None:
    made = issued(town)
    assert list(tokens.tokens_visible(actor=town.keeper)) == [made.token]
    elsewhere = proven(GrantFactory.create(role="keeper", place=town.community).account)
    assert not tokens.tokens_visible(actor=elsewhere).exists()
    assert [grant.pk for grant in tokens.grants_for_tokens(actor=town.keeper)] == [town.grant.pk]


def test_no_scope_of_a_token_opens_personal_values_or_settings() -> None:
    heads = {scope.partition(".")[0] for scope in registry.token_scopes()}
    assert heads.isdisjoint({"people", "access", "accounts", "packs", "audit", "exchange"})
    assert SEE in registry.token_scopes()

# SPDX-License-Identifier: MulanPSL-2.0
"""Operator sessions in the console: asked for, decided, ended, shown on every page and recorded."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.models import OperatorSession
from linli.kernel.access.terms import OperatorState, Perm, Verb
from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.notify.factories import text_define
from linli.kernel.notify.models import Notice
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.shells.operators import telling
from linli.shells.places.tests.towns import count_beside

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

REASON = "派单页打不开"


def browser(place: Place, *permissions: str, administrator: str = "") -> Client:
    """The browser of somebody who holds these permissions at a place."""
    key = f"{permissions[0].partition('.')[2]}_{place.pk}"
    role = role_define(key, [*permissions, "notify.view"])
    role.body |= {"administrator": administrator or None}
    role.save()
    grant = GrantFactory.create(role=key, place=place, administrator=administrator)
    client = Client()
    log_in(client, grant.account)
    return client


@pytest.fixture
def town() -> SimpleNamespace:
    tree = city_tree()
    tree.asker = browser(tree.city, Perm.ASK_OPERATOR)
    tree.second = browser(tree.city, Perm.APPROVE_OPERATOR, Perm.VIEW_OPERATOR)
    tree.auditor = browser(tree.city, Perm.VIEW_OPERATOR, administrator="audit")
    tree.elsewhere = browser(tree.other_subdistrict, Perm.APPROVE_OPERATOR, Perm.VIEW_OPERATOR)
    return tree


def asked(town: SimpleNamespace) -> OperatorSession:
    """Asked for on the page."""
    page = f"{reverse('console:operator_ask')}?at={town.city.code}"
    sent = {"kind": "look", "minutes": "30", "reason": REASON}
    assert town.asker.post(page, sent)["Location"] == reverse("console:operator_list")
    return OperatorSession.objects.get()


def running(town: SimpleNamespace) -> OperatorSession:
    """Approved on the page."""
    session = asked(town)
    town.second.post(reverse("console:operator_decide", args=[session.pk]), {"decision": "yes"})
    session.refresh_from_db()
    assert session.state == OperatorState.RUNNING
    return session


def shown(client: Client, name: str = "console:operator_list") -> str:
    """The words of a page."""
    return client.get(reverse(name)).content.decode()


def test_it_is_asked_for_and_approved_and_every_page_says_so(town: SimpleNamespace) -> None:
    session = asked(town)
    assert 'class="operating"' not in shown(town.asker)
    page = reverse("console:operator_decide", args=[session.pk])
    assert page in shown(town.second)
    assert REASON in town.second.get(page).content.decode()
    town.second.post(page, {"decision": "yes"})
    for name in ("console:operator_list", "portal:home", "mfa_index"):
        words = shown(town.asker, name)
        assert 'class="operating"' in words
        assert REASON in words
    assert 'class="operating"' not in shown(town.second)


def test_the_menu_and_the_desk_say_that_one_waits_for_who_may_say_yes(
    town: SimpleNamespace,
) -> None:
    address = reverse("console:operator_list")
    assert shown(town.second, "console:home").count(f'"{address}"') == 1
    asked(town)
    assert shown(town.second, "console:home").count(f'"{address}"') == 2
    assert shown(town.asker, "console:home").count(f'"{address}"') == 1
    counts = [count_beside(each, address) for each in (town.second, town.asker, town.auditor)]
    assert counts == ["1", "", ""]
    assert count_beside(town.elsewhere, address) == ""


def test_each_page_is_recorded_before_it_is_shown_and_polls_are_not(town: SimpleNamespace) -> None:
    session = running(town)
    before = AuditRecord.objects.filter(verb=Verb.OPERATOR_PAGE).count()
    town.asker.get("/portal/?q=13800132046")
    town.asker.get("/accounts/begin/a-secret-code/")
    town.asker.get("/api/v1/appeals/")
    town.asker.get("/rest/")
    rows = AuditRecord.objects.filter(verb=Verb.OPERATOR_PAGE).order_by("seq")[before:]
    assert [row.detail for row in rows] == [
        {"method": "GET", "address": "/portal/"},
        {"method": "GET", "address": "/accounts/begin/<str:code>/"},
        {"method": "GET", "address": "/api/v1/appeals/"},
    ]
    assert {row.subject_key for row in rows} == {str(session.pk)}
    assert all(row.request_id for row in rows)
    town.second.get("/portal/")
    assert AuditRecord.objects.filter(verb=Verb.OPERATOR_PAGE).count() == before + 3


@pytest.mark.parametrize("who", ["asker", "second"])
def test_either_ends_it_on_the_page(town: SimpleNamespace, who: str) -> None:
    session = running(town)
    getattr(town, who).post(reverse("console:operator_end", args=[session.pk]))
    assert 'class="operating"' not in shown(town.asker)
    session.refresh_from_db()
    assert session.state == OperatorState.ENDED


def test_who_may_not_decide_or_end_finds_nothing(town: SimpleNamespace) -> None:
    session = asked(town)
    decide, end = (
        reverse(f"console:operator_{deed}", args=[session.pk]) for deed in ("decide", "end")
    )
    for client in (town.asker, town.auditor, town.elsewhere):
        assert client.post(decide, {"decision": "yes"}).status_code == 404
    for client in (town.auditor, town.elsewhere):
        assert client.post(end).status_code == 404
    session.refresh_from_db()
    assert session.state == OperatorState.ASKED


def test_what_is_refused_is_said_on_the_form(town: SimpleNamespace) -> None:
    page = f"{reverse('console:operator_ask')}?at={town.city.code}"
    answer = town.asker.post(page, {"kind": "look", "minutes": "600", "reason": REASON})
    assert (answer.status_code, REASON in answer.content.decode()) == (422, True)
    assert town.asker.post(page, {"kind": "all", "minutes": "5"}).status_code == 422
    session = asked(town)
    decide = reverse("console:operator_decide", args=[session.pk])
    assert town.second.post(decide, {"decision": "no"}).status_code == 422
    town.second.post(decide, {"decision": "no", "reason": "先停服再看"})
    assert town.second.post(decide, {"decision": "yes"}).status_code == 409


def test_the_audit_administrators_are_told_of_each_turn(town: SimpleNamespace) -> None:
    for key in ("operator_asked", "operator_started", "operator_ended"):
        text_define(key, "{person} {place} {reason} {due}", "{reason}")
    session = running(town)
    payload = {"session_id": session.pk}
    telling.asked(payload)
    telling.started(payload)
    town.asker.post(reverse("console:operator_end", args=[session.pk]))
    telling.ended(payload)
    telling.ended(payload)  # told twice, said once
    auditor = int(town.auditor.session["_auth_user_id"])
    keys = ["operator_asked", "operator_started", "operator_ended"]
    told = Notice.objects.filter(account=auditor).order_by("pk")
    assert [notice.text_key for notice in told] == keys
    assert REASON in told[0].body
    asker = int(town.asker.session["_auth_user_id"])
    assert list(
        Notice.objects.filter(account=asker).order_by("pk").values_list("text_key", flat=True)
    ) == ["operator_started", "operator_ended"]


def test_nobody_is_superuser_and_no_page_of_djangos_own_administers() -> None:
    from django.apps import apps
    from django.urls import NoReverseMatch

    names = {field.name for field in get_user_model()._meta.get_fields()}
    assert not names & {"is_superuser", "is_staff", "user_permissions"}
    assert get_user_model() is Account
    assert not apps.is_installed("django.contrib.admin")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")

# SPDX-License-Identifier: MulanPSL-2.0
"""No demo comes into a database that people work in."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import translation

from linli.base import clock
from linli.base.errors import Refused
from linli.config import ready
from linli.config.commands.demo import demo as demo_command
from linli.config.environment import Mode
from linli.demo.apart import ensure_apart
from linli.demo.making import Wish, city_make
from linli.demo.models import City
from linli.demo.sizes import SIZES
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.places.factories import city_tree

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["demo", "city make", "migrating"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ways by which a demo may come into a database; none of them goes on."""
    monkeypatch.setenv("LINLI_MODE", Mode.DEMO)
    monkeypatch.setattr("linli.config.commands.demo.frontend.build_if_changed", lambda: None)
    monkeypatch.setattr("linli.config.commands.demo.ready.django", lambda: None)
    monkeypatch.setattr("linli.config.commands.demo.serve.require_free", lambda *_: None)
    monkeypatch.setattr("linli.config.commands.demo.shutil.rmtree", pytest.fail)
    return str(request.param)


def come(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a demo in one of these ways."""
    if way == "demo":
        monkeypatch.setattr("signal.signal", lambda *_: None)
        answer = CliRunner().invoke(demo_command, ["--reset"])
        assert answer.exception is not None
        raise answer.exception
    if way == "city make":
        wish = Wish("leshan", SIZES["small"], 7, clock.now())
        city_make(wish=wish, progress=print)
        return
    waiting = SimpleNamespace(
        migration_plan=lambda _nodes: ["one"],
        loader=SimpleNamespace(graph=SimpleNamespace(leaf_nodes=list), applied_migrations={1: 1}),
    )
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor", lambda _connection: waiting
    )
    monkeypatch.setattr("django.core.management.call_command", pytest.fail)
    ready.database()


def test_a_database_with_accounts_of_people_is_refused(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    AccountFactory.create()
    with pytest.raises(Refused) as refused:
        come(way, monkeypatch)
    assert refused.value.code == "real_installation"
    assert not City.objects.exists()


def test_the_refusal_is_said_in_both_languages() -> None:
    AccountFactory.create()
    for language, words in (("en", "accounts of real people"), ("zh-hans", "真人的账号")):
        with translation.override(language), pytest.raises(Refused, match=words):
            ensure_apart()


def test_an_empty_database_may_become_a_demo() -> None:
    ensure_apart()


def test_accounts_of_a_demo_are_in_nobodys_way() -> None:
    AccountFactory.create(is_demo=True)
    ensure_apart()


def test_where_a_city_stands_an_account_made_by_hand_changes_nothing() -> None:
    tree = city_tree()
    AccountFactory.create()
    moment = clock.now()
    City.objects.create(
        pack="leshan",
        size="small",
        seed=3,
        top=tree.city,
        district=tree.district,
        until=moment,
        made_at=moment,
        shown_at=moment,
    )
    ensure_apart()


def test_a_database_without_tables_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    AccountFactory.create()
    monkeypatch.setattr(connection.introspection, "table_names", list)
    ensure_apart()

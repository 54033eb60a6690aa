# SPDX-License-Identifier: MulanPSL-2.0
"""The first administrators of a city."""

import pytest
from click.testing import CliRunner

from linli.base.errors import Conflict, Invalid
from linli.kernel.access import services as access
from linli.kernel.access.commands import administrators
from linli.kernel.access.factories import proven
from linli.kernel.access.first import administrators_begin
from linli.kernel.access.models import Grant
from linli.kernel.access.terms import Administrator
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.inviting import invitation_use
from linli.kernel.accounts.models import Account
from linli.kernel.places.factories import city_tree
from linli.kernel.workflow.factories import base_pack

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NAMES = {
    Administrator.SYSTEM: ["fang.y"],
    Administrator.SECURITY: ["bai.l", "cheng.l"],
    Administrator.AUDIT: ["gu.wj"],
}
ALL = [name for names in NAMES.values() for name in names]


def test_four_people_begin_and_set_their_own_passwords() -> None:
    base_pack()
    tree = city_tree()
    codes = administrators_begin(tree.city, NAMES)
    assert list(codes) == ALL
    for sort, name in ((sort, name) for sort, names in NAMES.items() for name in names):
        account = invitation_use(code=codes[name], password=f"梧桐里-4-rain-{name[0]}")
        assert [held.administrator for held in access.actor_for(account).grants] == [sort]
    with pytest.raises(Conflict):
        administrators_begin(tree.city, NAMES)


def test_one_name_for_two_begins_nobody() -> None:
    base_pack()
    tree = city_tree()
    with pytest.raises(Conflict):
        administrators_begin(tree.city, {**NAMES, Administrator.AUDIT: ["fang.y"]})
    assert not Account.objects.exists()


def test_one_security_administrator_alone_could_never_give_a_sensitive_role() -> None:
    base_pack()
    tree = city_tree()
    with pytest.raises(Invalid):
        administrators_begin(tree.city, {**NAMES, Administrator.SECURITY: ["bai.l"]})
    codes = administrators_begin(tree.city, NAMES)
    first, second = (proven(Account.objects.get(username=name)) for name in ALL[1:3])
    account = AccountFactory.create()
    how = {"account": account, "role": "auditor", "place": tree.city}
    access.grant_approve(actor=second, grant=access.grant_give(actor=first, **how))
    assert codes.keys() == set(ALL)
    assert access.actor_for(account).grants[0].administrator == Administrator.AUDIT


def test_without_the_base_pack_it_says_what_is_missing() -> None:
    tree = city_tree()
    with pytest.raises(Invalid):
        administrators_begin(tree.city, NAMES)
    assert not Grant.objects.exists()


def test_the_command_prints_an_address_for_each() -> None:
    base_pack()
    tree = city_tree()
    words = ["--system", "fang.y", "--security", "bai.l", "--security", "cheng.l"]
    words += ["--audit", "gu.wj", "--place"]
    done = CliRunner().invoke(administrators, [*words, tree.city.code])
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ALL
    assert "/accounts/begin/" in done.stdout
    again = CliRunner().invoke(administrators, [*words, tree.city.code])
    nowhere = CliRunner().invoke(administrators, [*words, "000000"])
    assert (again.exit_code, nowhere.exit_code) == (1, 1)

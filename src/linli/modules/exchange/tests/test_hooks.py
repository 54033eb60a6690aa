# SPDX-License-Identifier: MulanPSL-2.0
"""Setting webhooks: who may, which addresses, what the record says."""

from types import SimpleNamespace
from typing import Any

import pytest

from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.sockets import registry
from linli.modules.exchange import services
from linli.modules.exchange.models import Webhook
from linli.modules.exchange.services import hooks
from linli.modules.exchange.terms import Perm, Verb

pytestmark = pytest.mark.django_db


def set_by(town: SimpleNamespace, **changes: Any) -> services.WebhookSet:
    """A webhook for the first event that partners may hear of."""
    wanted: dict[str, Any] = {
        "actor": town.keeper,
        "label": "热线平台",
        "address": "https://partner.example/linli",
        "events": [min(registry.tellings())],
        "place": town.district,
        **changes,
    }
    return services.webhook_set(**wanted)


def test_a_webhook_is_set_and_recorded_without_its_secret(town: SimpleNamespace) -> None:
    made = set_by(town)
    assert hooks.signing_secrets(made.webhook) == [made.secret]
    assert made.secret not in repr(made)
    row = AuditRecord.objects.get()
    assert (row.verb, row.place_path) == (Verb.WEBHOOK_SET, town.district.path)
    assert row.detail == {"host": "partner.example", "events": made.webhook.events}


def test_nobody_sets_one_without_the_permission_or_elsewhere(town: SimpleNamespace) -> None:
    role_define("looker", [Perm.VIEW])
    looker = GrantFactory.create(role="looker", place=town.district).account
    below = GrantFactory.create(role="keeper", place=town.community).account
    for account in (AccountFactory.create(), looker, below):
        with pytest.raises(Forbidden):
            set_by(town, actor=proven(account))
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "partner.example"}, "address"),
        ({"address": "http://partner.example/"}, "address"),
        ({"address": "https://127.0.0.1/"}, "address"),
        ({"address": "https://10.3.0.1:8443/x"}, "address"),
        ({"address": "https://[::ffff:192.168.0.1]/"}, "address"),
        ({"label": ""}, "label"),
        ({"label": "长" * 81}, "label"),
        ({"events": []}, "events"),
        ({"events": ["people.person_registered"]}, "events"),
    ],
)
def test_what_will_not_do_is_refused_by_field(
    town: SimpleNamespace, settings: Any, changes: dict[str, Any], field: str
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ()
    with pytest.raises(Invalid) as caught:
        set_by(town, **changes)
    assert caught.value.fields.keys() == {field}
    assert not Webhook.objects.exists()


def test_inner_addresses_are_taken_where_the_operator_allows_them(
    town: SimpleNamespace, settings: Any
) -> None:
    settings.LINLI_WEBHOOK_ALLOW = ("10.3.0.0/16", "hub.inner")
    assert set_by(town, address="http://10.3.0.1:8080/").webhook.is_active
    assert set_by(town, address="http://hub.inner/").webhook.is_active
    with pytest.raises(Invalid):
        set_by(town, address="http://10.4.0.1/")


def test_pausing_resuming_and_ending_are_done_once_and_recorded(town: SimpleNamespace) -> None:
    webhook = set_by(town).webhook
    how: dict[str, Any] = {"actor": town.keeper, "webhook": webhook}
    with pytest.raises(Conflict):
        services.webhook_resume(**how)
    services.webhook_pause(**how, reason="对方在升级")
    with pytest.raises(Conflict):
        services.webhook_pause(**how)
    services.webhook_resume(**how)
    services.webhook_end(**how, reason="合同到期")
    for service in (services.webhook_end, services.webhook_pause, services.secret_renew):
        with pytest.raises(Conflict):
            service(**how)
    assert list(AuditRecord.objects.order_by("pk").values_list("verb", "reason")) == [
        (Verb.WEBHOOK_SET, ""),
        (Verb.WEBHOOK_PAUSED, "对方在升级"),
        (Verb.WEBHOOK_RESUMED, ""),
        (Verb.WEBHOOK_ENDED, "合同到期"),
    ]


def test_nobody_changes_one_elsewhere(town: SimpleNamespace) -> None:
    webhook = set_by(town).webhook
    below = proven(GrantFactory.create(role="keeper", place=town.community).account)
    how: dict[str, Any] = {"actor": below, "webhook": webhook}
    for service in (
        services.webhook_end,
        services.webhook_pause,
        services.webhook_resume,
        services.secret_renew,
        services.messages_replay,
    ):
        with pytest.raises(Forbidden):
            service(**how)
    with pytest.raises(Forbidden):
        services.webhook_change(**how, label="x", address="https://a.example/", events=["x"])


def test_there_may_be_nothing_to_send_again(town: SimpleNamespace) -> None:
    webhook = set_by(town).webhook
    with pytest.raises(Conflict):
        services.messages_replay(actor=town.keeper, webhook=webhook)
    renewed = services.secret_renew(actor=town.keeper, webhook=webhook)
    assert hooks.signing_secrets(renewed.webhook)[0] == renewed.secret
    assert len(hooks.signing_secrets(renewed.webhook)) == 2

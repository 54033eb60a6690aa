# SPDX-License-Identifier: MulanPSL-2.0
"""All keys of a city are rotated: a value of each sort is made anew, and the pages go on."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.base.crypto import Purpose
from linli.base.errors import Refused
from linli.engines.ballots.models import Vote
from linli.engines.ballots.terms import VALUES as VOTE_VALUES
from linli.kernel.access.limits import abuse_check
from linli.kernel.access.models import AbuseEntry
from linli.kernel.accounts.factors import secret_open
from linli.kernel.forms.rules.sealing import SEALED, unseal
from linli.kernel.keys.carriers import carried
from linli.kernel.keys.renewing import renew
from linli.kernel.keys.selectors import carried_by_keys, progress
from linli.kernel.keys.services import key_rotate
from linli.kernel.notify.models import Notice
from linli.kernel.workflow.models import Matter, Move
from linli.kernel.workflow.terms import VALUES
from linli.modules.appeals.models import Appeal
from linli.modules.exchange.models import Webhook
from linli.modules.exchange.services.hooks import signing_secrets
from linli.modules.subjects.models import DataRequest
from tests.stories.conftest import City, case_bring, file_appeal

pytestmark = pytest.mark.django_db

PHONE = "15181240097"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALL = {
    "access.abuseentry.key_hash",
    "appeals.appeal.contact_name",
    "appeals.appeal.contact_phone",
    "appeals.appeal.contact_phone_index",
    "appeals.appeal.for_name",
    "appeals.appeal.for_phone",
    "audit.namekey.wrapped_key",
    "ballots.vote.values",
    "exchange.webhook.old_secret",
    "exchange.webhook.secret",
    "files.export.query",
    "mfa.authenticator.data",
    "notify.notice.body",
    "people.person.address",
    "people.person.id_number",
    "people.person.id_number_index",
    "people.person.phone",
    "people.person.phone_index",
    "subjects.datarequest.answer",
    "subjects.datarequest.copy",
    "subjects.datarequest.wish",
    "workflow.matter.values",
    "workflow.move.values",
}


@pytest.fixture
def _own_ring(tmp_path: Path, settings: Any) -> None:
    settings.LINLI_KEYS_FILE = Path(shutil.copy(settings.LINLI_KEYS_FILE, tmp_path / "ring.json"))


def sealed(context: str) -> dict[str, Any]:
    """What a form keeps of a telephone number."""
    text = json.dumps(PHONE)
    return {"phone": {SEALED: crypto.encrypt(text, context=f"{context}.phone")}, "what": "积水"}


def value_of_each_sort_make(city: City) -> None:
    """What the city has not, so that no column is empty."""
    matter = Matter.objects.order_by("pk")[:1].get()
    matter.values = sealed(VALUES)
    matter.save()
    Move.objects.filter(matter=matter).update(values=sealed(VALUES))
    case_bring(city, file_appeal(city), "closed")
    Vote.objects.update(values=sealed(VOTE_VALUES))
    person = city.people["resident"]
    person.address = "柳荫6号楼2单元301"
    person.save()
    Appeal.objects.update(
        contact_name="陈桂兰", contact_phone=PHONE, for_name="阚璟", for_phone=PHONE
    )
    index = crypto.blind_index(PHONE, context="appeals.appeal.contact_phone")
    Appeal.objects.update(contact_phone_index=index)
    DataRequest.objects.update(answer="改好了", copy="副本", wish="生日写错了")
    Webhook.objects.update(old_secret="whsec_older")
    TOTP.activate(city.accounts["leader"], APP_SECRET)


@pytest.mark.usefixtures("_own_ring")
def test_a_value_of_each_sort_is_made_anew_and_everything_reads_as_before(city: City) -> None:
    value_of_each_sort_make(city)
    secrets = {hook.pk: signing_secrets(hook) for hook in Webhook.objects.all()}
    bodies = dict(Notice.objects.values_list("pk", "body"))
    old = {purpose: crypto.ring().newest(purpose).id for purpose in Purpose}
    assert {name for each in Purpose for name in carried(old[each], each)} == ALL
    key_rotate(actor=SYSTEM, purposes=list(Purpose))
    renew()
    renew()
    left = {name for each in Purpose for name in carried(old[each], each)}
    assert left == {"access.abuseentry.key_hash"}, "a number that is kept nowhere ages away"
    counts, newest = carried_by_keys(), {each: crypto.ring().newest(each).id for each in Purpose}
    renewed = {name for each in Purpose for name in counts[newest[each]]}
    assert renewed == ALL - left
    assert (progress().is_done, progress().stuck) == (True, 0)
    assert {hook.pk: signing_secrets(hook) for hook in Webhook.objects.all()} == secrets
    assert dict(Notice.objects.values_list("pk", "body")) == bodies
    assert set(Appeal.objects.values_list("contact_phone", "for_name")) == {(PHONE, "阚璟")}
    (factor,) = Authenticator.objects.all()
    assert secret_open(factor.data["secret"]) == APP_SECRET
    for rows, context in ((Matter, VALUES), (Move, VALUES), (Vote, VOTE_VALUES)):
        values = rows.objects.filter(values__has_key="phone")[:1].get().values
        assert unseal(values, context=context) == {"phone": PHONE, "what": "积水"}


@pytest.mark.usefixtures("_own_ring")
def test_whoever_is_on_the_abuse_list_stays_on_it(city: City) -> None:
    key_rotate(actor=SYSTEM, purposes=[Purpose.INDEX])
    entry = AbuseEntry.objects.select_related("place").get()
    with pytest.raises(Refused):
        abuse_check(at=entry.place, phone="19900000000")

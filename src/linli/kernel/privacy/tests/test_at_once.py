# SPDX-License-Identifier: MulanPSL-2.0
"""Consents and notices when two press at once, on real connections."""

from functools import partial

import pytest

from linli.config.testing.together import at_once, codes
from linli.kernel.access.factories import proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.factories import city_tree
from linli.kernel.privacy import services
from linli.kernel.privacy.models import Consent, NoticeShown
from linli.kernel.privacy.terms import Purpose, Verb
from linli.kernel.privacy.tests.test_privacy import agree, draft, officer

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_agrees_twice_at_once_has_agreed_once() -> None:
    account = AccountFactory.create()
    PersonFactory.create(account=account, place=city_tree().grid)
    first, second = at_once(*[partial(agree, proven(account))] * 2)
    assert first == second == Consent.objects.get()
    assert AuditRecord.objects.filter(verb=Verb.CONSENT_GIVEN).count() == 1


def test_who_comes_in_twice_at_once_was_shown_the_notice_once() -> None:
    account = AccountFactory.create()
    PersonFactory.create(account=account, place=city_tree().grid)
    shown = partial(services.notice_note_shown, actor=proven(account), account=account)
    assert sorted(map(str, at_once(shown, shown))) == ["False", "True"]
    assert NoticeShown.objects.count() == 1


def test_of_two_who_write_one_version_one_is_told() -> None:
    city = city_tree().city
    write = partial(services.notice_draft, place=city, draft=draft())
    found = at_once(*(partial(write, actor=officer(city.path)) for _ in range(2)))
    assert codes(found) == ["done", "notice_version"]


def test_of_two_who_publish_one_is_told() -> None:
    city = city_tree().city
    notice = services.notice_draft(actor=officer(city.path), place=city, draft=draft())
    publish = partial(services.notice_publish, notice=notice)
    found = at_once(*(partial(publish, actor=officer(city.path)) for _ in range(2)))
    assert codes(found) == ["done", "notice_published"]
    assert AuditRecord.objects.filter(verb=Verb.NOTICE_PUBLISHED).count() == 1


def test_who_takes_back_while_agreeing_again_ends_with_what_came_last() -> None:
    account = AccountFactory.create()
    PersonFactory.create(account=account, place=city_tree().grid)
    actor = proven(account)
    given = agree(actor)
    back = partial(services.consent_withdraw, actor=actor, consent=given)
    at_once(back, partial(agree, actor, Purpose.MESSAGES))
    assert Consent.objects.filter(withdrawn_at=None).count() <= 1
    given.refresh_from_db()
    assert given.withdrawn_at is not None

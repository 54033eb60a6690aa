# SPDX-License-Identifier: MulanPSL-2.0
"""Notices in versions, and consents: given, withdrawn, asked for again."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.kernel.access.factories import proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.erasing import person_erase
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Privacy
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.privacy import first, selectors, services
from linli.kernel.privacy.listeners import person_erased
from linli.kernel.privacy.models import Consent, NoticeShown, PrivacyNotice
from linli.kernel.privacy.rules import Draft
from linli.kernel.privacy.terms import Perm, Purpose, Verb

pytestmark = pytest.mark.django_db

PHOTO = ("appeals.appeal", "SQ-1")


@pytest.fixture
def city() -> SimpleNamespace:
    return city_tree()


def officer(path: str, *, is_fresh: bool = True) -> Actor:
    """A security administrator of a place, who has or has not just shown who they are."""
    account = AccountFactory.create()
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        label="方远",
        name_key_id=account.name_key_id,
        grants=(Held("security_administrator", path, None, frozenset({Perm.PUBLISH})),),
        proof=Proof(timezone.now() if is_fresh else None, has_second_factor=True),
    )


def draft(version: str = "2026-12", **given: Any) -> Draft:
    words = {"text_zh": "用途\n只为办事。", "text_en": "Use\nFor this.", "starts_on": clock.today()}
    changes = {"changes_zh": "多了一条", "changes_en": "One more"}
    return Draft(version, **{**words, **changes, **given})


def published(place: Place, version: str = "2026-12", **given: Any) -> PrivacyNotice:
    notice = services.notice_draft(actor=SYSTEM, place=place, draft=draft(version, **given))
    return services.notice_publish(actor=SYSTEM, notice=notice)


def resident(place: Place, **facts: Any) -> Actor:
    account = AccountFactory.create()
    PersonFactory.create(place=place, account=account, **facts)
    return proven(account)


def agree(actor: Actor, purpose: Purpose = Purpose.MESSAGES, **given: Any) -> Consent:
    version = selectors.notice_at(selectors.path_for(actor)).version
    return services.consent_give(actor=actor, purpose=purpose, **{"version": version, **given})


class TestNotices:
    def test_the_houses_own_holds_until_a_city_publishes(self, city: SimpleNamespace) -> None:
        assert selectors.notice_at(city.grid.path).version == first.VERSION
        actor = officer(city.city.path)
        notice = services.notice_draft(actor=actor, place=city.city, draft=draft())
        assert selectors.notice_at(city.grid.path).version == first.VERSION
        services.notice_publish(actor=actor, notice=notice)
        shown = selectors.notice_at(city.grid.path)
        assert (shown.version, shown.paragraphs[0].heading) == ("2026-12", "用途")
        verbs = AuditRecord.objects.filter(actor_id=actor.account_id).order_by("seq")
        assert [row.verb for row in verbs] == [Verb.NOTICE_DRAFTED, Verb.NOTICE_PUBLISHED]

    def test_the_nearest_place_speaks_and_earlier_versions_stay(
        self, city: SimpleNamespace
    ) -> None:
        published(city.city, "2026-12")
        published(city.district, "d-1")
        published(city.district, "d-2")
        versions = [each.version for each in selectors.notices_at(city.grid.path)]
        assert versions == ["d-2", "d-1", first.VERSION]
        assert selectors.notice_known("2026-12", city.grid.path)
        assert not selectors.notice_known("d-1", city.city.path)

    def test_it_begins_on_its_day(self, city: SimpleNamespace) -> None:
        tomorrow = clock.today() + dt.timedelta(days=1)
        published(city.city, starts_on=tomorrow)
        assert selectors.notice_at(city.grid.path).version == first.VERSION
        with clock.at(dt.datetime.combine(tomorrow, dt.time(0, 1), tzinfo=clock.ZONE)):
            assert selectors.notice_at(city.grid.path).version == "2026-12"

    def test_a_published_one_never_changes(self, city: SimpleNamespace) -> None:
        notice = published(city.city)
        for change in (
            lambda: services.notice_draft(
                actor=SYSTEM, place=city.city, draft=draft(text_zh="别的"), notice=notice
            ),
            lambda: services.notice_publish(actor=SYSTEM, notice=notice),
            lambda: services.notice_drop(actor=SYSTEM, notice=notice),
        ):
            with pytest.raises(Conflict):
                change()
        assert PrivacyNotice.objects.get().text_zh == notice.text_zh
        with pytest.raises(Conflict):
            services.notice_draft(actor=SYSTEM, place=city.city, draft=draft())

    def test_only_who_may_there_and_has_just_shown_who_they_are(
        self, city: SimpleNamespace
    ) -> None:
        stranger, tired = officer(city.other_grid.path), officer(city.city.path, is_fresh=False)
        with pytest.raises(Forbidden):
            services.notice_draft(actor=stranger, place=city.city, draft=draft())
        notice = services.notice_draft(actor=tired, place=city.city, draft=draft())
        with pytest.raises(Unproven):
            services.notice_publish(actor=tired, notice=notice)
        for deed in (services.notice_publish, services.notice_drop):
            with pytest.raises(Forbidden):
                deed(actor=stranger, notice=notice)
        services.notice_drop(actor=tired, notice=notice)
        assert not PrivacyNotice.objects.exists()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"version": first.VERSION}, "version"),
            ({"version": "../x"}, "version"),
            ({"text_en": " "}, "text_en"),
            ({"changes_zh": ""}, "changes_zh"),
        ],
    )
    def test_what_is_missing_is_named(
        self, city: SimpleNamespace, given: dict[str, str], field: str
    ) -> None:
        published(city.city, "old")
        with pytest.raises(Invalid) as refused:
            services.notice_draft(actor=SYSTEM, place=city.city, draft=draft(**given))
        assert set(refused.value.fields) == {field}

    def test_signing_in_keeps_which_version_was_shown(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        account = Person.objects.get(account=actor.account_id).account
        assert account is not None
        assert services.notice_note_shown(actor=actor, account=account)
        assert not services.notice_note_shown(actor=actor, account=account)
        published(city.city)
        services.notice_note_shown(actor=actor, account=account)
        shown = NoticeShown.objects.order_by("pk").values_list("version", flat=True)
        assert list(shown) == [first.VERSION, "2026-12"]
        with pytest.raises(Forbidden):
            services.notice_note_shown(actor=resident(city.grid), account=account)


class TestConsents:
    def test_it_is_given_once_and_withdrawn(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        given = agree(actor)
        assert agree(actor) == given
        assert [each.is_given for each in selectors.standings(actor=actor)] == [True, False]
        services.consent_withdraw(actor=actor, consent=given)
        services.consent_withdraw(actor=actor, consent=given)
        assert not any(each.is_given for each in selectors.standings(actor=actor))
        rows = AuditRecord.objects.filter(subject_kind="privacy.consent").order_by("seq")
        assert [row.verb for row in rows] == [Verb.CONSENT_GIVEN, Verb.CONSENT_WITHDRAWN]
        assert rows[0].detail["version"] == first.VERSION
        agree(actor)
        assert Consent.objects.count() == 2

    def test_another_withdraws_nothing(self, city: SimpleNamespace) -> None:
        given = agree(resident(city.grid))
        for other in (resident(city.grid), ANONYMOUS):
            assert selectors.consent_own(actor=other, key=str(given.pk)) is None
            with pytest.raises(Forbidden):
                services.consent_withdraw(actor=other, consent=given)
        with pytest.raises(Forbidden):
            services.consent_give(actor=ANONYMOUS, purpose=Purpose.MESSAGES, version=first.VERSION)

    def test_a_notice_that_changed_meanwhile_is_read_first(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        published(city.city)
        with pytest.raises(Conflict):
            agree(actor, version=first.VERSION)
        assert agree(actor).notice_version == "2026-12"

    def test_a_newer_notice_asks_again_for_what_it_names(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        agree(actor)
        agree(actor, Purpose.SENSITIVE)
        agree(actor, Purpose.PUBLISH_PHOTO, subject=PHOTO)
        with clock.at(clock.now() + dt.timedelta(days=1)):
            published(city.city, asks_again=("messages", "publish_photo", "nonsense"))
            messages, sensitive = selectors.standings(actor=actor)
            assert (messages.is_given, messages.is_asked_again) == (False, True)
            assert sensitive.is_given
            assert selectors.is_asked_again(actor=actor)
            assert selectors.subjects_agreed(Purpose.PUBLISH_PHOTO, *_photo_keys()) == set()
            agree(actor)
            agree(actor, Purpose.PUBLISH_PHOTO, subject=PHOTO)
            assert not selectors.is_asked_again(actor=actor)
            assert selectors.subjects_agreed(Purpose.PUBLISH_PHOTO, *_photo_keys()) == {"SQ-1"}

    def test_a_notice_of_another_city_asks_nothing(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        agree(actor)
        other = city_tree("529900", "云海市", lon=110.0)
        with clock.at(clock.now() + dt.timedelta(days=1)):
            published(other.city, asks_again=("messages",))
            assert not selectors.is_asked_again(actor=actor)

    def test_for_a_child_a_guardian_agrees(self, city: SimpleNamespace) -> None:
        guardian = resident(city.grid)
        account = AccountFactory.create()
        child = PersonFactory.create(
            place=city.grid,
            privacy=Privacy.MINOR,
            account=account,
            guardian_id=guardian.person_id,
        )
        with pytest.raises(Forbidden):
            agree(proven(account))
        given = agree(guardian, ward=child)
        assert (given.person, given.account, given.is_by_guardian) == (child, None, True)
        assert selectors.standings(actor=guardian, ward=child)[0].is_given
        assert not selectors.standings(actor=guardian)[0].is_given
        with pytest.raises(Forbidden):
            agree(resident(city.grid), ward=child)
        assert selectors.wards_of(guardian) == [child]
        services.consent_withdraw(actor=guardian, consent=given)
        assert not selectors.standings(actor=guardian, ward=child)[0].is_given

    def test_what_is_general_is_about_no_thing(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        with pytest.raises(Invalid):
            agree(actor, Purpose.MESSAGES, subject=PHOTO)
        with pytest.raises(Invalid):
            agree(actor, Purpose.PUBLISH_PHOTO)

    def test_an_erased_person_agrees_to_nothing(self, city: SimpleNamespace) -> None:
        actor = resident(city.grid)
        given = agree(actor)
        person = Person.objects.get(account=actor.account_id)
        person_erase(actor=SYSTEM, person=person, clause="第四十七条", reason="本人申请")
        person_erased({"person_id": person.pk, "account_id": actor.account_id})
        given.refresh_from_db()
        assert given.withdrawn_at is not None
        with pytest.raises(Forbidden):
            services.consents_end(actor=actor, person_id=person.pk, account_id=None)


def _photo_keys() -> tuple[str, list[str]]:
    return PHOTO[0], [PHOTO[1], "SQ-2"]

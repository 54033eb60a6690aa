# SPDX-License-Identifier: MulanPSL-2.0
"""Three years after its end a case names nobody; the case, its figures and the record stay."""

import datetime as dt

import pytest
from django.utils import timezone

from linli.base.actor import ANONYMOUS
from linli.engines.ballots.models import Vote
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.models import StoredFile
from linli.kernel.retention.models import RetentionRun
from linli.kernel.retention.sweeping import sweep
from linli.kernel.retention.terms import Verb
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.models import Appeal, PhotoRelease
from linli.modules.appeals.selectors import shown
from linli.modules.appeals.selectors.cases import kept_of
from linli.modules.appeals.terms import Channel
from linli.modules.subjects import services as subjects
from linli.modules.subjects.models import DataRequest
from tests.stories.conftest import (
    City,
    case_bring,
    file_appeal,
    fresh,
    matter_of,
    photo,
    photo_show,
)

pytestmark = pytest.mark.django_db

YEARS, NEARLY = dt.timedelta(days=1096), dt.timedelta(days=1094)
PHONE = "13900001234"


def closed(city: City, ago: dt.timedelta) -> Appeal:
    """A case with photos that somebody rated, and that was closed so long ago."""
    appeal = case_bring(city, file_appeal(city, photos=(photo(),)), "closed")
    at = timezone.now() - ago
    Matter.objects.filter(case__appeals=appeal).update(ended_at=at)
    Vote.objects.filter(ballot__matter__case__appeals=appeal).update(at=at)
    return appeal


def test_what_was_closed_long_ago_names_nobody(city: City) -> None:
    appeal = closed(city, YEARS)
    number = matter_of(appeal).number
    person = appeal.reporter_id
    assert appeal.reporter is not None
    assert appeal.reporter.account_id is not None
    before = city.client("dispatcher").get(f"/console/appeals/{number}/").content.decode()
    assert city.plan.people[0] in before
    sweep()
    appeal, matter = fresh(appeal), matter_of(appeal)
    assert (appeal.reporter, appeal.account, appeal.for_person) == (None, None, None)
    assert matter.applicant_account is None
    assert not StoredFile.objects.filter(owner_key__in=(appeal.number, number)).exists()
    assert Vote.objects.get(ballot__matter=matter).account is None
    assert (matter.end, Vote.objects.get(ballot__matter=matter).mark) != ("", "")
    assert appeal.number not in str(kept_of(person, None))
    page = city.client("dispatcher").get(f"/console/appeals/{number}/").content.decode()
    assert "姓名已按保存期限删除" in page
    assert city.client("dispatcher").get("/console/appeals/?view=all").status_code == 200
    for address in ("/portal/me/", "/portal/appeals/"):
        assert city.client("resident").get(address).status_code == 200
    lines = RetentionRun.objects.filter(rows__gt=0).values_list("name", "rows", "manner")
    assert {("appeals.reporters", 1, "anonymized"), ("workflow.applicants", 1, "anonymized")} <= {
        *lines
    }
    told = AuditRecord.objects.filter(verb=Verb.ROWS_GONE).values_list("subject_key", flat=True)
    assert {"appeals.reporters", "workflow.applicants", "ballots.voters"} <= {*told}


def test_what_is_open_or_was_closed_lately_stays_as_it_is(city: City) -> None:
    lately = closed(city, NEARLY)
    running = file_appeal(city, photos=(photo(),))
    Appeal.objects.filter(pk=running.pk).update(filed_at=timezone.now() - 2 * YEARS)
    sweep()
    for appeal in (fresh(lately), fresh(running)):
        assert appeal.reporter is not None
        assert StoredFile.objects.filter(owner_key=appeal.number).count() == 1
        assert matter_of(appeal).applicant_account is not None


def test_a_name_that_was_only_told_and_a_public_photo_go_too(city: City) -> None:
    told = {"contact_name": "何秀英", "contact_phone": PHONE, "channel": Channel.WINDOW}
    appeal = file_appeal(city, "clerk", **told)
    photo_show(city)
    public = city.cases["received"]
    pks = [appeal.pk, public.pk]
    assert shown.releases_public(actor=ANONYMOUS).count() > 0
    done = Matter.objects.filter(case__appeals__in=pks)
    done.update(ended_at=timezone.now() - YEARS, end="closed")
    sweep()
    appeal = fresh(appeal)
    assert (appeal.contact_name, appeal.contact_phone, appeal.contact_phone_index) == ("", "", "")
    assert not PhotoRelease.objects.filter(appeal=public).exists()
    assert not StoredFile.objects.filter(owner_kind="appeals.photorelease").exists()
    assert city.client().get("/portal/shown/").status_code == 200


def test_the_words_of_a_request_go_and_its_law_stays(city: City) -> None:
    own = city.actor("resident")
    asked = subjects.request_file(actor=own, kind="correction", fact="other", wish="门牌写错了")
    DataRequest.objects.filter(pk=asked.pk).update(law="档案法 第二十七条", answer="不能改")
    Matter.objects.filter(pk=asked.matter_id).update(ended_at=timezone.now() - YEARS, end="refused")
    sweep()
    asked.refresh_from_db()
    assert (asked.wish, asked.answer, asked.law) == ("", "", "档案法 第二十七条")
    page = city.client("resident").get(f"/portal/me/data/requests/{asked.matter.number}/")
    assert "请求的内容已按保存期限删除" in page.content.decode()

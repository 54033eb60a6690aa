# SPDX-License-Identifier: MulanPSL-2.0
"""Requests about one's own data when two press at once, on real connections."""

from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.config.testing import together
from linli.config.testing.together import codes
from linli.kernel.access.factories import proven
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import lookup
from linli.kernel.workflow.factories import FRIDAY
from linli.modules.subjects import services
from linli.modules.subjects.models import DataRequest
from linli.modules.subjects.terms import Verb
from linli.modules.subjects.tests.test_requests import (
    LAW,
    answered,
    filed,
    fresh,
    officer,
    resident,
)
from linli.shells.places.tests.towns import two_towns

pytestmark = pytest.mark.django_db(transaction=True)

at_once = partial(together.at_once, at=FRIDAY)


@pytest.fixture
def standing(transactional_db: None) -> Iterator[SimpleNamespace]:
    """The towns, really committed."""
    del transactional_db
    lookup.forget()
    with clock.at(FRIDAY):
        yield two_towns("security_administrator")
    lookup.forget()


def test_who_asks_twice_at_once_has_asked_once(standing: SimpleNamespace) -> None:
    account = resident(standing.here.grid)
    assert codes(at_once(*[partial(filed, account)] * 2)) == ["done", "request_standing"]
    assert DataRequest.objects.count() == 1
    assert AuditRecord.objects.filter(verb=Verb.FILED).count() == 1


def test_of_two_who_answer_at_once_one_is_told(standing: SimpleNamespace) -> None:
    request = filed(resident(standing.here.grid), "correction", fact="other", wish="门牌写错了")
    officers = [proven(officer(standing.here)), proven(officer(standing.here))]
    found = at_once(
        partial(answered, officers[0], request, "grant"),
        partial(answered, officers[1], request, "refuse", law=LAW),
    )
    assert codes(found)[0] == "done"
    assert codes(found)[1] != "done"
    assert AuditRecord.objects.filter(verb=Verb.ANSWERED).count() == 1
    assert fresh(request).law == (LAW if fresh(request).matter.end == "refused" else "")


def test_who_takes_back_what_is_being_answered_or_is_told(standing: SimpleNamespace) -> None:
    account = resident(standing.here.grid)
    request = filed(account, "correction", fact="other", wish="门牌写错了")
    step = fresh(request).matter.step
    found = at_once(
        partial(services.request_withdraw, actor=proven(account), request=request, step=step),
        partial(answered, proven(officer(standing.here)), request, "grant"),
    )
    assert sum(each == "done" for each in codes(found)) == 1
    assert fresh(request).matter.ended_at is not None

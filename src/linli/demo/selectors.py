# SPDX-License-Identifier: MulanPSL-2.0
"""Reading the synthetic city: which one is shown, and its living cases."""

from django.db.models import QuerySet

from linli.base import clock
from linli.base.kept import rows_kept
from linli.demo import living
from linli.demo.models import City
from linli.engines.ballots.terms import Result
from linli.kernel.files.models import StoredFile
from linli.kernel.workflow.models import Clock
from linli.kernel.workflow.terms import Sort
from linli.modules.appeals.models import Case, CaseQuerySet
from linli.modules.appeals.selectors.slices import CLOSING
from linli.modules.appeals.terms import FILES_OWNER

HANDLING = "handling"


def city_shown() -> City | None:
    """The city behind the door page: the one that `linli demo` was last asked for."""
    return next(iter(_shown()), None)


@rows_kept
def _shown() -> QuerySet[City]:
    return City.objects.order_by("-shown_at", "-pk")[:1]


def living_cases(city: City) -> dict[str, CaseQuerySet]:
    """The cases that make a city alive, found by what they are, not by how they were made."""
    running = Case.objects.below(city.district.path).filter(matter__ended_at__isnull=True)
    overdue = Clock.objects.filter(name=CLOSING, stopped_at=None, due_at__lt=clock.now())
    late = running.filter(matter__in=overdue.values("matter_id"), matter__step=HANDLING)
    photographed = StoredFile.objects.filter(owner_kind=FILES_OWNER).values("owner_key")
    noted = {"matter__moves__sort": Sort.NOTED, "matter__moves__shown": False}
    return {
        living.OVERDUE: late,
        living.CONTESTED: running.filter(matter__orders__state="contested"),
        living.CALLED_BACK: running.filter(
            matter__step=HANDLING, matter__ballots__result=Result.BAD
        ),
        living.HOLIDAY: late.filter(**noted).distinct(),
        living.CONFIDENTIAL: running.filter(appeals__is_confidential=True),
        living.FOR_SOMEBODY: running.filter(appeals__for_person__isnull=False),
        living.PHOTOS: running.filter(appeals__number__in=photographed),
        living.UNCLEAR: running.filter(matter__step="received", matter__class_key=""),
    }

# SPDX-License-Identifier: MulanPSL-2.0
"""Which tables a city's making writes, and which it only reads, for making it in memory."""

from django.db.models import Q

from linli.demo.memory.holding import Frozen, Held
from linli.engines.ballots import models as ballots
from linli.kernel.access import models as access
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord, NameKey
from linli.kernel.events.models import Delivery, Event
from linli.kernel.files.models import StoredFile
from linli.kernel.forms.models import Definition as FormDefinition
from linli.kernel.notify import models as notify
from linli.kernel.people.models import Household, HouseholdMember, Person
from linli.kernel.places import models as places
from linli.kernel.units import models as units
from linli.kernel.workflow import models as workflow
from linli.modules.appeals.models import Appeal, Case

_TOLD = (Held(AuditRecord), Held(Event), Held(Delivery, waits=("next_try_at", "done_at")))

_DEFINED = tuple(
    Frozen(model, Q())
    for model in (
        FormDefinition,
        access.Definition,
        ballots.Definition,
        notify.Definition,
        places.Definition,
        units.Definition,
        workflow.Definition,
    )
)

WEEKS = (
    *_TOLD,
    Held(workflow.Series, earlier=Q()),
    Held(workflow.Matter),
    Held(workflow.Clock),
    Held(workflow.HandOver),
    Held(workflow.CoHandler),
    Held(workflow.Extension),
    Held(workflow.Supervision),
    Held(workflow.Desk),
    Held(workflow.Move),
    Held(workflow.Todo),
    Held(workflow.Timer, waits=("at", "done_at")),
    Held(notify.Notice),
    Held(ballots.Ballot, waits=("closes_at", "closed_at")),
    Held(ballots.Vote),
    Held(Case),
    Held(Appeal),
    Held(StoredFile),
)
"""What the weeks of a city write. Of earlier rows only the numbers of the day are needed: other
cities' matters are none of this one's business."""

FOUNDED = _DEFINED
"""What stands before the city is built."""


def building(top: places.Place) -> tuple[Held, ...]:
    """What the building of a city writes; of earlier rows what lies below the same top place."""
    path = f"{top.codes[0]}/"
    return (
        *_TOLD,
        Held(places.Place, earlier=Q(path__under=path)),
        Held(places.PlaceAlias, earlier=Q(place__path__under=path)),
        Held(units.Unit, earlier=Q(place__path__under=path)),
        Held(units.Membership),
        Held(access.Grant),
        Held(NameKey),
        Held(Account),
        Held(Person),
        Held(Household),
        Held(HouseholdMember),
    )


def standing(top: places.Place) -> tuple[Frozen, ...]:
    """What stands once the city is built, and is only read: all of it below the same top place."""
    path = f"{top.codes[0]}/"
    here = Q(place__path__under=path)
    people = Person.objects.filter(here).values("name_key")
    accounts = Account.objects.filter(place_path__under=path).values("name_key")
    return (
        *_DEFINED,
        Frozen(places.Place, Q(path__under=path)),
        Frozen(places.PlaceAlias, here),
        Frozen(units.Unit, here),
        Frozen(units.Membership, Q(unit__place__path__under=path)),
        Frozen(access.Grant, here),
        Frozen(access.AbuseEntry, here),
        Frozen(access.OperatorSession, here),
        Frozen(Account, Q(place_path__under=path)),
        Frozen(Person, here),
        Frozen(NameKey, Q(pk__in=people) | Q(pk__in=accounts)),
    )

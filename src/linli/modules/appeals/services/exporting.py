# SPDX-License-Identifier: MulanPSL-2.0
"""The queue as a list that may be taken out as a file, under its filters."""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import parse_qsl

from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.people.terms import Privacy
from linli.kernel.sockets.exports import ExportColumn, ExportSource
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import saying
from linli.modules.appeals.selectors.lines import Line, cases_of, lines_of
from linli.modules.appeals.selectors.narrowing import Given, filters_given, filters_said
from linli.modules.appeals.selectors.queue import NAMES, queue_counts, queue_keys
from linli.modules.appeals.services.handling import reporter_open
from linli.modules.appeals.terms import Channel, Perm

STRETCH = 200
"""So many cases are read at once."""

REPORTER, PHONE = "reporter", "phone"
STRICT = (Privacy.SENSITIVE, Privacy.MINOR)
"""Classes of people who stay masked in every file, whoever asks."""


def _given(actor: Actor, query: str) -> Given:
    return filters_given(dict(parse_qsl(query)), actor)


def cases_counted(actor: Actor, query: str) -> int:
    """How many cases stand in the queue under these filters."""
    filters = _given(actor, query).filters
    return queue_counts(actor=actor, filters=filters)[filters.view]


def cases_said(actor: Actor, query: str) -> str:
    """The view and the filters in words."""
    given = _given(actor, query)
    words = [NAMES[given.filters.view], *filters_said(given, actor).values(), given.filters.text]
    return " · ".join(str(word) for word in words if word)


def case_rows(
    actor: Actor, query: str, columns: Collection[str], purpose: str
) -> Iterator[Mapping[str, object]]:
    """The cases of the queue in the order in which they came, a stretch at a time."""
    rows = queue_keys(actor=actor, filters=_given(actor, query).filters).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:STRETCH])
    while keys:
        found = cases_of(keys)
        lines = lines_of([found[key] for key in keys if key in found])
        said = _reported(lines) if REPORTER in columns else {}
        for line in lines:
            yield _row(line) | _people(actor, said.get(line.case.pk), purpose)
        keys = list(rows.filter(pk__gt=keys[-1]).values_list("pk", flat=True)[:STRETCH])


def _row(line: Line) -> dict[str, object]:
    matter, first = line.matter, next(iter(line.appeals), None)
    return {
        "number": line.number,
        "title": line.case.title,
        "class": line.class_name,
        "place": line.place_name,
        "channel": Channel(first.channel).label if first else "",
        "people": line.people,
        "state": line.state,
        "unit": label(matter.lead_unit.label) if matter.lead_unit else "",
        "opened": matter.opened_at,
        "due": matter.next_due_at,
    }


def _reported(lines: Collection[Line]) -> dict[int, Appeal]:
    """The first appeal of each case, with whoever reported it."""
    first = {line.case.pk: line.appeals[0].pk for line in lines if line.appeals}
    rows = Appeal.objects.filter(pk__in=first.values()).select_related(
        "reporter", "case__matter__place", "case__matter__definition"
    )
    return {row.case_id: row for row in rows.defer("case__matter__place__boundary")}


def _people(actor: Actor, appeal: Appeal | None, purpose: str) -> dict[str, object]:
    """Who reported and the phone: in plain for a purpose where the actor may, else masked."""
    if appeal is None:
        return {}
    person = appeal.reporter
    if person is None or appeal.is_confidential:
        return {REPORTER: saying.reporter_words(appeal), PHONE: ""}
    shown = people.masked(person)
    phone = _opened(actor, appeal, person, purpose) or shown.phone
    return {REPORTER: shown.name, PHONE: phone}


def _opened(actor: Actor, appeal: Appeal, person: Person, purpose: str) -> str:
    if not purpose or person.privacy in STRICT or not saying.may_open_reporter(actor, appeal):
        return ""
    return reporter_open(actor=actor, appeal=appeal, purpose=purpose)["phone"]


COLUMNS = (
    ExportColumn("number", {"zh": "编号", "en": "Number"}),
    ExportColumn("title", {"zh": "事由", "en": "Subject"}),
    ExportColumn("class", {"zh": "类别", "en": "Class"}),
    ExportColumn("place", {"zh": "地点", "en": "Place"}),
    ExportColumn("channel", {"zh": "渠道", "en": "Channel"}),
    ExportColumn("people", {"zh": "反映人数", "en": "People"}),
    ExportColumn("state", {"zh": "进展", "en": "State"}),
    ExportColumn("unit", {"zh": "主办单位", "en": "Unit"}),
    ExportColumn("opened", {"zh": "受理时间", "en": "Opened"}),
    ExportColumn("due", {"zh": "到期时间", "en": "Due"}),
    ExportColumn(REPORTER, {"zh": "反映人", "en": "Reporter"}, PeoplePerm.OPEN_PERSONAL),
    ExportColumn(PHONE, {"zh": "电话", "en": "Telephone"}, PeoplePerm.OPEN_PERSONAL),
)

EXPORT = ExportSource(
    label={"zh": "诉求办件", "en": "Cases of appeals"},
    permission=Perm.VIEW,
    columns=COLUMNS,
    count=cases_counted,
    said=cases_said,
    rows=case_rows,
)

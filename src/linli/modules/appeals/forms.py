# SPDX-License-Identifier: MulanPSL-2.0
"""Reading what was filled in: the same for the phone page, the field page and the API."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Message, Refused
from linli.base.text import label
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.forms.selectors import choices_for
from linli.kernel.forms.services import Widget, widgets
from linli.kernel.forms.terms import FILES, FieldType
from linli.kernel.people import rules as people
from linli.kernel.people import selectors as persons
from linli.kernel.places.models import Place
from linli.kernel.privacy import selectors as privacy
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import OpenMove
from linli.modules.appeals import rules
from linli.modules.appeals.selectors import intake
from linli.modules.appeals.services import Draft
from linli.modules.appeals.terms import Channel

MAP, LIST, HOME = "map", "list", "home"
OTHER = "other"
"""The chip that stands for the list of all classes."""

PLACE_SELECT = "place_"
MOST_SELECTS = 9
FIELDS = {
    "place": "place",
    "lon": "place",
    "lat": "place",
    "upload": "photos",
    "class": "class_key",
    "name": "contact_name",
    "phone": "contact_phone",
}
"""At which field of the page a service's message is shown, where the two are called differently."""


class Texts(Protocol):
    """The fields of a request: Django's QueryDict, or a plain mapping."""

    def get(self, key: str, default: str, /) -> Any:
        """The value of a field."""


@dataclass(frozen=True)
class Report:
    """What somebody filled into the report page, as it was written, so that it can be shown again.

    `class_proposed` is the class that the page chose by itself: another one was chosen by hand.
    """

    what: str = ""
    where: str = ""
    lon: str = ""
    lat: str = ""
    places: tuple[str, ...] = ()
    spot: str = ""
    class_key: str = ""
    class_proposed: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    is_confidential: bool = False
    is_for_other: bool = False
    for_name: str = ""
    for_phone: str = ""
    is_minor: bool = False
    has_guardian_consent: bool = False
    notice: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        """The point on the map; None where there is none, or no number."""
        try:
            lon, lat = float(self.lon), float(self.lat)
        except ValueError:
            return None
        return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None

    @property
    def is_chosen_by_hand(self) -> bool:
        """Whether somebody chose the class, rather than the page."""
        return bool(self.class_key) and self.class_key != self.class_proposed


def report_read(post: Texts) -> Report:
    """The fields of the report page; what is missing is empty."""

    def text(name: str) -> str:
        return str(post.get(name, "") or "")

    def is_on(name: str) -> bool:
        return text(name) in ("yes", "on", "true", "1")

    chosen = text("class_key")
    codes = [text(f"{PLACE_SELECT}{number}") for number in range(1, MOST_SELECTS + 1)]
    return Report(
        what=text("what"),
        where=text("where"),
        lon=text("lon"),
        lat=text("lat"),
        places=tuple(code for code in codes if code),
        spot=text("spot"),
        class_key=text("class_other") if chosen == OTHER else chosen,
        class_proposed=text("class_proposed"),
        contact_name=text("contact_name"),
        contact_phone=text("contact_phone"),
        is_confidential=is_on("is_confidential"),
        is_for_other=is_on("is_for_other"),
        for_name=text("for_name"),
        for_phone=text("for_phone"),
        is_minor=is_on("is_minor"),
        has_guardian_consent=is_on("has_guardian_consent"),
        notice=text("notice")[: rules.LONGEST_NOTICE],
    )


def problems_of(report: Report) -> dict[str, Message]:
    """Everything that is wrong with a report at first sight, by field, so that all shows at
    once.
    """
    found: dict[str, Message] = {}

    def look(check: Callable[[], object], field: str) -> None:
        try:
            check()
        except Invalid as refusal:
            found[field] = refusal.message

    look(lambda: rules.what_cleaned(report.what), "what")
    look(lambda: where_of(report), "place")
    look(lambda: people.phone_cleaned(report.contact_phone), "contact_phone")
    if report.contact_name:
        look(lambda: people.name_cleaned(report.contact_name), "contact_name")
    if report.is_for_other:
        look(lambda: people.name_cleaned(report.for_name), "for_name")
        look(lambda: people.phone_cleaned(report.for_phone), "for_phone")
    consent = report.has_guardian_consent
    look(
        lambda: rules.ensure_guardian_agrees(is_minor=report.is_minor, has_consent=consent),
        "has_guardian_consent",
    )
    return found


@dataclass(frozen=True)
class Where:
    """Where a report points to: a point, a chosen place, or home."""

    point: tuple[float, float] | None = None
    place: Place | None = None
    at_home: bool = False


def where_of(report: Report) -> Where:
    """Where it is, in the way that was chosen; a page without script sends what it has.

    Raises Invalid at the field `place` where nothing was said.
    """
    if report.where == HOME:
        return Where(at_home=True)
    place = intake.place_chosen(report.places)
    if report.where != LIST and report.point is not None:
        return Where(point=report.point)
    if place is not None:
        return Where(place=place)
    message = _("Please say where it is: on the map, from the list, or at home.")
    raise Invalid(message, code="place_missing", fields={"place": message})


@dataclass(frozen=True)
class Sender:
    """Who sends a report, as rate limits, the abuse list and idempotency know them."""

    actor: Actor
    channel: str = Channel.PORTAL
    address: str = ""
    key: str = ""
    source: str = ""


def draft_of(report: Report, sender: Sender, photos: Sequence[Any] = ()) -> Draft:
    """The report as the service takes it. Raises Invalid with everything that is wrong."""
    wrong = problems_of(report)
    if wrong:
        raise Invalid(next(iter(wrong.values())), code="report_incomplete", fields=wrong)
    where = where_of(report)
    lon, lat = where.point or (None, None)
    return Draft(
        what=report.what,
        channel=sender.channel,
        place=where.place,
        lon=lon,
        lat=lat,
        at_home=where.at_home,
        spot=report.spot,
        class_key=report.class_key,
        contact_name=report.contact_name,
        contact_phone=people.phone_cleaned(report.contact_phone),
        for_name=report.for_name if report.is_for_other else "",
        for_phone=report.for_phone if report.is_for_other else "",
        is_confidential=report.is_confidential,
        is_minor=report.is_minor,
        has_guardian_consent=report.has_guardian_consent,
        photos=tuple(photos),
        filed_key=filed_key(report, sender),
        address=sender.address,
        source=sender.source,
        notice_version=report.notice,
    )


def filed_key(report: Report, sender: Sender) -> str:
    """What makes the same submission one appeal: the sender's key with who sent what.

    A page kept for use without signal carries one key for many reports, so the words count too; and
    nobody gets at another's appeal by its key.
    """
    if not sender.key:
        return ""
    parts = (sender.key, str(sender.actor.account_id or ""), report.what, report.spot)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def with_class_proposed(report: Report, path: str) -> Report:
    """The report with the class that its words speak of, unless one was chosen by hand."""
    if report.is_chosen_by_hand:
        return report
    proposed = intake.class_proposed(report.what, path)
    return replace(report, class_key=proposed, class_proposed=proposed)


def errors_of(refusal: Refused, names: Mapping[str, str] = FIELDS) -> dict[str, Message]:
    """The messages of a refusal by the field of the page at which they are shown; the rest under
    "".

    `names` says what a service's fields are called on the page.
    """
    if not refusal.fields:
        return {"": refusal.message}
    return {names.get(name, name): message for name, message in refusal.fields.items()}


def report_page(report: Report, actor: Actor, post: Place | None = None) -> Mapping[str, Any]:
    """What the report page shows beside the form: places, map, classes, the sentence of the button.

    `post` is where a grid worker works; everybody else starts from home.
    """
    home = None if post is not None else intake.home_for_list(actor)
    start = post or home
    top = intake.top_for(start)
    chosen = intake.place_chosen(report.places) or start
    near = chosen or top
    path = near.path if near is not None else ""
    notice = report.notice or privacy.notice_at(privacy.path_for(actor)).version
    shown = replace(with_class_proposed(report, path), notice=notice)
    around = map_of(start, top)
    return {
        "report": shown,
        "where": shown.where or (LIST if post or not around["areas"]["features"] else MAP),
        "selects": intake.place_levels(chosen, top),
        "map": around,
        "point_name": point_name(shown),
        "home": home,
        "chips": intake.class_chips(shown.what, shown.class_key, path),
        "groups": intake.class_groups(path),
        "due": intake.answer_due(shown.class_key, path),
        "own": persons.own_details(actor=actor),
    }


def map_of(start: Place | None, top: Place | None) -> dict[str, Any]:
    """The map of a report page: the grids around the start, or the city."""
    areas = intake.areas_around(start, top)
    return {"areas": areas, "here": start.code if start is not None else ""}


def point_name(report: Report) -> str:
    """What the place at the chosen point is called; "" without a point or outside the area."""
    return intake.place_name_at(*report.point) if report.point is not None else ""


MANY = (FieldType.CHOICES, FieldType.CHECK_LIST)


def form_values(form: FormSpec | None, post: Any) -> dict[str, Any]:
    """What was filled into the fields of a pack's form; photos come beside it."""
    found: dict[str, Any] = {}
    for name, field in form.fields.items() if form is not None else ():
        if field.kind not in FILES:
            found[name] = post.getlist(name) if field.kind in MANY else post.get(name, "")
    return {name: value for name, value in found.items() if value not in ("", [])}


def photo_fields(form: FormSpec | None) -> list[str]:
    """The fields of a form that take photos."""
    given = form.fields.items() if form is not None else ()
    return [name for name, field in given if field.kind is FieldType.PHOTO]


@dataclass(frozen=True)
class Button:
    """A button of the procedure with its form as a page draws it."""

    move: OpenMove
    fields: tuple[Widget, ...]
    reasons: tuple[tuple[str, str], ...]
    reason: str = ""
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether one tap is all: nothing is filled in."""
        return not self.fields and not self.reasons


def button_of(move: OpenMove, matter: Matter, post: Any, errors: Mapping[str, Message]) -> Button:
    """One button with what was filled into its form so far."""
    choices = choices_for(move.form, matter.place.path) if move.form is not None else {}
    given = form_values(move.form, post)
    fields = widgets(move.form, given, errors, choices=choices) if move.form is not None else []
    return Button(
        move=move,
        fields=tuple(fields),
        reasons=tuple((key, label(words)) for key, words in move.reasons.items()),
        reason=post.get("reason", ""),
        note=post.get("note", ""),
    )

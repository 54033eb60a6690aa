# SPDX-License-Identifier: MulanPSL-2.0
"""The words of appeals."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WORKFLOW = "appeal"
"""The workflow that every case runs through (packs/base/workflows/appeal.toml)."""

ROOT_CLASS = "appeal"
FORM = "appeal"

FILES_OWNER, WORK_FILES_OWNER = "appeals.appeal", "appeals.case"
"""What photos hang on: what somebody said (by the appeal's number), the work (by the matter's)."""

SHOWN_OWNER = "appeals.photorelease"
"""What covered copies of photos hang on, by the key of their release."""

CONTACT_LIMIT = "contact_limit"
"""The column of a class that says by when somebody speaks with the reporter."""


class Perm(StrEnum):
    """Permissions over appeals and cases."""

    REPORT = "appeals.report"
    REGISTER_FOR = "appeals.register_for"
    VIEW = "appeals.view"
    DISPATCH = "appeals.dispatch"
    HANDLE = "appeals.handle"
    VERIFY = "appeals.verify"
    FOLLOW_UP = "appeals.follow_up"
    RULE = "appeals.rule"
    IMPORT = "appeals.import"
    VIEW_FIGURES = "appeals.view_figures"
    SHOW_PHOTO = "appeals.show_photo"


TOKEN_SCOPES = (Perm.VIEW, Perm.REGISTER_FOR)
"""What a partner's token may carry: what the API asks for. Who presses which button of a procedure,
roles say, for a token that acts."""


class Verb(StrEnum):
    """What the record says about appeals."""

    FILED = "appeals.appeal.filed"
    WITHDRAWN = "appeals.appeal.withdrawn"
    CORRECTED = "appeals.appeal.corrected"
    URGED = "appeals.appeal.urged"
    ANSWERED = "appeals.appeal.answered"
    REPORTER_OPENED = "appeals.reporter.opened"
    IMPORTED = "appeals.appeals.imported"
    CONTACTS_ERASED = "appeals.contacts.erased"
    PHOTO_COVERED = "appeals.photo.covered"
    PHOTO_SHOWN = "appeals.photo.shown"
    PHOTO_HIDDEN = "appeals.photo.hidden"


class Event(StrEnum):
    """What appeals announce."""

    FILED = "appeals.appeal_filed"
    CHANGED = "appeals.case_changed"
    ANSWERED = "appeals.appeal_answered"
    RATED = "appeals.appeal_rated"


class ReleaseState(TextChoices):
    """Where the publishing of a photo stands."""

    DRAFT = "draft", _("covered, to be looked at")
    SHOWN = "shown", _("approved")
    HIDDEN = "hidden", _("taken back")


class Channel(TextChoices):
    """How an appeal reached us."""

    PORTAL = "portal", _("Phone page")
    WINDOW = "window", _("Service window")
    PHONE = "phone", _("Telephone")
    GRID = "grid", _("Grid worker")
    API = "api", _("Partner system")
    IMPORT = "import", _("Imported list")


class Mark(TextChoices):
    """What a resident may say of how an appeal was handled, best first (ballot:appeal_rating)."""

    VERY_GOOD = "very_good", _("Very satisfied")
    GOOD = "good", _("Satisfied")
    FAIR = "fair", _("Mostly satisfied")
    POOR = "poor", _("Not satisfied")
    VERY_POOR = "very_poor", _("Very dissatisfied")


GOOD_MARKS = (Mark.VERY_GOOD, Mark.GOOD, Mark.FAIR)

# SPDX-License-Identifier: MulanPSL-2.0
"""The words of the demo."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    """What the record says about the demo."""

    CITY_MADE = "demo.city.made"
    CLOCK_MOVED = "demo.clock.moved"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.CITY_MADE: {"zh": "造了一座样例城", "en": "made a synthetic city"},
    Verb.CLOCK_MOVED: {"zh": "拨快了样例时钟", "en": "moved the demo clock on"},
}


class Persona(TextChoices):
    """Whose door it is, in the order of the round."""

    RESIDENT = "resident", _("Resident")
    GRID_WORKER = "grid_worker", _("Grid worker")
    CLERK = "community_clerk", _("Community clerk")
    DISPATCHER = "dispatcher", _("Subdistrict dispatcher")
    HANDLER = "handler", _("Department handler")
    LEADER = "leader", _("District leader")
    ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY = "security_administrator", _("Security administrator")
    AUDITOR = "auditor", _("Audit administrator")
    PRIVACY = "privacy_officer", _("Privacy officer")
    ARBITER = "arbiter", _("Arbiter")


def username_of(post: str, pack: str) -> str:
    """The log-in of somebody of a demo city: `grid_worker07.leshan`."""
    return f"{post}.{pack}"

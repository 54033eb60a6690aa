# SPDX-License-Identifier: MulanPSL-2.0
"""Who is meant in a procedure, in words: a role, a role at a level or in a unit, a party."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.access.models import Definition as RoleDefinition
from linli.kernel.workflow.rules.who import who_read
from linli.shells.places.words import LevelWords
from linli.shells.procedures.reading import in_force

PARTIES: Mapping[str, Message] = {
    "applicant": gettext_lazy("whoever reported it"),
    "subject": gettext_lazy("whoever it is about"),
    "holder": gettext_lazy("whoever has it in hand"),
    "resident": gettext_lazy("any resident with an account"),
    "anyone": gettext_lazy("anyone"),
    "system": gettext_lazy("the platform itself"),
}
SIDES: Mapping[str, Message] = {
    "lead": gettext_lazy("the lead unit"),
    "co_handler": gettext_lazy("the units that help"),
    "called": gettext_lazy("the units called in"),
    "sender": gettext_lazy("the unit that sent it"),
    "offered": gettext_lazy("the unit it is offered to"),
}
NEAR: Mapping[str, Message] = {
    "own": gettext_lazy("%(role)s of exactly this place"),
    "above": gettext_lazy("%(role)s of a place above"),
    "any": gettext_lazy("%(role)s anywhere in the city"),
}


@dataclass(frozen=True)
class People:
    """The roles and levels in force at a place, by what they are called there."""

    roles: Mapping[str, str]
    levels: LevelWords

    @classmethod
    def at(cls, path: str) -> "People":
        """Read the roles and levels in force at a place; two queries."""
        rows = in_force(RoleDefinition, "role", path)
        return cls({row.key: label(row.body["label"]) for row in rows}, LevelWords.at(path))

    def say(self, text: str) -> str:
        """One entry of a `who` list."""
        entry = who_read(text)
        if entry.is_party:
            return str(PARTIES[entry.role])
        role = self.roles.get(entry.role, entry.role)
        if entry.of:
            return _("%(role)s of %(side)s") % {"role": role, "side": SIDES[entry.of]}
        if entry.at in NEAR:
            return str(NEAR[entry.at]) % {"role": role}
        if entry.at:
            level = self.levels.level(entry.at)
            return _("%(role)s of the %(level)s") % {"role": role, "level": level}
        return role

    def say_all(self, who: Iterable[str] | None) -> str:
        """A whole `who` list, as one phrase."""
        return pgettext("between people", ", ").join(map(self.say, who or ()))

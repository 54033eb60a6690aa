# SPDX-License-Identifier: MulanPSL-2.0
"""What the page of any matter says of how it stands; a module's own page begins from it too."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import ClockView, Honest, OpenMove
from linli.kernel.workflow.terms import End

if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any

TONES = {End.DONE: "good", "": "brand"}


class Standing:
    """A matter as it stands for its reader; each part is read when it is drawn."""

    def __init__(self, matter: Matter, actor: Actor) -> None:
        self.matter = matter
        self.actor = actor

    @cached_property
    def standing(self) -> Honest:
        """The four answers of the honest panel."""
        return workflow.honest(self.matter)

    @property
    def why_late(self) -> str:
        """Every reason for which it is late; Chinese sentences stand without space between."""
        is_chinese = (get_language() or "").startswith("zh")
        return ("" if is_chinese else " ").join(self.standing.why_late)

    @property
    def meanwhile(self) -> str:
        """Who answers for it until an order is accepted."""
        if not self.standing.meanwhile:
            return ""
        return _("Until it is accepted %(name)s answers for it") % {"name": self.standing.meanwhile}

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        if self.matter.ended_at is None and self.standing.is_late:
            return "late"
        return TONES.get(self.matter.end, "")

    @cached_property
    def clocks(self) -> list[ClockView]:
        """Its time limits."""
        return workflow.clock_views(self.matter)

    @cached_property
    def moves(self) -> list[OpenMove]:
        """The buttons of the procedure."""
        return workflow.moves_open(self.actor, self.matter)

    @cached_property
    def done_here(self) -> frozenset[str]:
        """Moves made already since it came to this step."""
        since = self.matter.step_since
        return frozenset(row.move for row in workflow.moves_all(self.matter) if row.at > since)


class _Pressed(Protocol):
    """A button, as far as its place among others asks."""

    __dataclass_fields__: "ClassVar[dict[str, Field[Any]]]"

    @property
    def key(self) -> str: ...
    @property
    def is_open(self) -> bool: ...


_Button = TypeVar("_Button", bound=_Pressed)


def with_duty(found: Iterable[_Button], done: frozenset[str]) -> Iterator[_Button]:
    """The buttons with the one thing to do first marked and put in front."""
    rows = list(found)
    duty = next((row for row in rows if row.is_open and row.key not in done), None)
    for row in sorted(rows, key=lambda each: each is not duty):
        yield replace(row, is_duty=row is duty)

# SPDX-License-Identifier: MulanPSL-2.0
"""Where a matter is: one list of places after another, from where the reader works down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.filling import OWN
from linli.shells.places.chosen import tops_of

SELECT = f"{OWN}place_"
MOST_SELECTS = 9


@dataclass(frozen=True)
class PlaceSelect:
    """One list: what may be chosen in it, and what is."""

    number: int
    choices: Sequence[Place]
    chosen: str
    is_needed: bool

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{SELECT}{self.number}"


def posts_of(actor: Actor) -> tuple[Place, ...]:
    """Where somebody works, the highest first."""
    return tops_of(actor, Perm.VIEW_MATTER)


def place_read(given: QueryDict, posts: Sequence[Place]) -> Place | None:
    """The deepest place of a chain of choices below one's posts; a single post is chosen already.

    A choice that does not lie in the one before is left out.
    """
    codes = [given.get(f"{SELECT}{number}", "") for number in range(1, MOST_SELECTS + 1)]
    known = places.places_by_codes(code[:64] for code in codes if code)
    chosen = posts[0] if len(posts) == 1 else None
    for code in codes:
        place = known.get(code)
        if place is None or place.level == Level.DWELLING or not place.exists_on(clock.today()):
            continue
        around = (chosen,) if chosen is not None else posts
        if any(place.is_under(each.path) for each in around):
            chosen = place
    return chosen


def selects_of(chosen: Place | None, posts: Sequence[Place]) -> list[PlaceSelect]:
    """The lists down to what may be chosen next."""
    post = next((each for each in posts if chosen is not None and chosen.is_under(each.path)), None)
    found = []
    if len(posts) > 1:
        code = post.code if post is not None else ""
        found.append(PlaceSelect(1, posts, code, is_needed=True))
    if chosen is None or post is None:
        return found
    line = [each for each in places.chain(chosen) if len(each.path) >= len(post.path)]
    for above, place in zip(line, [*line[1:], None], strict=True):
        choices = places.place_choices(above)
        if choices:
            code = place.code if place is not None else ""
            found.append(PlaceSelect(len(found) + 1, choices, code, is_needed=False))
    return found

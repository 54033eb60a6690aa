# SPDX-License-Identifier: MulanPSL-2.0
"""The four faces. A module registers its pages and cards with one of them by decorator.

    @console.page("appeals/", needs=Perm.VIEW, name="appeal_list", menu=Menu(_("A"), "notice"))
    def appeal_list(request: PageRequest) -> HttpResponse: ...

Addresses are reversed as `console:appeal_list`. A page names what it `needs`, or is `public`;
without either it is for anybody who has signed in (`needs=SIGNED_IN`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, URLPattern, URLResolver, include, path, reverse

from linli.base.actor import Actor, ActorKind
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.shells.frame import waiting
from linli.shells.frame.lagging import lagging
from linli.shells.frame.menu import Card, Contents, Entry, Filled, Group, Menu
from linli.shells.frame.page import Counted, Page, View

Needs = str | tuple[str, ...] | None

SIGNED_IN: tuple[str, ...] = ()
"""For whoever has signed in, whatever else they may do."""

ANY_OF_FACE = "*"
"""A first page is open to whoever may see anything else that this face holds."""

LOOKS = ("view", "view_")
GRID = "grid"


class Face:
    """One of the four shells: its pages, its navigation and the slots of its first page."""

    def __init__(self, name: str, *, root: str) -> None:
        self.name = name
        self.root = root
        self.pages: dict[str, Page] = {}
        self.cards: list[Card] = []

    def __repr__(self) -> str:
        return f"<Face {self.name}>"

    def page(
        self,
        address: str,
        *,
        name: str,
        needs: Needs = None,
        public: bool = False,
        menu: Menu | None = None,
        offline: bool = False,
        counted: Counted | None = None,
        lags: bool = False,
    ) -> Callable[[View], View]:
        """Register a page below this face's root.

        `needs` is a permission, or several of which one is enough. `offline` pages are kept at hand
        by phones and must not take parameters. `counted` is run first, outside the transaction in
        which a form is taken once, so that a refused form counts as well; it raises TooMany, or
        answers itself. What `lags` may show how things stood a second ago.
        Raises ValueError when two pages want one name, or a page is public and needs something.
        """
        if public and needs:
            raise ValueError(f"{self.name}:{name} is public, yet needs {needs}")
        if name in self.pages:
            raise ValueError(f"{self.name} has a page {name} already")

        def register(view: View) -> View:
            self.pages[name] = Page(
                face=self,
                address=address,
                name=name,
                view=lagging(view) if lags else view,
                needs=_permissions(needs),
                public=public,
                menu=menu,
                offline=offline,
                counted=counted,
            )
            return view

        return register

    def card(
        self, slot: str, template: str, *, order: int = 100, needs: Needs = None
    ) -> Callable[[Callable[[Any], Contents | None]], Callable[[Any], Contents | None]]:
        """Register a piece of this face's first page; the function gives the template's values."""

        def register(fill: Callable[[Any], Contents | None]) -> Callable[[Any], Contents | None]:
            self.cards.append(Card(slot, template, fill, order, _permissions(needs)))
            self.cards.sort(key=lambda card: card.order)
            return fill

        return register

    def filled(self, request: HttpRequest, slot: str) -> list[Filled]:
        """The cards of a slot that have something to show to this reader."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        shown = []
        for card in self.cards:
            if card.slot != slot or not may_any(actor, card.needs):
                continue
            values = card.fill(request)
            if values is not None:
                shown.append(Filled(card.template, values))
        return shown

    def entries(self, request: HttpRequest) -> list[Entry]:
        """The navigation for this reader, in order, with what waits."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        pages = [page for page in self.pages.values() if _is_listed(page, actor)]
        pages.sort(key=lambda page: (_group_rank(page), page.menu.order if page.menu else 0))
        counts = self.counts(request)
        return [self._entry(request, page, counts) for page in pages]

    def counts(self, request: HttpRequest) -> waiting.Counts:
        """How many rows wait for this reader behind each entry, unread messages among them."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        pages = (page for page in self.pages.values() if _is_listed(page, actor))
        return waiting.counts(request, actor, (page.menu.waiting for page in pages if page.menu))

    def _entry(self, request: HttpRequest, page: Page, counts: waiting.Counts) -> Entry:
        menu = page.menu
        assert menu is not None  # noqa: S101 - only pages with an entry come here
        address = reverse(page.full_name)
        is_home = page.address == ""
        is_current = request.path == address if is_home else request.path.startswith(address)
        count = counts[menu.waiting] if menu.waiting else 0
        return Entry(menu.label, menu.icon, address, menu.group, count, menu.is_told, is_current)

    def needs_of_any(self) -> tuple[str, ...]:
        """Every permission that opens something of this face."""
        found = {need for page in self.pages.values() for need in page.needs}
        found |= {need for card in self.cards for need in card.needs}
        return tuple(sorted(found - {ANY_OF_FACE}))

    def is_open_to(self, actor: Actor) -> bool:
        """Whether this face holds anything for somebody beyond what is for everybody."""
        return any(access.may_anywhere(actor, need) for need in self.needs_of_any())

    @property
    def home(self) -> str:
        """The address of the first page, or of the site while this face has none."""
        try:
            return reverse(f"{self.name}:home")
        except NoReverseMatch:
            return "/"

    def offline_pages(self, actor: Actor) -> list[str]:
        """Addresses that a phone keeps at hand: those open to its reader.

        While nobody is signed in all count: somebody whose session has ended goes on with theirs.
        """
        is_ended = actor.kind is ActorKind.ANONYMOUS
        kept = (page for page in self.pages.values() if page.offline)
        return [reverse(page.full_name) for page in kept if is_ended or page.is_open_to(actor)]

    def urlpatterns(self) -> list[URLPattern]:
        """Every page registered so far, at each turn of the address fixed words before what
        varies.
        """
        pages = sorted(self.pages.values(), key=lambda page: _varying(page.address))
        return [path(page.address, page, name=page.name) for page in pages]


def _varying(address: str) -> list[bool]:
    return [part.startswith("<") for part in address.split("/")]


def may_any(actor: Actor, needs: Iterable[str]) -> bool:
    """Whether the actor holds one of these permissions somewhere; nothing needed is enough."""
    wanted = tuple(needs)
    return not wanted or any(access.may_anywhere(actor, permission) for permission in wanted)


def urlpatterns() -> list[URLResolver]:
    """The addresses of all four faces; call it after every manifest's surfaces were imported."""
    mounted = (*FACES, *SIGNPOSTS)
    return [path(face.root, include((face.urlpatterns(), face.name))) for face in mounted]


def _permissions(needs: Needs) -> tuple[str, ...]:
    if needs is None:
        return ()
    return (str(needs),) if isinstance(needs, str) else tuple(map(str, needs))


def _is_listed(page: Page, actor: Actor) -> bool:
    """Whether the navigation names a page to somebody."""
    menu = page.menu
    if menu is None or not page.is_open_to(actor):
        return False
    return menu.is_for is None or menu.is_for(actor)


def _group_rank(page: Page) -> int:
    return list(Group).index(page.menu.group) if page.menu else 0


portal = Face("portal", root="portal/")
field = Face("field", root="field/")
console = Face("console", root="console/")
cockpit = Face("cockpit", root="cockpit/")
FACES = (portal, field, console, cockpit)
SIGNPOSTS: list[Face] = []
"""Addresses that belong to no face and only lead to pages that do (shells/go)."""


def home_of(actor: Actor) -> str:
    """Where somebody belongs after signing in.

    Who only looks goes to the cockpit, who works in grids alone to the field, other staff to the
    console, everybody else to the portal.
    """
    permissions = {permission for held in actor.grants for permission in held.permissions}
    if permissions and all(map(_only_looks, permissions)) and cockpit.is_open_to(actor):
        return cockpit.home
    if field.is_open_to(actor) and _works_in_grids(actor):
        return field.home
    for face in (console, cockpit, field):
        if face.is_open_to(actor):
            return face.home
    return portal.home


def _only_looks(permission: str) -> bool:
    action = permission.rpartition(".")[2]
    return action == LOOKS[0] or action.startswith(LOOKS[1])


def _works_in_grids(actor: Actor) -> bool:
    codes = [held.path.rstrip("/").rpartition("/")[2] for held in actor.grants]
    found = places.places_by_codes(codes).values()
    return bool(codes) and len(found) == len(set(codes)) and all(p.level == GRID for p in found)

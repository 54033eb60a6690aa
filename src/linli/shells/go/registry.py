# SPDX-License-Identifier: MulanPSL-2.0
"""Where each face shows a thing: modules register a function, `/go/…` asks them.

    go.link("matter", console_address, face=console)

The function gives the address of its page for this actor and this key, or None where the thing is
not
theirs to see there. It decides nothing by itself: it asks the module's own selectors.
"""

from collections.abc import Callable, Iterator

from linli.base.actor import Actor
from linli.shells.frame import faces
from linli.shells.frame.faces import Face, portal

Resolver = Callable[[Actor, str], str | None]

_resolvers: dict[str, list[tuple[Face, Resolver]]] = {}
_needs: dict[tuple[str, str], set[str]] = {}


def link(
    kind: str, resolver: Resolver, *, face: Face, needs: str | None = None, of: str = ""
) -> None:
    """Let a face show things of a kind ("matter"); the same function twice counts once.

    `needs` is the permission with which somebody sees such things of others there; of those alone
    that are of a sort (a workflow), if it says so.
    """
    if needs is not None:
        _needs.setdefault((kind, of), set()).add(str(needs))
    known = _resolvers.setdefault(kind, [])
    if (face, resolver) not in known:
        known.append((face, resolver))


def unlink(kind: str, resolver: Resolver) -> None:
    """Take a function away again."""
    _resolvers[kind] = [pair for pair in _resolvers.get(kind, []) if pair[1] is not resolver]


def is_open(kind: str, actor: Actor, of: str = "") -> bool:
    """Whether the actor may see things of a kind and sort that are not their own, somewhere."""
    needs = _needs.get((kind, of)) or _needs.get((kind, ""), set())
    return any(faces.may_any(actor, (need,)) for need in needs)


def address_of(kind: str, key: str, actor: Actor) -> str | None:
    """The page of a thing on the face where this actor meets it; None if no face shows it to them.

    What is one's own comes first: the portal is asked before all, so its functions answer only for
    whoever the thing belongs to. Then the face where the actor belongs, then the others in their
    order.
    """
    for resolver in _in_order(kind, actor):
        found = resolver(actor, key)
        if found:
            return found
    return None


def _in_order(kind: str, actor: Actor) -> Iterator[Resolver]:
    known = _resolvers.get(kind, ())
    if not known:
        return
    home = faces.home_of(actor)
    own = [face for face in faces.FACES if face.home == home]
    for face in dict.fromkeys((portal, *own, *faces.FACES)):
        yield from (resolver for at, resolver in known if at is face)

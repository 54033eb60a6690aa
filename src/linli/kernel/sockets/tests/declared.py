# SPDX-License-Identifier: MulanPSL-2.0
"""Manifests, right and wrong, that the tests of the registry load."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from linli.kernel.sockets.grammar import Grammar
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.outside import OpenSet, Telling

LABEL = {"zh": "测试", "en": "Test"}


def listener(payload: Mapping[str, Any]) -> None:
    """Hears."""
    del payload


def guard(actor: object, owner_key: str) -> bool:
    """Lets in whoever knows the word."""
    del actor
    return owner_key == "open"


def opener() -> None:
    """Opens."""


class Spec(BaseModel):
    """Nothing in particular."""


THING = Grammar(kind="thing", spec=Spec, put=lambda context, key, spec: False)
NO_GRAMMAR = "a text"

TELLING = Telling(LABEL, lambda payload: None)
SHEET = OpenSet(LABEL, LABEL, (), lambda paths, after, limit: [])

GOOD = Manifest(
    name="good",
    label=LABEL,
    permissions={"good.view": LABEL},
    verbs={"good.thing.done": LABEL},
    events=("good.thing_done",),
    listeners={"good.thing_done": (f"{__name__}.listener",)},
    kinds={"errand": f"{__name__}.opener"},
    gates={"ballot": f"{__name__}.opener"},
    file_guards={"good.thing": f"{__name__}.guard"},
    grammars=(f"{__name__}.THING",),
    jobs=(__name__,),
    commands={"good": f"{__name__}.opener"},
    routers={"good": f"{__name__}.opener"},
    surfaces=(f"{__name__}",),
    token_scopes=("good.view",),
    webhooks={"good.thing_done": f"{__name__}.TELLING"},
    open_data={"sheet": f"{__name__}.SHEET"},
)
OPEN_WRONGLY = Manifest(
    name="open_wrongly",
    label=LABEL,
    token_scopes=("nobody.may",),
    webhooks={"nobody.spoke": f"{__name__}.TELLING"},
    open_data={"text": f"{__name__}.NO_GRAMMAR"},
)
LOW = {"name": "low", "label": LABEL, "events": ("low.thing_done",)}
TWIN = Manifest(name="twin", label=LABEL, permissions={"good.view": LABEL})
LONELY = Manifest(
    name="lonely",
    label=LABEL,
    needs=("nobody",),
    listeners={"nobody.spoke": (f"{__name__}.listener",)},
    file_guards={"lonely.thing": f"{__name__}.missing"},
    grammars=(f"{__name__}.NO_GRAMMAR",),
    jobs=("linli.no_such_module",),
    commands={"lonely": f"{__name__}.no_command"},
    routers={"lonely": f"{__name__}.no_router"},
    surfaces=("linli.no_such_page",),
)
NO_MANIFEST = 7

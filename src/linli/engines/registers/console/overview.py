# SPDX-License-Identifier: MulanPSL-2.0
"""All registers at a place: what asks to be seen to, those that one keeps, and the others."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import pinyin
from linli.engines.registers import selectors
from linli.engines.registers.selectors import Line
from linli.engines.registers.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_chosen

LONGEST_QUESTION = 80


@console.page(
    "registers/",
    name="register_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Registers"), "register", group=Group.REGISTERS, order=10),
)
@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """The registers at a place, narrowed by what somebody types: a name, its sound or initials."""
    at = place_chosen(request, Perm.VIEW)
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    lines = selectors.overview(actor=actor_of(request), top=at.place) if at is not None else []
    found = [each for each in lines if _is_asked(each, question)]
    return render(
        request,
        "registers/console/overview.html",
        at=at,
        question=question,
        total=len(lines),
        found=len(found),
        pressing=_sorted(each for each in found if each.is_pressing),
        own=_sorted(each for each in found if each.is_own and not each.is_pressing),
        others=_sorted(each for each in found if not each.is_own and not each.is_pressing),
    )


def _is_asked(line: Line, question: str) -> bool:
    name = line.register.label
    return pinyin.asked(question) in pinyin.text_key(name)


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (not line.is_own, pinyin.text_key(line.register.label)))

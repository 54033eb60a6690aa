# SPDX-License-Identifier: MulanPSL-2.0
"""Small procedures that show one word of the language each, for tests."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from linli.base.actor import Actor
from linli.kernel.workflow import services
from linli.kernel.workflow.factories import actor_of, definition_keep, pack_entries
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.terms import Sort

SHEET: dict[str, Any] = {
    "label": {"zh": "吹哨单", "en": "Call-out"},
    "clause": "practice",
    "fields": {
        "called": {
            "type": "choices",
            "label": {"zh": "请谁来", "en": "Who is called"},
            "of": "role:handler",
            "need": True,
        },
        "lead": {"type": "choice", "label": {"zh": "牵头", "en": "Lead"}, "of": "role:handler"},
    },
}

ANSWER: dict[str, Any] = {
    "label": {"zh": "部门报到", "en": "A department answers"},
    "clause": "practice",
    "at": "level:subdistrict",
    "who": ["system"],
    "form": "form:sheet",
    "number": "BD",
    "steps": {
        "called": {
            "label": {"zh": "待报到", "en": "Called"},
            "who": ["handler of called"],
            "moves": {"finish": {"label": {"zh": "处置完毕", "en": "Finished"}, "to": "closed"}},
        },
        "closed": {"label": {"zh": "完毕", "en": "Done"}, "end": "done"},
    },
}


def callout(join: str | None = None) -> dict[str, Any]:
    """A whistle: one child for each unit that is called."""
    gate: dict[str, Any] = {
        "label": {"zh": "报到处置", "en": "They come"},
        "waits_for": "workflow:answer",
        "for": "called",
        "moves": {"done": {"to": "accepting"}},
    }
    if join is not None:
        gate["join"] = join
    return {
        "label": {"zh": "吹哨", "en": "Call-out"},
        "clause": "practice",
        "at": "level:subdistrict",
        "who": ["dispatcher"],
        "form": "form:sheet",
        "number": "CS",
        "steps": {
            "checking": {
                "label": {"zh": "街道核实", "en": "Checked"},
                "who": ["dispatcher"],
                "moves": {"whistle": {"label": {"zh": "吹哨", "en": "Whistle"}, "to": "coming"}},
            },
            "coming": gate,
            "accepting": {
                "label": {"zh": "验收", "en": "Accepted"},
                "who": ["dispatcher"],
                "moves": {
                    "redo": {"label": {"zh": "未解决", "en": "Not solved"}, "to": "coming"},
                    "accept": {"label": {"zh": "通过", "en": "Solved"}, "to": "closed"},
                },
            },
            "closed": {"label": {"zh": "哨响事毕", "en": "Done"}, "end": "done"},
        },
    }


def whistled(city: SimpleNamespace, *units: Any, join: str | None = None, **values: Any) -> Matter:
    """A call-out for which these units have been called."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    known["form"]["sheet"] = SHEET
    known["workflow"] |= {"answer": ANSWER, "callout": callout(join)}
    for kind, key in (("form", "sheet"), ("workflow", "answer"), ("workflow", "callout")):
        definition_keep(kind, key, known[kind][key], known=known)
    matter = services.matter_open(
        actor=actor_of(city.dispatcher),
        workflow="callout",
        place=city.community,
        title="占道夜市",
        values={"called": [str(unit.pk) for unit in units], **values},
    )
    return press(city.dispatcher, matter, "whistle")


def press(account: Any, matter: Matter, move: str, **given: Any) -> Matter:
    """One button, as the page shows the matter now."""
    actor = account if isinstance(account, Actor) else actor_of(account)
    step = Matter.objects.get(pk=matter.pk).step
    return services.matter_move(
        actor=actor, matter=matter.pk, move=move, expected_step=step, **given
    )


def sorts(matter: Matter) -> list[str]:
    """What the history tells, oldest first."""
    return [Sort(row.sort).value for row in matter.moves.order_by("pk")]

# SPDX-License-Identifier: MulanPSL-2.0
"""A procedure with orders, a form, files and a clock that may be extended, for tests."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.kernel.workflow import services
from linli.kernel.workflow.factories import actor_of, definition_keep, pack_entries
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import order_open
from linli.kernel.workflow.services import matter_open
from linli.kernel.workflow.tests.procedures import press

FOUND: dict[str, Any] = {
    "label": {"zh": "隐患", "en": "Hazard"},
    "clause": "practice",
    "fields": {
        "step": {"type": "text", "label": {"zh": "哪级台阶", "en": "Which stair"}, "need": True},
        "phone": {"same_as": "register:resident.phone"},
        "seen": {
            "type": "table",
            "label": {"zh": "看到的", "en": "What was seen"},
            "columns": {
                "what": {"type": "text", "label": {"zh": "什么", "en": "What"}},
                "many": {"type": "whole", "label": {"zh": "几处", "en": "How many"}},
            },
        },
        "picture": {"type": "photo", "label": {"zh": "照片", "en": "Photo"}},
    },
}
MENDED: dict[str, Any] = {
    "label": {"zh": "整改", "en": "Mended"},
    "clause": "practice",
    "fields": {
        "note": {"type": "text", "label": {"zh": "怎么改的", "en": "How"}, "need": True},
        "after": {"type": "photo", "label": {"zh": "改后照片", "en": "Photo after"}, "need": True},
    },
}
CLOSING: dict[str, Any] = {
    "label": {"zh": "整改期限", "en": "Mending"},
    "starts": "found",
    "stops": ["closed"],
    "limit": "3 working_days",
    "extend": {
        "by": "5 working_days",
        "asked_by": ["handler of lead"],
        "approved_by": ["leader at district"],
    },
}
OFFER = {
    "to": "duty",
    "sign": "2 working_hours",
    "answer": "1 working_day",
    "reasons": "choices:return_reason",
    "refusals": 0,
    "arbiter": ["arbiter at district"],
}
SUPERVISE = {
    "who": ["leader at subdistrict", "leader at district"],
    "answered_by": ["handler of lead"],
    "limit": "1 working_day",
}
HAZARD: dict[str, Any] = {
    "supervise": SUPERVISE,
    "label": {"zh": "隐患整改", "en": "Hazard to mend"},
    "clause": "practice",
    "at": ["level:grid", "level:community"],
    "who": ["dispatcher", "community_clerk"],
    "form": "form:stairs",
    "number": "TJ",
    "classes": "class:appeal",
    "clocks": {"closing": CLOSING},
    "steps": {
        "found": {
            "label": {"zh": "待派", "en": "Found"},
            "who": ["dispatcher"],
            "moves": {"send": {"label": {"zh": "派出", "en": "Send"}, "to": "offered"}},
        },
        "offered": {
            "label": {"zh": "待签收", "en": "Offered"},
            "offer": OFFER,
            "moves": {
                "accepted": {"to": "mending"},
                "refused": {"to": "found"},
                "unanswered": {"to": "mending"},
            },
        },
        "mending": {
            "label": {"zh": "整改中", "en": "Being mended"},
            "who": ["handler of lead"],
            "form": "form:stairs_mended",
            "moves": {"mended": {"label": {"zh": "改好了", "en": "Mended"}, "to": "closed"}},
        },
        "closed": {"label": {"zh": "已整改", "en": "Closed"}, "end": "done"},
    },
}
AWAITING: dict[str, Any] = {
    "label": {"zh": "居民议事", "en": "Residents decide"},
    "clause": "practice",
    "at": "level:community",
    "who": ["community_clerk"],
    "steps": {
        "voting": {
            "label": {"zh": "表决", "en": "Vote"},
            "waits_for": "ballot:nobody_knows_it",
            "moves": {"done": {"to": "closed"}},
        },
        "closed": {"label": {"zh": "完毕", "en": "Done"}, "end": "done"},
    },
}


ITEM: dict[str, Any] = {
    "label": {"zh": "一窗通办", "en": "One window"},
    "clause": "practice",
    "at": "level:grid",
    "who": ["community_clerk"],
    "clocks": {
        "promise": {
            "label": {"zh": "承诺时限", "en": "Promised"},
            "starts": "taken_in",
            "stops": ["closed"],
            "limit": "service.promised_limit",
        }
    },
    "steps": {
        "taken_in": {
            "label": {"zh": "已收件", "en": "Taken in"},
            "who": ["community_clerk"],
            "moves": {"finish": {"label": {"zh": "办好", "en": "Finish"}, "to": "closed"}},
        },
        "closed": {"label": {"zh": "办结", "en": "Closed"}, "end": "done"},
    },
}
PERMIT: dict[str, Any] = {
    "id": "stair_permit",
    "zh": "楼梯许可",
    "en": "Stair permit",
    "at": "level:community",
    "workflow": "workflow:stairs_item",
    "promised_limit": "3 working_days",
    "clause": "practice",
}


def window_items() -> None:
    """Let a procedure of the one window with one item be in force."""
    definition_keep("workflow", "stairs_item", ITEM)
    definition_keep("service", "stair_permit", PERMIT)


def hazards() -> None:
    """Let the procedures of this file be in force."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    known["form"] |= {"stairs": FOUND, "stairs_mended": MENDED}
    known["workflow"]["stairs"] = HAZARD
    for kind, key in (("form", "stairs"), ("form", "stairs_mended"), ("workflow", "stairs")):
        definition_keep(kind, key, known[kind][key], known=known)
    definition_keep("workflow", "stairs_vote", AWAITING)


def hazard(city: SimpleNamespace, title: str = "台阶松动") -> Matter:
    """A hazard that the dispatcher has taken in."""
    return matter_open(
        actor=actor_of(city.dispatcher),
        workflow="stairs",
        place=city.grid,
        class_key="flooding",
        title=title,
        values={"step": "第三级"},
    )


def sent(city: SimpleNamespace) -> Matter:
    """One that has been offered to the water office."""
    return press(city.dispatcher, hazard(city), "send")


def taken(city: SimpleNamespace) -> Matter:
    """One that the water office has accepted."""
    matter = sent(city)
    order = order_open(matter)
    assert order is not None
    services.order_accept(actor=actor_of(city.handler), order=order)
    return Matter.objects.get(pk=matter.pk)


def photo() -> SimpleUploadedFile:
    """A small picture as somebody uploads it."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(target, "JPEG")
    return SimpleUploadedFile("a.jpg", target.getvalue(), "image/jpeg")

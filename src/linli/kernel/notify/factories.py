# SPDX-License-Identifier: MulanPSL-2.0
"""Texts for tests."""

import datetime as dt

from linli.base.putting import definition_put
from linli.kernel.notify.models import Definition


def text_define(
    key: str, zh: str, en: str = "", *, title: str = "提醒", place_path: str = ""
) -> Definition:
    """Keep a text as a pack would."""
    row, _ = definition_put(
        Definition,
        kind="text",
        key=key,
        place_path=place_path,
        pack="test",
        version="1",
        starts_on=dt.date(2010, 1, 1),
        ends_on=None,
        clause="practice",
        body={
            "label": {"zh": title, "en": title},
            "clause": "practice",
            "body": {"zh": zh, "en": en},
        },
    )
    return row

# SPDX-License-Identifier: MulanPSL-2.0
"""How a line of the log looks: JSON or plain, with its request or job, and nothing personal.

Our own sentences hold ids and codes and are written as they are, phone and ID numbers masked. Of
others' (Django's, a library's) only what their author wrote is taken, not what was filled in; of an
error its kind and the lines it came through. With debug on, which production refuses, everything.
"""

import json
import logging
from datetime import datetime
from typing import Any

from linli.base.clock import ZONE
from linli.base.trail import way, where, work_now
from linli.kernel.jobs.rules import without_numbers

OURS = "linli."


def logging_settings(*, form: str, is_debug: bool, is_quiet: bool) -> dict[str, Any]:
    """Django's LOGGING; a `quiet` house writes no line for each request."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMS[form], "is_debug": is_debug}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "linli": {"level": "INFO"},
            "linli.access": {"level": "WARNING" if is_quiet else "INFO"},
            "django": {"handlers": [], "level": "WARNING"},  # it would mail and print all it holds
            "django.request": {"level": "ERROR"},  # the line of the request says the rest
        },
    }


class Line(logging.Formatter):
    """Plain lines, for a person at a terminal."""

    def __init__(self, *, is_debug: bool = False) -> None:
        super().__init__()
        self.is_debug = is_debug

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds")
        work = "".join(f" {name}={key}" for name, key in work_now().items())
        error = f": {' < '.join(_broken(record))}" if record.exc_info else ""
        line = f"{at} {record.levelname} {record.name}{work} {self.said(record)}{error}"
        if self.is_debug and record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def said(self, record: logging.LogRecord) -> str:
        """The sentence, without what might be somebody's."""
        if self.is_debug:
            return record.getMessage()
        if record.name.startswith(OURS):
            return without_numbers(record.getMessage())
        place = f"{record.module}:{record.lineno}"
        return f"{record.msg} ({place})" if record.args and isinstance(record.msg, str) else place


class Json(Line):
    """One JSON object a line, for whoever gathers logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": self.said(record),
            **work_now(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            told["error"] = _broken(record)
            if self.is_debug:
                told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


FORMS: dict[str, type[Line]] = {"json": Json, "line": Line}


def _broken(record: logging.LogRecord) -> list[str]:
    """The error and the lines it came through, the innermost first."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return []
    return [where(error), *reversed(way(error.__traceback__)[:-1])]

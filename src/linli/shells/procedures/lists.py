# SPDX-License-Identifier: MulanPSL-2.0
"""What people call the duty lists."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from linli.base.errors import Message

LISTS: Mapping[str, Message] = {
    "basic": gettext_lazy("basic duty"),
    "supporting": gettext_lazy("supporting duty"),
    "reclaimed": gettext_lazy("taken back by those above"),
    "own": gettext_lazy("own duty"),
    "assisting": gettext_lazy("assisting"),
    "negative": gettext_lazy("not for communities"),
}

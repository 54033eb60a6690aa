# SPDX-License-Identifier: MulanPSL-2.0
"""The words of access."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over grants and the abuse list."""

    VIEW = "access.view"
    GRANT = "access.grant"
    BLOCK = "access.block"


class Verb(StrEnum):
    """What the record says about access."""

    GRANT_GIVEN = "access.grant.given"
    GRANT_ENDED = "access.grant.ended"
    SOURCE_BLOCKED = "access.source.blocked"
    SOURCE_UNBLOCKED = "access.source.unblocked"


class Event(StrEnum):
    """What access announces."""

    GRANT_GIVEN = "access.grant_given"
    GRANT_ENDED = "access.grant_ended"


class GrantSource(models.TextChoices):
    """Who gave a grant, and so who may end it."""

    HAND = "hand", _("by hand")
    PACK = "pack", _("by a plan pack")
    RECORD = "record", _("by a post")


class AbuseKind(models.TextChoices):
    """By what a source on the abuse list is known."""

    ACCOUNT = "account", _("account")
    ADDRESS = "address", _("network address")
    PHONE = "phone", _("phone number")


class Where(StrEnum):
    """Where a role must be held, besides a level's key (definitions.md 2.4)."""

    OWN = "own"
    ABOVE = "above"
    ANY = "any"


class Party(StrEnum):
    """Words in `who` that are no roles (definitions.md 2.4)."""

    RESIDENT = "resident"
    ANYONE = "anyone"
    SYSTEM = "system"


PERMISSION_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看授权", "en": "See who holds which role"},
    Perm.GRANT: {"zh": "授予和收回角色", "en": "Give and end roles"},
    Perm.BLOCK: {"zh": "管理滥用名单", "en": "Keep the abuse list"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.GRANT_GIVEN: {"zh": "授予了角色", "en": "gave a role"},
    Verb.GRANT_ENDED: {"zh": "收回了角色", "en": "ended a role"},
    Verb.SOURCE_BLOCKED: {"zh": "把来源加入滥用名单", "en": "put a source on the abuse list"},
    Verb.SOURCE_UNBLOCKED: {"zh": "把来源移出滥用名单", "en": "took a source off the abuse list"},
}

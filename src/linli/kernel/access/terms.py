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
    ISSUE_TOKEN = "access.issue_token"  # noqa: S105 - a permission, not a token
    ASK_OPERATOR = "access.ask_operator"
    APPROVE_OPERATOR = "access.approve_operator"
    VIEW_OPERATOR = "access.view_operator"


class Verb(StrEnum):
    """What the record says about access."""

    GRANT_GIVEN = "access.grant.given"
    GRANT_ENDED = "access.grant.ended"
    GRANT_ASKED = "access.grant.asked"
    GRANT_APPROVED = "access.grant.approved"
    GRANT_DECLINED = "access.grant.declined"
    SOURCE_BLOCKED = "access.source.blocked"
    SOURCE_UNBLOCKED = "access.source.unblocked"
    TOKEN_ISSUED = "access.token.issued"  # noqa: S105 - a verb, not a token
    TOKEN_REVOKED = "access.token.revoked"  # noqa: S105 - a verb, not a token
    OPERATOR_ASKED = "access.operator.asked"
    OPERATOR_STARTED = "access.operator.started"
    OPERATOR_DECLINED = "access.operator.declined"
    OPERATOR_ENDED = "access.operator.ended"
    OPERATOR_PAGE = "access.operator.page_opened"


class Event(StrEnum):
    """What access announces."""

    GRANT_ASKED = "access.grant_asked"
    GRANT_GIVEN = "access.grant_given"
    GRANT_ENDED = "access.grant_ended"
    TOKEN_ISSUED = "access.token_issued"  # noqa: S105 - an event, not a token
    TOKEN_REVOKED = "access.token_revoked"  # noqa: S105 - an event, not a token
    OPERATOR_ASKED = "access.operator_asked"
    OPERATOR_STARTED = "access.operator_started"
    OPERATOR_ENDED = "access.operator_ended"


class GrantSource(models.TextChoices):
    """Who gave a grant, and so who may end it."""

    HAND = "hand", _("by hand")
    PACK = "pack", _("by a plan pack")
    RECORD = "record", _("by a post")
    PARTNER = "partner", _("for a partner's system")


class Administrator(models.TextChoices):
    """The three that are never one person (GB/T 22239 8.1.5): who runs the platform, who says who
    may do what, and who checks both.
    """

    SYSTEM = "system", _("system administrator")
    SECURITY = "security", _("security administrator")
    AUDIT = "audit", _("audit administrator")


class OperatorKind(models.TextChoices):
    """What an operator session is for: looking at what staff see, or mending what is stuck, too."""

    LOOK = "look", _("look")
    REPAIR = "repair", _("look and mend")


class OperatorState(models.TextChoices):
    """How far an operator session is."""

    ASKED = "asked", _("waits for a second person")
    RUNNING = "running", _("runs")
    DECLINED = "declined", _("declined")
    ENDED = "ended", _("ended")


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
    Perm.ISSUE_TOKEN: {
        "zh": "签发和收回接口令牌",
        "en": "Issue and revoke tokens of partner systems",
    },
    Perm.ASK_OPERATOR: {"zh": "申请运维会话", "en": "Ask for operator sessions"},
    Perm.APPROVE_OPERATOR: {"zh": "批准运维会话", "en": "Approve operator sessions"},
    Perm.VIEW_OPERATOR: {"zh": "查看运维会话", "en": "See operator sessions"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.GRANT_GIVEN: {"zh": "授予了角色", "en": "gave a role"},
    Verb.GRANT_ENDED: {"zh": "收回了角色", "en": "ended a role"},
    Verb.GRANT_ASKED: {"zh": "提请授予角色", "en": "asked to give a role"},
    Verb.GRANT_APPROVED: {"zh": "同意授予角色", "en": "approved giving a role"},
    Verb.GRANT_DECLINED: {"zh": "不同意授予角色", "en": "declined giving a role"},
    Verb.SOURCE_BLOCKED: {"zh": "把来源加入滥用名单", "en": "put a source on the abuse list"},
    Verb.SOURCE_UNBLOCKED: {"zh": "把来源移出滥用名单", "en": "took a source off the abuse list"},
    Verb.TOKEN_ISSUED: {"zh": "签发了接口令牌", "en": "issued a token"},
    Verb.TOKEN_REVOKED: {"zh": "收回了接口令牌", "en": "revoked a token"},
    Verb.OPERATOR_ASKED: {"zh": "申请运维会话", "en": "asked for an operator session"},
    Verb.OPERATOR_STARTED: {"zh": "批准了运维会话", "en": "approved an operator session"},
    Verb.OPERATOR_DECLINED: {"zh": "不同意运维会话", "en": "declined an operator session"},
    Verb.OPERATOR_ENDED: {"zh": "结束了运维会话", "en": "ended an operator session"},
    Verb.OPERATOR_PAGE: {"zh": "在运维会话中打开了页面", "en": "opened a page as an operator"},
}

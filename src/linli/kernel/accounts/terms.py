# SPDX-License-Identifier: MulanPSL-2.0
"""The words of accounts."""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over accounts."""

    VIEW = "accounts.view_account"
    MANAGE = "accounts.manage_account"
    OPEN_PARTNER = "accounts.open_partner"


class Verb(StrEnum):
    """What the record says about accounts."""

    ACCOUNT_CREATED = "accounts.account.created"
    PASSWORD_SET = "accounts.password.set"  # noqa: S105 - a verb, not a password
    ACCOUNT_CLOSED = "accounts.account.closed"
    ACCOUNT_REOPENED = "accounts.account.reopened"
    PREFERENCES_SET = "accounts.preferences.set"
    SESSION_OPENED = "accounts.session.opened"
    SESSION_ENDED = "accounts.session.ended"
    FACTOR_ADDED = "accounts.factor.added"
    FACTOR_REMOVED = "accounts.factor.removed"
    FACTORS_CLEARED = "accounts.factors.cleared"
    INVITATION_GIVEN = "accounts.invitation.given"
    ACCOUNT_ERASED = "accounts.account.erased"
    SIGN_ON_BOUND = "accounts.sign_on.bound"
    SIGN_ON_RELEASED = "accounts.sign_on.released"


class Event(StrEnum):
    """What accounts announce."""

    ACCOUNT_CREATED = "accounts.account_created"
    ACCOUNT_CLOSED = "accounts.account_closed"


class Ended(StrEnum):
    """Why somebody is not signed in any more."""

    REST = "rest"
    TIME = "time"
    ELSEWHERE = "elsewhere"


class Language(TextChoices):
    """Languages of the pages; the codes are Django's."""

    ZH = "zh-hans", _("Chinese")
    EN = "en", _("English")


class TextSize(TextChoices):
    """How large the pages are set."""

    NORMAL = "normal", _("Normal size")
    LARGE = "large", _("Large print")


class Theme(TextChoices):
    """Light or dark pages."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.VIEW: {"zh": "查看账号", "en": "See accounts"},
    Perm.MANAGE: {"zh": "开通和停用账号", "en": "Open and close accounts"},
    Perm.OPEN_PARTNER: {"zh": "开通对接系统的账号", "en": "Open accounts of partner systems"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.ACCOUNT_CREATED: {"zh": "开通了账号", "en": "opened an account"},
    Verb.PASSWORD_SET: {"zh": "设置了密码", "en": "set a password"},
    Verb.ACCOUNT_CLOSED: {"zh": "停用了账号", "en": "closed an account"},
    Verb.ACCOUNT_REOPENED: {"zh": "重新启用了账号", "en": "reopened an account"},
    Verb.PREFERENCES_SET: {"zh": "改了显示偏好", "en": "changed how pages look"},
    Verb.SESSION_OPENED: {"zh": "登录了", "en": "logged in"},
    Verb.SESSION_ENDED: {"zh": "退出了其他设备上的登录", "en": "ended log-ins on devices"},
    Verb.FACTOR_ADDED: {"zh": "添加了第二重验证", "en": "added a second factor"},
    Verb.FACTOR_REMOVED: {"zh": "删除了第二重验证", "en": "removed a second factor"},
    Verb.FACTORS_CLEARED: {
        "zh": "清除了别人的第二重验证",
        "en": "cleared somebody's second factors",
    },
    Verb.INVITATION_GIVEN: {
        "zh": "给了设置密码的邀请",
        "en": "gave an invitation to set a password",
    },
    Verb.SIGN_ON_BOUND: {"zh": "绑定了统一身份认证", "en": "bound a single sign-on"},
    Verb.SIGN_ON_RELEASED: {"zh": "解除了统一身份认证", "en": "released a single sign-on"},
    Verb.ACCOUNT_ERASED: {"zh": "依法删除了账号里的个人信息", "en": "lawfully erased an account"},
}

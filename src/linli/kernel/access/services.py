# SPDX-License-Identifier: MulanPSL-2.0
"""Who may do what where: the questions, and giving and ending grants."""

from linli.kernel.access.decisions import (
    Decision,
    holds,
    is_administrator,
    may,
    may_anywhere,
    require,
)
from linli.kernel.access.granting import (
    grant_approve,
    grant_decline,
    grant_end,
    grant_give,
    partner_open,
)
from linli.kernel.access.limits import (
    abuse_add,
    abuse_check,
    abuse_end,
    rate_hit,
)
from linli.kernel.access.operating import (
    operator_approve,
    operator_ask,
    operator_decline,
    operator_end,
    operator_page,
    operator_sessions_end,
)
from linli.kernel.access.persons import PersonKnown, person_resolver
from linli.kernel.access.selectors import accounts_holding, actor_for, actor_then
from linli.kernel.access.tokens import (
    Bearer,
    Issued,
    ScopeMissing,
    TokenRefused,
    scope_require,
    token_issue,
    token_read,
    token_revoke,
)
from linli.kernel.accounts.proof import prove, prove_twice

__all__ = [
    "Bearer",
    "Decision",
    "Issued",
    "PersonKnown",
    "ScopeMissing",
    "TokenRefused",
    "abuse_add",
    "abuse_check",
    "abuse_end",
    "accounts_holding",
    "actor_for",
    "actor_then",
    "grant_approve",
    "grant_decline",
    "grant_end",
    "grant_give",
    "holds",
    "is_administrator",
    "may",
    "may_anywhere",
    "operator_approve",
    "operator_ask",
    "operator_decline",
    "operator_end",
    "operator_page",
    "operator_sessions_end",
    "partner_open",
    "person_resolver",
    "prove",
    "prove_twice",
    "rate_hit",
    "require",
    "scope_require",
    "token_issue",
    "token_read",
    "token_revoke",
]

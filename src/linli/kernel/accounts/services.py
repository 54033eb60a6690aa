# SPDX-License-Identifier: MulanPSL-2.0
"""Opening, closing and changing log-ins."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor, ActorKind
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.kernel.accounts import rules
from linli.kernel.accounts.models import Account, Session, SignOn
from linli.kernel.accounts.terms import Event, Language, Perm, TextSize, Theme, Verb
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import NameKey
from linli.kernel.events import services as events


@transaction.atomic
def account_create(
    *,
    actor: Actor,
    username: str,
    password: str | None = None,
    place_path: str = "",
    language: Language = Language.ZH,
    is_demo: bool = False,
    name_key: NameKey | None = None,
) -> Account:
    """Open a log-in, looked after by the administrators of `place_path`.

    Without a password nobody can log in with one (demo personas, invitations). `name_key` is given
    when the person is known already. Raises Forbidden, Invalid for a name or password that will not
    do, and Conflict for a name that is taken.
    """
    _require(actor, Perm.MANAGE, place_path)
    account = Account(
        name_key=name_key or audit.name_key_new(),
        place_path=place_path,
        language=language,
        is_demo=is_demo,
    )
    return _create(actor, account, username, password)


@transaction.atomic
def partner_create(*, actor: Actor, username: str, place_path: str = "") -> Account:
    """Open an account in whose name only a partner's system acts: nobody logs in with it.

    Raises Forbidden without `accounts.open_partner` there, Invalid and Conflict as
    `account_create`.
    """
    _require(actor, Perm.OPEN_PARTNER, place_path)
    account = Account(name_key=audit.name_key_new(), place_path=place_path)
    return _create(actor, account, username, None)


def _create(actor: Actor, account: Account, username: str, password: str | None) -> Account:
    name = rules.username_of(username)
    if not rules.is_username(name):
        message = _(
            "Use letters and digits, and inside the name also . _ - + @; at most 64 of them."
        )
        raise Invalid(message, code="username_invalid", fields={"username": message})
    account.username, account.created_at = name, clock.now()
    _password_put(account, password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        message = _("This name is taken already. Choose another.")
        raise Conflict(message, code="username_taken", fields={"username": message}) from error
    audit.record(actor, Verb.ACCOUNT_CREATED, on=account, at=account.place_path)
    path = account.place_path
    events.announce(Event.ACCOUNT_CREATED, place_path=path, account_id=account.pk)
    return account


@transaction.atomic
def password_set(*, actor: Actor, account: Account, password: str) -> None:
    """Set a password: one's own, or as an administrator of the account's place.

    Sessions opened with the old one end. Raises Forbidden, and Invalid for a password that is too
    weak or the very one that is set.
    """
    if actor.account_id != account.pk:
        _require(actor, Perm.MANAGE, account.place_path)
    _password_put(account, password)
    account.save(update_fields=["password", "password_set_at"])
    audit.record(actor, Verb.PASSWORD_SET, on=account, at=account.place_path)


@transaction.atomic
def account_close(*, actor: Actor, account: Account, reason: str = "") -> Account:
    """Let nobody log in with this account any more; open sessions end at once.

    Raises Forbidden, Conflict.
    """
    _require(actor, Perm.MANAGE, account.place_path)
    closed = lock(account)
    if not closed.is_active:
        raise Conflict(_("This account is closed already."), code="account_closed")
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    audit.record(actor, Verb.ACCOUNT_CLOSED, on=closed, at=closed.place_path, reason=reason)
    events.announce(Event.ACCOUNT_CLOSED, place_path=closed.place_path, account_id=closed.pk)
    return closed


@transaction.atomic
def account_reopen(*, actor: Actor, account: Account, reason: str = "") -> Account:
    """Let a closed account be used again. Raises Forbidden, Conflict."""
    _require(actor, Perm.MANAGE, account.place_path)
    opened = lock(account)
    if opened.is_active:
        raise Conflict(_("This account is in use already."), code="account_open")
    opened.is_active = True
    opened.save(update_fields=["is_active"])
    audit.record(actor, Verb.ACCOUNT_REOPENED, on=opened, at=opened.place_path, reason=reason)
    return opened


@transaction.atomic
def account_erase(*, actor: Actor, account: Account) -> str:
    """Take from a log-in who it was (a lawful deletion): its name, password, second factors, single
    sign-on and the key of its name in the record, whose digest is returned. Nobody logs in with it
    any more.

    The caller has checked that the actor may.
    """
    kept = lock(account)
    kept.username, kept.is_active = f"erased-{kept.pk}", False
    kept.set_unusable_password()
    kept.save(update_fields=["username", "is_active", "password"])
    Authenticator.objects.filter(user=kept).delete()
    SignOn.objects.filter(account=kept).delete()
    digest = audit.name_key_destroy(actor=actor, key_id=kept.name_key_id)
    audit.record(actor, Verb.ACCOUNT_ERASED, on=kept, at=kept.place_path)
    events.announce(Event.ACCOUNT_CLOSED, place_path=kept.place_path, account_id=kept.pk)
    return digest


@transaction.atomic
def preferences_set(
    *,
    actor: Actor,
    account: Account,
    language: Language | None = None,
    text_size: TextSize | None = None,
    theme: Theme | None = None,
) -> Account:
    """Remember how somebody likes their own pages; what is not given stays. Raises Forbidden."""
    if actor.account_id != account.pk:
        raise Forbidden(_("Everybody chooses for themselves."), code="not_own_account")
    chosen = {"language": language, "text_size": text_size, "theme": theme}
    changed = {name: str(value) for name, value in chosen.items() if value is not None}
    if changed:
        for name, value in changed.items():
            setattr(account, name, value)
        account.save(update_fields=list(changed))
        audit.record(actor, Verb.PREFERENCES_SET, on=account, at=account.place_path, detail=changed)
    return account


def session_record(*, actor: Actor, account: Account) -> None:
    """Write down that somebody logged in; for whatever opens sessions (log-in page, demo door)."""
    audit.record(actor, Verb.SESSION_OPENED, on=account, at=account.place_path)


def factor_record(*, actor: Actor, account: Account, is_added: bool) -> None:
    """Write down that somebody added or removed a second factor; for the pages on which they do."""
    verb = Verb.FACTOR_ADDED if is_added else Verb.FACTOR_REMOVED
    audit.record(actor, verb, on=account, at=account.place_path)


@transaction.atomic
def factors_clear(*, actor: Actor, account: Account, reason: str) -> int:
    """Take all second factors off an account whose holder has lost them, and sign it out.

    By an administrator of the account's place, never for oneself. Raises Forbidden, and Invalid
    without a reason.
    """
    _require(actor, Perm.MANAGE, account.place_path)
    if actor.account_id == account.pk:
        raise Forbidden(_("Somebody else has to do this for you."), code="own_factors")
    if not reason.strip():
        message = _("Say how you made sure who is asking.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    count, _models = Authenticator.objects.filter(user_id=account.pk).delete()
    sessions_end(actor=actor, account=account)
    detail = {"count": count}
    audit.record(
        actor,
        Verb.FACTORS_CLEARED,
        on=account,
        at=account.place_path,
        detail=detail,
        reason=reason.strip(),
    )
    return int(count)


@transaction.atomic
def sessions_end(*, actor: Actor, account: Account, keep: str | None = None) -> int:
    """Sign an account out on all its devices but the one whose session is to be kept; returns how
    many.

    One's own, or as an administrator of the account's place. Raises Forbidden.
    """
    if actor.account_id != account.pk:
        _require(actor, Perm.MANAGE, account.place_path)
    return _sessions_end(actor, account, account.sessions.exclude(session_key=keep))


@transaction.atomic
def session_end(*, actor: Actor, account: Account, session_id: str) -> None:
    """Sign out on one of one's own devices.

    Raises Forbidden, and Conflict if that has ended already.
    """
    if actor.account_id != account.pk:
        raise Forbidden(_("Everybody chooses for themselves."), code="not_own_account")
    rows = account.sessions.all()
    keys = [row.session_key for row in rows if rules.session_id_of(row.session_key) == session_id]
    if not _sessions_end(actor, account, rows.filter(session_key__in=keys)):
        raise Conflict(_("This log-in has ended already."), code="session_ended")


def _sessions_end(actor: Actor, account: Account, rows: QuerySet[Session]) -> int:
    count, _models = rows.delete()
    if count:
        detail = {"count": count}
        audit.record(actor, Verb.SESSION_ENDED, on=account, at=account.place_path, detail=detail)
    return count


def self_actor(account: Account, request_id: str = "") -> Actor:
    """The account acting on itself, before anybody has asked what else it may do."""
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        label=account.username,
        name_key_id=account.name_key_id,
        request_id=request_id,
    )


def _password_put(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as error:
        message = " ".join(error.messages)
        raise Invalid(message, code="password_weak", fields={"password": message}) from error
    account.set_password(password)
    account.password_set_at = timezone.now()


def ensure_manages(actor: Actor, place_path: str) -> None:
    """Make sure that the actor looks after accounts there. Raises Forbidden."""
    _require(actor, Perm.MANAGE, place_path)


def _require(actor: Actor, permission: Perm, place_path: str) -> None:
    # `access` lies above accounts; its question is answered here from what the actor carries.
    if not any(place_path.startswith(path) for path in actor.reach(permission)):
        message = _("You may not look after accounts here.")
        raise Forbidden(message, code="accounts_forbidden")

# SPDX-License-Identifier: MulanPSL-2.0
"""The log-in: how somebody gets in, where they are in, and how they like their pages. No personal
value lives here.
"""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from linli.base.fields import BlindIndexField, EncryptedTextField
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.accounts.rules import STAFF_REST, username_of
from linli.kernel.accounts.terms import Language, TextSize, Theme
from linli.kernel.audit.models import NameKey

if TYPE_CHECKING:
    from linli.kernel.accounts.sessions import SessionStore


SUBJECT_CONTEXT = "accounts.signon.subject"


class AccountQuerySet(ScopedQuerySet["Account"]):
    """Accounts lie at the place that looks after them; those at no place are seen from everywhere
    only.
    """

    scope_path: ClassVar[str] = "place_path"

    def active(self) -> Self:
        """Accounts that may log in."""
        return self.filter(is_active=True)


class AccountManager(BaseUserManager["Account"].from_queryset(AccountQuerySet)):  # type: ignore[misc]
    """Finds accounts by name, whatever the case it is typed in; new ones are made by
    `account_create`.
    """

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of that name, however its letters were typed; raises Account.DoesNotExist."""
        found: Account = self.get(username=username_of(username or ""))
        return found


class Account(AbstractBaseUser):
    """Somebody's log-in. Who they are is `people`, what they may do is `access`.

    `name_key` is the key under which the record keeps their name; `place_path` the place whose
    administrators look after the account ("" for none); `is_demo` marks personas of the demo city;
    `password_set_at` is since when its password holds, by wall time.
    """

    username = models.CharField(max_length=64, unique=True)
    name_key = models.ForeignKey(NameKey, on_delete=models.PROTECT, related_name="+")
    place_path = PathField(blank=True, default="")
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.ZH)
    text_size = models.CharField(max_length=8, choices=TextSize.choices, default=TextSize.NORMAL)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    is_demo = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_username_any_case")
        ]

    def __str__(self) -> str:
        return self.username


class Session(AbstractBaseSession):
    """What a browser's cookie stands for: mostly somebody's log-in on one device.

    It ends at `expire_date`, which moves on whenever somebody is at the page. `device` is a browser
    and a system by name, `address` where it was opened, masked; those of nobody follow a report.
    """

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    device = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    rest_minutes = models.PositiveSmallIntegerField(default=STAFF_REST)

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """What the middleware of sessions asks for."""
        from linli.kernel.accounts.sessions import SessionStore

        return SessionStore


class SignOn(models.Model):
    """By whom the government's single sign-on means an account: the subject under which its
    provider knows somebody, bound once.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="sign_on")
    issuer = models.CharField(max_length=200)
    subject = EncryptedTextField(context=SUBJECT_CONTEXT)
    subject_index = BlindIndexField(of="subject", max_length=64)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject_index"], name="sign_on_subject_once")
        ]

    def __str__(self) -> str:
        return f"sign-on of {self.account_id}"


class Invitation(models.Model):
    """A code with which somebody sets the password of their account, once, within a week.

    Of the code only a digest is kept; whoever opened the account hands it over and never knows the
    password.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="invitation")
    digest = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"invitation of {self.account_id}"

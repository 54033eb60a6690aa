# SPDX-License-Identifier: MulanPSL-2.0
"""Sessions in a table of our own: they know their account, and end when nobody is at the page."""

import datetime as dt
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from linli.base.kept import rows_kept
from linli.kernel.accounts.models import Session
from linli.kernel.accounts.rules import LONGEST, STAFF_REST, session_end
from linli.kernel.accounts.terms import Ended

ABOUT = "linli_session"
"""Under this name a session's data holds what its row tells of it."""

PASSWORD_OLD = "linli_password_old"  # noqa: S105 - a name, not a password
"""Set where somebody came in with a password that has to be changed first."""

OFTEN = dt.timedelta(minutes=1)
"""A session is not noted as seen again within this time."""


@rows_kept
def _session_of(key: str) -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.filter(session_key=key)
    return found


class SessionStore(db.SessionStore):
    """What the middleware of sessions asks for.

    `ended` says why the session that the browser asked for is over, "" if it is not. Wall time: the
    demo clock signs nobody out.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.ended = ""
        self._row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = timezone.now()
        self._row = next(iter(_session_of(str(self.session_key))), None)
        if self._row is not None and self._row.expire_date > now:
            return self._row
        if self._row is not None and self._row.account_id is not None:
            self.ended = Ended.TIME if self._row.opened_at + LONGEST <= now else Ended.REST
        elif self._row is None and self.session_key:
            self.ended = Ended.ELSEWHERE
        self._row = self._session_key = None
        return None

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session: what its data tells of it, and until when it lasts."""
        row = Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
        )
        now = timezone.now()
        about = data.get(ABOUT, {})
        account_id = data.get(SESSION_KEY)
        row.seen_at = now
        row.opened_at = dt.datetime.fromisoformat(about["opened_at"]) if about else now
        row.rest_minutes = about.get("rest_minutes", STAFF_REST)
        row.device, row.address = about.get("device", ""), about.get("address", "")
        if account_id is not None:
            row.account_id = int(account_id)
            row.expire_date = session_end(row.opened_at, now, row.rest_minutes)
        return row

    def begin(self, *, device: str, address: str, rest_minutes: int) -> None:
        """A log-in begins: from where, and how long a page may lie untouched."""
        self[ABOUT] = {
            "opened_at": timezone.now().isoformat(),
            "device": device,
            "address": address,
            "rest_minutes": rest_minutes,
        }
        self.set_expiry(int(LONGEST.total_seconds()))

    def lasts(self, *, touched: bool) -> int:
        """For how many seconds somebody stays signed in if they leave the page now, where this
        request counts as being there or not; 0 for nobody.
        """
        row, now = self._row, timezone.now()
        if row is None or row.account_id is None:
            return 0
        ends_at = row.expire_date
        if touched and now - row.seen_at >= OFTEN:
            ends_at = session_end(row.opened_at, now, row.rest_minutes)
        return max(0, int((ends_at - now).total_seconds()))

    def touch(self) -> None:
        """Somebody is at the page: the log-in lasts on; noted once a minute."""
        row, now = self._row, timezone.now()
        if row is None or row.account_id is None or now - row.seen_at < OFTEN:
            return
        row.seen_at = now
        row.expire_date = session_end(row.opened_at, now, row.rest_minutes)
        rows = Session.objects.filter(session_key=row.session_key)
        rows.update(seen_at=row.seen_at, expire_date=row.expire_date)


def sessions_aged(until: dt.datetime) -> QuerySet[Session]:
    """Sessions whose time was over before a moment."""
    return Session.objects.filter(expire_date__lt=until)

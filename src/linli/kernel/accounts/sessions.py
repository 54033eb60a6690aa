# SPDX-License-Identifier: MulanPSL-2.0
"""Sessions in the database, as Django's own, looked up with a statement that is made once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from linli.base.kept import rows_kept


@rows_kept
def _session_of(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


class SessionStore(db.SessionStore):
    """What the middleware of sessions asks for."""

    def _get_session_from_db(self) -> Session | None:
        for found in _session_of(str(self.session_key)):
            if found.expire_date > timezone.now():
                return found
        self._session_key = None
        return None

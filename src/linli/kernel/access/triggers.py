# SPDX-License-Identifier: MulanPSL-2.0
"""The trigger by which nobody is two of the three administrators at one time, for both databases.

A grant that was there before is left alone as long as it is not made to last longer.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "access_grant"
NAME = "access_one_administrator"
_MESSAGE = "one account is one administrator"
_HOLDS = "NEW.administrator <> '' AND (NEW.ends_on IS NULL OR NEW.ends_on >= NEW.starts_on)"
_OTHER = f"""EXISTS (
    SELECT 1 FROM {TABLE} other
    WHERE other.account_id = NEW.account_id
      AND other.administrator NOT IN ('', NEW.administrator)
      AND (other.ends_on IS NULL OR other.ends_on >= other.starts_on)
      AND (other.ends_on IS NULL OR other.ends_on >= NEW.starts_on)
      AND (NEW.ends_on IS NULL OR other.starts_on <= NEW.ends_on)
)"""  # noqa: S608 - no outside value
_WIDER = """(
    NEW.account_id <> OLD.account_id
    OR NEW.administrator <> OLD.administrator
    OR NEW.starts_on < OLD.starts_on
    OR (OLD.ends_on IS NOT NULL AND (NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on))
)"""
_EVENTS = {f"{NAME}_given": ("INSERT", "TRUE"), f"{NAME}_changed": ("UPDATE", _WIDER)}


def install(database: BaseDatabaseWrapper) -> None:
    """Refuse from now on what would make one account two administrators."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                # Two grants at once wait for one another here.
                " PERFORM 1 FROM accounts_account WHERE id = NEW.account_id FOR UPDATE;"
                f" IF {_OTHER} THEN"
                f" RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'; END IF;"
                " RETURN NEW; END $$"
            )
            for name, (event, when) in _EVENTS.items():
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW"
                    f" WHEN ({_HOLDS} AND {when}) EXECUTE FUNCTION {NAME}()"
                )
            return
        for name, (event, when) in _EVENTS.items():
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE}"
                f" WHEN {_HOLDS} AND {when} AND {_OTHER}"
                f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )


def remove(database: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for the way back of a migration."""
    with database.cursor() as cursor:
        for name in _EVENTS:
            on = f" ON {TABLE}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if database.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")

# SPDX-License-Identifier: MulanPSL-2.0
"""The words of the record."""

from enum import StrEnum


class Perm(StrEnum):
    """Permissions over the record."""

    VIEW = "audit.view_record"
    DROP = "audit.drop_record"


class Verb(StrEnum):
    """What the record says about itself."""

    NAME_KEY_DESTROYED = "audit.name_key.destroyed"
    MONTH_EXPORTED = "audit.month.exported"
    MONTH_DROPPED = "audit.month.dropped"

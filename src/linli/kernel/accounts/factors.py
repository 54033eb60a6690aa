# SPDX-License-Identifier: MulanPSL-2.0
"""The secrets of second factors: they lie encrypted in django-allauth's table, and are made anew
with the other keys.
"""

import json
from typing import Any

from django.db import models

from linli.base import crypto
from linli.base.fields import Keyed

CONTEXT = "mfa.authenticator.secret"


def secret_seal(text: str) -> str:
    """A secret as it lies in the table."""
    return crypto.encrypt(text, context=CONTEXT)


def secret_open(sealed: str) -> str:
    """A secret as it is used. Raises Undecryptable."""
    return crypto.decrypt(sealed, context=CONTEXT)


class SecretsInside(Keyed):
    """The column of allauth in which secrets stand among other things."""

    mark = '"{key}.'
    is_inside = True

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The same data, its secrets under the newest key."""
        del pk, beside
        data = json.loads(stored)
        fresh = {
            name: secret_seal(secret_open(value)) if _is_secret(value) else value
            for name, value in data.items()
        }
        return models.Value(fresh, models.JSONField())


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and crypto.is_encrypted(value)

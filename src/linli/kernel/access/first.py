# SPDX-License-Identifier: MulanPSL-2.0
"""The first administrators of a city: nobody is there yet who could give them their roles."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Invalid
from linli.kernel.access.granting import grant_give
from linli.kernel.access.models import Grant
from linli.kernel.access.selectors import roles_in_force
from linli.kernel.access.terms import Administrator
from linli.kernel.accounts.inviting import invitation_give
from linli.kernel.accounts.services import account_create
from linli.kernel.places.models import Place

BOTH = 2


@transaction.atomic
def administrators_begin(
    place: Place, names: Mapping[Administrator, Sequence[str]]
) -> dict[str, str]:
    """Open an account for each, two for security, with its role at a place; returns the invitations
    by log-in name.

    Raises Conflict where an administrator is there already, Invalid where a role is missing or one
    security administrator would be alone: nobody could ever say yes to a sensitive role.
    """
    if Grant.objects.below(place.path).exclude(administrator="").exists():
        message = _("There are administrators here already; they open the next accounts.")
        raise Conflict(message, code="administrators_there")
    if len(names[Administrator.SECURITY]) < BOTH:
        message = _("Name two for security: a sensitive role takes the yes of both.")
        raise Invalid(message, code="security_alone")
    codes = {}
    for sort, people in names.items():
        role = _role_of(sort, place)
        for name in people:
            account = account_create(actor=SYSTEM, username=name, place_path=place.path)
            grant_give(actor=SYSTEM, account=account, role=role, place=place)
            codes[account.username] = invitation_give(actor=SYSTEM, account=account)
    return codes


def _role_of(sort: Administrator, place: Place) -> str:
    for row in roles_in_force(place.path, place.level):
        if row.body.get("administrator") == sort:
            return str(row.key)
    message = _("No role makes a %(administrator)s at a place of this level: load the base pack.")
    raise Invalid(message % {"administrator": sort.label}, code="no_role")

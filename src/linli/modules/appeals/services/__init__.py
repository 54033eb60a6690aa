# SPDX-License-Identifier: MulanPSL-2.0
"""What can be done with appeals and cases."""

from linli.modules.appeals.services.erasing import contacts_erase
from linli.modules.appeals.services.filing import Draft, appeal_file, sending_count
from linli.modules.appeals.services.handling import (
    MAY_URGE,
    addition_count,
    appeal_correct,
    appeal_photos_add,
    appeal_rate,
    appeal_urge,
    appeal_withdraw,
    case_move,
    case_urge,
    reporter_open,
)
from linli.modules.appeals.services.showing import (
    photo_cover,
    photo_hide,
    photo_show,
    photos_agree,
)
from linli.modules.appeals.terms import FILES_OWNER

__all__ = [
    "FILES_OWNER",
    "MAY_URGE",
    "Draft",
    "addition_count",
    "appeal_correct",
    "appeal_file",
    "appeal_photos_add",
    "appeal_rate",
    "appeal_urge",
    "appeal_withdraw",
    "case_move",
    "case_urge",
    "contacts_erase",
    "photo_cover",
    "photo_hide",
    "photo_show",
    "photos_agree",
    "reporter_open",
    "sending_count",
]

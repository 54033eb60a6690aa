# SPDX-License-Identifier: MulanPSL-2.0
"""The house's own notice: what the platform itself does, until a city publishes its own."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"

TEXT = format_lazy(
    "{}\n\n{}\n\n{}\n\n{}\n\n{}\n\n{}",
    _(
        "Only for this matter\nYour name and telephone serve to work on it, to call you "
        "back and to tell you the outcome; nothing else."
    ),
    _(
        "Who sees them\nYour community and the unit that works on it, masked until "
        "somebody states a purpose. Each look is on record, and you can see who looked."
    ),
    _(
        "If you wish to stay unnamed\nThe unit it is about never sees who you are, and "
        "neither do your neighbors."
    ),
    _(
        "How they are kept\nEncrypted. The place a photo was taken at is removed from "
        "the photo. A photo is shown to the public only if you agree to it, with faces "
        "and plates covered."
    ),
    _("Under 14\nA parent or guardian has to agree first."),
    _(
        "To see, correct or delete\nOn the page My data, or by a call to your community. "
        "You get an answer within 15 working days."
    ),
)

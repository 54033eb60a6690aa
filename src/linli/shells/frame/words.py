# SPDX-License-Identifier: MulanPSL-2.0
"""The sentences that scripts say; they travel with the page, in the reader's language."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "photos_most": _("At most {most} photos; the rest was left out."),
    "photo_number": _("Photo {number}"),
    "photo_drop": _("Take photo {number} away"),
    "photos_count": _("{count} photos"),
    "draft_restored": _("What you wrote last time is still here."),
    "draft_drop": _("Start anew"),
    "offline": _("No signal. What you fill in stays on this phone."),
    "outbox_kept": _("Kept on this phone"),
    "outbox_kept_more": _("It goes out by itself when there is a signal. You may close this page."),
    "outbox_sign_in": _("Kept on this phone; please sign in again"),
    "outbox_home": _("Go on"),
    "outbox_refused": _("It was not taken. Please look at it again."),
    "outbox_waiting": _("{count} kept on this phone, going out when there is a signal"),
    "outbox_wait_sign_in": _("{count} kept on this phone, going out after you sign in"),
    "outbox_others": _("{count} on this phone were written by another account"),
    "outbox_some_refused": _("{count} were not taken; please mend them"),
    "outbox_look": _("Have a look"),
    "outbox_sign_in_link": _("Sign in"),
    "parcel_of_other": _("Written by another account"),
    "parcel_other_sign_in": _("It goes out when its writer signs in on this phone."),
    "parcel_waits": _("Waiting for a signal"),
    "parcel_tried": _("Tried {count} times, trying again"),
    "parcel_mend": _("Mend and send"),
    "parcel_drop": _("Throw away"),
    "parcel_drop_sure": _("Throw this away? It has not been sent and cannot be brought back."),
    "map_in": _("Closer"),
    "map_out": _("Farther"),
    "map_pick": _("Map. Tap the place, or move with the arrow keys and press Enter at the middle."),
    "map_locate": _("Where I am"),
    "map_cases": _("Cases here:"),
    "map_late": _("of them late:"),
    "map_locate_failed": _(
        "The phone does not tell where it is. Tap the map or choose from the list."
    ),
    "map_name_later": _("The point is set; its name comes when there is a signal."),
    "stale": _("This page has been open too long and no longer follows what happens."),
    "stale_reload": _("Reload this page"),
    "busy": _("{names} has this open too. Agree with each other before you act."),
}

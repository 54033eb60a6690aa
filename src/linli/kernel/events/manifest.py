# SPDX-License-Identifier: MulanPSL-2.0
"""What the outbox declares; a plain mapping, for `Manifest` lies above this part."""

MANIFEST = {
    "name": "events",
    "label": {"zh": "事件", "en": "Events"},
    "needs": ("jobs",),
    "jobs": ("linli.kernel.events.jobs",),
}

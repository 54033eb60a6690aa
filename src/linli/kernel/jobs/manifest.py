# SPDX-License-Identifier: MulanPSL-2.0
"""What background work declares; a plain mapping, for `Manifest` lies above this part."""

MANIFEST = {
    "name": "jobs",
    "label": {"zh": "后台作业", "en": "Background work"},
    "jobs": ("linli.kernel.jobs.jobs",),
    "commands": {"worker": "linli.kernel.jobs.commands.worker"},
}

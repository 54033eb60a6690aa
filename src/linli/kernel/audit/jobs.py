# SPDX-License-Identifier: MulanPSL-2.0
"""Work in the background."""

from linli.kernel.audit.sealing import seal_all
from linli.kernel.jobs.services import job


@job(name="audit.seal", every="1 minute")
def seal() -> None:
    """Seal what was written since the last time."""
    seal_all()

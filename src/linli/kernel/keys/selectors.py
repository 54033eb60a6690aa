# SPDX-License-Identifier: MulanPSL-2.0
"""How the rotation of keys is going."""

from dataclasses import dataclass

from linli.base import crypto
from linli.base.crypto import Purpose
from linli.kernel.keys.carriers import carried, carriers
from linli.kernel.keys.models import Renewal


@dataclass(frozen=True, slots=True)
class Progress:
    """How many columns are renewed of how many, how many rows were, and how many no key opens."""

    done: int
    columns: int
    renewed: int
    stuck: int

    @property
    def is_done(self) -> bool:
        """Whether everything carries the newest keys."""
        return self.done == self.columns


def progress() -> Progress:
    """How far the renewal has come, from what the job has noted: one short question."""
    ring = crypto.ring()
    wanted = {
        each.name: ring.newest(each.purpose).id for each in carriers() if each.field.can_renew
    }
    kept = [row for row in Renewal.objects.all() if wanted.get(row.name) == row.key_id]
    done = sum(row.done_at is not None for row in kept)
    return Progress(
        done, len(wanted), sum(row.renewed for row in kept), sum(row.stuck for row in kept)
    )


def carried_by_keys() -> dict[str, dict[str, int]]:
    """For each key, by its id, how many rows of which column carry it: reads every row."""
    ring = crypto.ring()
    return {key.id: carried(key.id, purpose) for purpose in Purpose for key in ring.keys(purpose)}

# SPDX-License-Identifier: MulanPSL-2.0
"""What registers do by themselves."""

from linli.base.actor import SYSTEM
from linli.engines.registers.services.reminding import records_remind
from linli.engines.registers.services.slots import words_fill
from linli.engines.registers.terms import WORDS_JOB
from linli.kernel.jobs.services import enqueue, job


@job(name=WORDS_JOB)
def words(*, register: str, after: int) -> None:
    """Give records of before the words of fields by which they are found from now on, some hundreds
    at a time; a restart goes on where it was.
    """
    last = words_fill(register=register, after=after)
    if last is not None:
        enqueue(WORDS_JOB, register=register, after=last)


@job(name="registers.remind", every="1 day")
def remind() -> None:
    """Tell those who keep registers what runs out soon."""
    records_remind(actor=SYSTEM)

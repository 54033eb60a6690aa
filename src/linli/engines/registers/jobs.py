# SPDX-License-Identifier: MulanPSL-2.0
"""What registers do by themselves."""

from linli.base.actor import SYSTEM
from linli.engines.registers.services.reminding import records_remind
from linli.engines.registers.services.slots import words_fill
from linli.engines.registers.services.uploading import import_run, imports_forget
from linli.engines.registers.terms import IMPORT_JOB, WORDS_JOB
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


@job(name=IMPORT_JOB)
def run_import(*, import_id: int) -> None:
    """Check a list or take it in; one that broke off goes on behind the last row that was kept."""
    import_run(import_id=import_id)


@job(name="registers.imports_forget", every="1 day")
def forget_imports() -> None:
    """Take away the files of lists that nobody went on with."""
    imports_forget(actor=SYSTEM)

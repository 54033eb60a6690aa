# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: a town with 10,000 appeals in 90 days is made in under two minutes on two cores.

Run: .venv/bin/python benchmarks/city_make.py [SIZE] (in a data folder of its own, thrown away by
you; under `LINLI_DATABASE_URL` if that is set)
"""

import datetime as dt
import json
import os
import platform
import resource
import sys
import tempfile
import time

os.environ.setdefault("LINLI_MODE", "demo")
os.environ.setdefault("LINLI_DATA", tempfile.mkdtemp(prefix="linli-benchmark-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")

PACK, SEED = "leshan", 7
UNTIL = dt.datetime(2026, 11, 20, 16, 40, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def main() -> None:
    """Print the seconds on the wall and on the processors, and what was made."""
    from linli.config import ready

    ready.keys()
    ready.django()
    ready.database()
    from django.db import connection

    from linli.demo.making import Wish, city_make
    from linli.demo.parts import parts_for
    from linli.demo.sizes import SIZES
    from linli.kernel.audit.models import AuditRecord

    size = SIZES[sys.argv[1] if len(sys.argv) > 1 else "town"]
    wish = Wish(PACK, size, SEED, UNTIL, in_memory=True)
    load, began = os.getloadavg()[0], time.perf_counter()
    made = city_make(wish=wish, progress=lambda text: print(text, file=sys.stderr))
    took = time.perf_counter() - began
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        json.dumps(
            {
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "load_before": round(load, 1),
                "database": connection.vendor,
                "size": size.key,
                "processes": parts_for(size.appeals),
                "seconds": round(took, 1),
                "processor_seconds": [
                    round(each.ru_utime + each.ru_stime, 1) for each in (own, others)
                ],
                "most_memory_mb": [each.ru_maxrss // 1024 for each in (own, others)],
                "appeals": made.counts["appeals"],
                "records": AuditRecord.objects.count(),
            }
        )
    )


if __name__ == "__main__":
    main()

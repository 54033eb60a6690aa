# SPDX-License-Identifier: MulanPSL-2.0
"""Claim: a point finds its deepest place in memory, fast enough for every report.

Run: .venv/bin/python benchmarks/place_lookup.py (in a data folder of its own, thrown away by you)
"""

import json
import os
import platform
import random
import tempfile
import time

os.environ.setdefault("LINLI_MODE", "demo")
os.environ.setdefault("LINLI_DATA", tempfile.mkdtemp(prefix="linli-benchmark-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")

POINTS = 20_000


def main() -> None:
    """Print lookups a second, one by one and in bulk."""
    from linli.config import ready

    ready.keys()
    ready.django()
    ready.database()
    from linli.kernel.places import selectors
    from linli.kernel.places.factories import city_tree

    tree = city_tree("511100", "样例市", lon=103.0, lat=29.0)
    chance = random.Random(7)
    west, south = 103.0, 29.0
    points = [(west + chance.random(), south + chance.random()) for _ in range(POINTS)]
    selectors.places_at(points[:10])
    began = time.perf_counter()
    found = selectors.places_at(points)
    bulk = time.perf_counter() - began
    began = time.perf_counter()
    for point in points[:500]:
        selectors.place_at(*point)
    single = time.perf_counter() - began
    print(
        json.dumps(
            {
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "top": tree.city.code,
                "inside": sum(place is not None for place in found),
                "bulk_per_second": round(POINTS / bulk),
                "single_per_second": round(500 / single),
            }
        )
    )


if __name__ == "__main__":
    main()

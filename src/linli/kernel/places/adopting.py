# SPDX-License-Identifier: MulanPSL-2.0
"""Places that an import put too high for want of a parent, hung where they belong once it is
here.
"""

from typing import Any

from django.db import connection

from linli.base import clock
from linli.kernel.places import rules
from linli.kernel.places.models import Place
from linli.kernel.places.standing import CHUNK, Standing, chunks, standing_by_code


def loose_adopt() -> int:
    """Hang places that stand too high for want of a parent below what has come since; returns how
    many.
    """
    waiting = list(Place.objects.filter(is_loose=True).values_list("code", "path", "parent__code"))
    parents = {code: rules.parent_codes(code) for code, _path, _parent in waiting}
    standing = standing_by_code({above for codes in parents.values() for above in codes})
    moves: dict[str, str] = {}
    for code, _old, parent in waiting:
        nearest = next((above for above in parents[code] if above in standing), None)
        if nearest is not None and nearest != parent:
            moves[code] = nearest
    if moves:
        _move(moves, {code: old for code, old, _parent in waiting}, standing, parents)
    return len(moves)


def _move(
    moves: dict[str, str],
    paths: dict[str, str],
    standing: dict[str, Standing],
    parents: dict[str, list[str]],
) -> None:
    now = clock.now()
    new_paths: dict[str, str] = {}

    def path_of(code: str) -> str:
        if code not in moves:
            return standing[code].path if code in standing else paths[code]
        if code not in new_paths:
            new_paths[code] = rules.path_of(path_of(moves[code]), code)
        return new_paths[code]

    changes: list[tuple[Any, ...]] = []
    for chunk in chunks(list(moves), CHUNK // 9):
        below = Place.objects.below(*(paths[code] for code in chunk))
        for pk, path in below.values_list("pk", "path"):
            codes = rules.codes_of(path)
            at = max(index for index, code in enumerate(codes) if code in moves)
            rest = "".join(f"{code}/" for code in codes[at + 1 :])
            changes.append((path_of(codes[at]) + rest, now, pk))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE places_place SET path = %s, updated_at = %s WHERE id = %s", changes
        )
        cursor.executemany(
            "UPDATE places_place SET parent_id = %s, is_loose = %s WHERE code = %s",
            [
                (standing[above].pk, above != parents[code][0], code)
                for code, above in moves.items()
            ],
        )

# SPDX-License-Identifier: MulanPSL-2.0
"""Lists that a part lets its people take out as a file, through the one exporter (kernel/files)."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from linli.base.actor import Actor
from linli.kernel.sockets.manifest import Label


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export; one that shows something of a person names the permission with which
    that is `opened_by`.

    It is left out unless it is asked for, and masked unless it is asked for in plain.
    """

    key: str
    label: Label
    opened_by: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it shows something of a person."""
        return bool(self.opened_by)


Columns = Callable[[Actor, str], tuple[ExportColumn, ...]]
Count = Callable[[Actor, str], int]
Said = Callable[[Actor, str], str]
Rows = Callable[[Actor, str, Collection[str], str], Iterator[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class ExportSource:
    """A list as an export takes it: for an actor and a query, the filters as they stand in the
    address of its page.

    `permission` is what its page needs; `count` says how many rows there are, `said` what the
    filters are in words; `rows` gives them by column key, read from the database a stretch at a
    time and each visible to the actor. Rows take the columns that are wanted, and a purpose: with
    one they open what is personal as far as the actor may, and write that down; with "" everything
    personal is masked. `columns` may depend on what is asked for.
    """

    label: Label
    permission: str
    columns: tuple[ExportColumn, ...] | Columns
    count: Count
    said: Said
    rows: Rows

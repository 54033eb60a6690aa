# SPDX-License-Identifier: MulanPSL-2.0
"""Reading within one's own places: the path column, its prefix lookup and `visible_to`."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.lookups import In, Lookup

from linli.base.actor import Actor

_Model = TypeVar("_Model", bound=models.Model)

PATH_LENGTH = 255

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
    _Lookup = Lookup[str]
else:
    _CharField = models.CharField
    _Lookup = Lookup


class PathField(_CharField):
    """A place path: the codes from the top place down, each followed by "/"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", PATH_LENGTH)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Migrations say whether it has an index: here that is not the rule of other fields."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "db_index": bool(self.__dict__["db_index"])}


@PathField.register_lookup
class Under(_Lookup):
    """`path__under=prefix`: the place itself or any place below it, through an index on both
    databases.

    SQLite's LIKE does not use an index for a bound pattern, and PostgreSQL's ordering ignores "/"
    in most locales; so one compares a range and the other matches a pattern.
    """

    lookup_name = "under"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The condition for this database; an empty prefix holds every place."""
        left, left_params = self.process_lhs(compiler, connection)
        prefix = str(self.rhs)
        if not prefix:
            return "1=1", ()
        if connection.vendor == "postgresql":
            escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return f"{left} LIKE %s", (*left_params, f"{escaped}%")
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return f"({left} >= %s AND {left} < %s)", (*left_params, prefix, *left_params, after)


@models.Field.register_lookup
class Among(In):
    """`pk__among=rows`: like `in`, for a condition that stands beside others with `OR`.

    PostgreSQL reads the few rows first and keeps to the index of each side; for `in` it would go
    through the whole table.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """How the rows are compared with on this database."""
        if connection.vendor == "postgresql" and not self.rhs_is_direct_value():
            return f"= ANY(ARRAY{rhs})"
        return str(super().get_rhs_op(connection, rhs))


@models.CharField.register_lookup
class NoneOf(_Lookup):
    """`workflow__none_of=keys`: other than some keys of the house, as the stretches between them.

    An index finds what is less or more than a word, not what is unlike it. The keys stand in the
    statement itself, so that a plan that is made once knows how few rows are left.
    """

    lookup_name = "none_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The condition. Raises ValueError for what is no key."""
        column, params = self.process_lhs(compiler, connection)
        keys = sorted(set(self.rhs))
        if not keys:
            return "1=1", ()
        if not all(_KEY.fullmatch(key) for key in keys):
            raise ValueError("only keys of definitions can be left out so")
        first, last = f"{column} < '{keys[0]}'", f"{column} > '{keys[-1]}'"
        between = [f"({column} > '{a}' AND {column} < '{b}')" for a, b in pairwise(keys)]
        found = [first, *between, last]
        return f"({' OR '.join(found)})", (*params,) * (2 * len(keys))


_KEY = re.compile(r"[a-z][a-z0-9_]*")


class ScopedQuerySet(models.QuerySet[_Model]):
    """A queryset whose rows lie at places; every read for somebody begins with `visible_to`."""

    scope_path: ClassVar[str] = "place__path"

    def below(self, *paths: str) -> Self:
        """Rows at one of these places or below it; no path means no row."""
        where = models.Q(pk__in=[])
        for path in paths:
            where |= models.Q(**{f"{self.scope_path}__under": path})
        return self.filter(where)

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Rows at places where the actor holds the permission."""
        if actor.is_system:
            return self.all()
        return self.below(*actor.reach(permission))


def lock(instance: _Model) -> _Model:
    """Read a row again and hold it until the transaction ends; on SQLite the transaction itself
    holds it.
    """
    manager = type(instance)._base_manager
    return manager.select_for_update().get(pk=instance.pk)

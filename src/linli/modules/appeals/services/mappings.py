# SPDX-License-Identifier: MulanPSL-2.0
"""Saved column mappings: which column of a list is what, which label which class, which name which
place.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from linli.base.errors import Invalid
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place

FOLDER = Path(__file__).parents[1] / "mappings"
NAME = re.compile(r"[a-z0-9_]{1,40}")
NEEDED = ("what",)

Heads = Annotated[list[str], Field(min_length=1)]


class Columns(BaseModel):
    """The heads that each field's column may have; only `what` has to be there."""

    model_config = ConfigDict(extra="forbid")
    what: Heads
    title: Heads = []
    number: Heads = []
    filed_at: Heads = []
    closed_at: Heads = []
    contact_name: Heads = []
    contact_phone: Heads = []
    label: Heads = []
    place: Heads = []
    spot: Heads = []
    lon: Heads = []
    lat: Heads = []


class MappingFile(BaseModel):
    """A mapping as it is written in TOML.

    `classes` maps a label to the classes it may mean (the words of a row decide among them);
    `places` maps
    a name in the text ("#" stands for digits) to a place: its code, its names from the top down
    ("临江区/榕荫街道"), or "community:3", the third community of the city. `dates` says how
    3/4/2020 is read.
    """

    model_config = ConfigDict(extra="forbid")
    label: dict[str, str]
    help: dict[str, str] = {}
    columns: Columns
    classes: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    place: str = ""
    dates: Literal["ymd", "mdy", "dmy"] = "ymd"


@dataclass(frozen=True)
class Saved:
    """A mapping by its name."""

    name: str
    spec: MappingFile

    @property
    def heads(self) -> dict[str, list[str]]:
        """The heads of each field that the mapping knows."""
        return {name: heads for name, heads in self.spec.columns.model_dump().items() if heads}


def mapping_names() -> list[str]:
    """The mappings that come with the platform."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def mapping_read(name_or_file: str) -> Saved:
    """A mapping by its name, or from a TOML file.

    Raises Invalid for one that is not there or says what no mapping says.
    """
    path = FOLDER / f"{name_or_file}.toml" if NAME.fullmatch(name_or_file) else Path(name_or_file)
    if not path.is_file():
        message = _("There is no mapping “%(name)s”. Saved ones: %(names)s; or give a TOML file.")
        said = {"name": name_or_file, "names": ", ".join(mapping_names())}
        raise Invalid(message % said, code="mapping_unknown")
    try:
        spec = MappingFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("%(file)s is no TOML: %(why)s") % {"file": path.name, "why": error}
        raise Invalid(message, code="mapping_broken") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = {"file": path.name, "where": where, "why": first["msg"]}
        message = _("%(file)s, %(where)s: %(why)s") % said
        raise Invalid(message, code="mapping_broken") from error
    return Saved(path.stem, spec)


@dataclass
class Places:
    """The places that a mapping names, looked up once; `unknown` are those that are not here.

    All of them lie below `within`: a list of one city puts nothing into another.
    """

    names: dict[re.Pattern[str], Place] = field(default_factory=dict)
    exact: dict[str, Place | None] = field(default_factory=dict)
    default: Place | None = None
    unknown: list[str] = field(default_factory=list)
    within: str = ""

    def named(self, said: str) -> Place | None:
        """The place of a place column: by the table, else by its code."""
        if said not in self.exact:
            self.exact[said] = self.found_in(said) or _by_code(said, self.within)
        return self.exact[said]

    def found_in(self, *texts: str) -> Place | None:
        """The place whose name stands in the first text that names one; of several the longest
        name.
        """
        for text in texts:
            hits = [
                (len(hit[0]), -hit.start(), place)
                for pattern, place in self.names.items()
                if (hit := pattern.search(text)) is not None
            ]
            if hits:
                return max(hits, key=lambda each: each[:2])[2]
        return None


def places_of(saved: Saved, default: Place | None) -> Places:
    """Look up the places of a mapping; `default` is where everything goes that names none.

    Raises:
        Invalid: several cities stand here and nobody said which one the list is of.
    """
    found = Places(default=default, within=_city_of(saved, default))
    if default is None and saved.spec.place:
        found.default = _place(saved.spec.place, found)
    for name, where in saved.spec.places.items():
        place = _place(where, found)
        if place is not None:
            found.exact[name] = place
            found.names[_pattern(name)] = place
    return found


def _city_of(saved: Saved, default: Place | None) -> str:
    """The path of the city that a list is of: the place's, the mapping's, or the only one here."""
    of_mapping = places.place_by_code(saved.spec.place) if saved.spec.place else None
    told = default or of_mapping
    if told is not None:
        return f"{told.codes[0]}/"
    cities = [place.path for place in places.place_choices()]
    if len(cities) > 1:
        message = _("Several cities stand here. Say with --place which one the list is of.")
        raise Invalid(message, code="city_unsaid", fields={"place": message})
    return "".join(cities)


def _pattern(name: str) -> re.Pattern[str]:
    """A name to be found in a text: "B#县" finds B7县; a digit before or after is another name."""
    inside = "[0-9]+".join(re.escape(part) for part in name.split("#"))
    return re.compile(rf"(?<![A-Za-z0-9]){inside}")


def _place(where: str, found: Places) -> Place | None:
    level, colon, number = where.partition(":")
    if colon and number.isdigit():
        place = _nth(level, int(number), found.within)
    elif "/" in where:
        place = _by_names(where.split("/"), found.within)
    else:
        place = _by_code(where, found.within)
    if place is None:
        found.unknown.append(where)
    return place


def _by_code(code: str, within: str) -> Place | None:
    place = places.place_by_code(code)
    return place if place is not None and place.is_under(within) else None


def _nth(level: str, number: int, within: str) -> Place | None:
    """The place of that number among all of its level, from the start again after the last."""
    rows = list(places.subtree(within, level).values_list("pk", flat=True))
    if not rows:
        return None
    chosen = rows[(number - 1) % len(rows)]
    return places.subtree(within, level).filter(pk=chosen).first()


def _by_names(names: list[str], within: str) -> Place | None:
    rows = places.subtree(within).filter(name=names[-1].strip())
    for place in rows:
        line = [each.name for each in places.chain(place)]
        if line[-len(names) :] == [name.strip() for name in names]:
            return place
    return None

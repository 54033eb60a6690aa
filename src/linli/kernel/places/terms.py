# SPDX-License-Identifier: MulanPSL-2.0
"""The words of places."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over places."""

    VIEW = "places.view"
    EDIT = "places.edit"


class Verb(StrEnum):
    """What the record says about places."""

    PLACE_ADDED = "places.place.added"
    PLACE_CHANGED = "places.place.changed"
    PLACE_ENDED = "places.place.ended"
    BOUNDARY_CHANGED = "places.boundary.changed"
    PLACES_IMPORTED = "places.places.imported"
    PLACE_RENAMED = "places.place.renamed"
    PLACE_MOVED = "places.place.moved"
    PLACE_RECODED = "places.place.recoded"
    PLACE_CLASSIFIED = "places.place.classified"
    PLACES_MERGED = "places.places.merged"
    PLACE_SPLIT = "places.place.split"


class Event(StrEnum):
    """What places announce."""

    PLACE_ADDED = "places.place_added"
    PLACE_CHANGED = "places.place_changed"
    PLACE_ENDED = "places.place_ended"
    BOUNDARY_CHANGED = "places.boundary_changed"
    PLACES_IMPORTED = "places.places_imported"
    PLACE_MOVED = "places.place_moved"


class Level(StrEnum):
    """Level keys that code must know: the five with statistical codes, and two treated apart."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    COMPOUND = "compound"
    DWELLING = "dwelling"


class Shape(models.TextChoices):
    """What sort of file an import was given."""

    WITH_PARENTS = "divisions_with_parents", _("divisions, with parent codes")
    WITH_COLUMNS = "divisions_with_codes_above", _("divisions, with codes of the places above")
    CODES_ONLY = "divisions", _("divisions, codes only")
    BOUNDARIES = "boundaries", _("boundaries")


class Crs(StrEnum):
    """The coordinates a file is written in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


PERMISSION_LABELS: dict[str, dict[str, str]] = {
    Perm.VIEW: {"zh": "查看区划和网格", "en": "See places"},
    Perm.EDIT: {"zh": "管理区划和网格", "en": "Keep places and boundaries"},
}

VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.PLACE_ADDED: {"zh": "新增了区划或网格", "en": "added a place"},
    Verb.PLACE_CHANGED: {"zh": "修改了区划或网格信息", "en": "changed a place"},
    Verb.PLACE_ENDED: {"zh": "撤销了区划或网格", "en": "ended a place"},
    Verb.BOUNDARY_CHANGED: {"zh": "调整了边界", "en": "changed a boundary"},
    Verb.PLACES_IMPORTED: {"zh": "导入了区划数据", "en": "imported places"},
    Verb.PLACE_RENAMED: {"zh": "给区划或网格改了名", "en": "renamed a place"},
    Verb.PLACE_MOVED: {"zh": "改了区划或网格的隶属", "en": "moved a place"},
    Verb.PLACE_RECODED: {"zh": "改了区划代码", "en": "gave a place another code"},
    Verb.PLACE_CLASSIFIED: {"zh": "改了区划的类别", "en": "changed what a place counts as"},
    Verb.PLACES_MERGED: {"zh": "合并了区划或网格", "en": "merged places"},
    Verb.PLACE_SPLIT: {"zh": "拆分了区划或网格", "en": "split a place"},
}

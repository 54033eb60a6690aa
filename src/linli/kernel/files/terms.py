# SPDX-License-Identifier: MulanPSL-2.0
"""The words of files."""

from collections.abc import Mapping
from enum import StrEnum


class Verb(StrEnum):
    """What the record says about files."""

    FILE_STORED = "files.file.stored"
    FILE_COVERED = "files.file.covered"
    FILE_DROPPED = "files.file.dropped"


class Variant(StrEnum):
    """How large a picture is asked for."""

    FULL = "full"
    THUMBNAIL = "thumbnail"


VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.FILE_STORED: {"zh": "添加了照片或文件", "en": "added a photo or paper"},
    Verb.FILE_COVERED: {"zh": "遮盖了照片", "en": "covered parts of a photo"},
    Verb.FILE_DROPPED: {"zh": "删去了照片或文件", "en": "dropped a photo or paper"},
}

# SPDX-License-Identifier: MulanPSL-2.0
"""A pack's files as a zip archive or a folder, out and back without loss.

An archive comes from outside: nothing of it is unpacked to disk, and its size is counted while it
is read, not believed.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from linli.base.errors import Conflict, Invalid
from linli.kernel.packs.phrases import said
from linli.kernel.packs.reading import READ, Unreadable, text_of

MOST_FILES = 500
MOST_BYTES = 5_000_000
LONGEST_NAME = 200
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What a damaged archive, one of a sort that is not known, or a locked one ends with."""
DEEPEST = 4
STAMP = (1980, 1, 1, 0, 0, 0)
"""The day of every file in an archive, so that the same pack gives the same archive."""


def archive_written(files: Mapping[str, str], pack: str) -> bytes:
    """A zip archive of a pack's files, in a folder of its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{pack}/{file}", STAMP), text.encode())
    return out.getvalue()


def archive_read(content: bytes, pack: str) -> dict[str, str]:
    """The files of a pack in an archive, whether they lie in a folder or not.

    Raises Invalid for what is no archive, is too large, names files outside or is no text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = dict(_members(archive))
    except UNREADABLE as error:
        raise Invalid(_("This is no zip archive that can be read."), code="no_archive") from error
    top = _top(files)
    inside = {name[len(top) :]: text for name, text in files.items()}
    if "pack.toml" not in inside:
        message = _("The archive holds no pack.toml. Pack the folder of %(pack)s itself.")
        raise Invalid(message % {"pack": pack}, code="no_pack_file")
    return inside


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    infos = [info for info in archive.infolist() if not _is_of_no_use(info)]
    if len(infos) > MOST_FILES:
        message = _("The archive holds more than %(most)d files.") % {"most": MOST_FILES}
        raise Invalid(message, code="archive_large")
    left = MOST_BYTES
    seen: set[str] = set()
    for info in infos:
        name = _name(info)
        if name in seen:
            message = _("%(file)s is in the archive twice.") % {"file": name}
            raise Invalid(message, code="archive_twice")
        seen.add(name)
        with archive.open(info) as member:
            data = member.read(left + 1)
        left -= len(data)
        if left < 0:
            message = _("Unpacked, the archive is larger than %(most)d MB.")
            raise Invalid(message % {"most": MOST_BYTES // 1_000_000}, code="archive_large")
        yield name, _text(name, data)


def _is_of_no_use(info: zipfile.ZipInfo) -> bool:
    """A folder, or what a Mac puts beside each file."""
    return info.is_dir() or info.filename.startswith("__MACOSX/") or "/._" in info.filename


def _name(info: zipfile.ZipInfo) -> str:
    """The path of a member. Raises Invalid where it leads outside, or to what is no pack file."""
    name = info.filename.replace("\\", "/")
    path = PurePosixPath(name)
    is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
    is_odd = path.is_absolute() or ".." in path.parts or ":" in name or is_link
    if is_odd or len(path.parts) > DEEPEST or len(name) > LONGEST_NAME or not name.isprintable():
        message = _("%(file)s cannot be taken: it leads out of the folder of the pack.")
        raise Invalid(message % {"file": name[:LONGEST_NAME]}, code="archive_name")
    if not name.endswith(READ):
        message = _("%(file)s does not belong to a pack: it holds .toml and .csv files only.")
        raise Invalid(message % {"file": name[:LONGEST_NAME]}, code="archive_name")
    return path.as_posix()


def _text(name: str, data: bytes) -> str:
    try:
        text_of(data)
    except Unreadable as error:
        message = f"{name}: {said(str(error))}"
        raise Invalid(message, code="no_text", fields={"archive": message}) from None
    return data.decode("utf-8")


def _top(files: Mapping[str, str]) -> str:
    """The one folder in which everything lies, "" where there is none."""
    firsts = {name.partition("/")[0] for name in files}
    is_inside = len(firsts) == 1 and all("/" in name for name in files)
    return f"{firsts.pop()}/" if is_inside else ""


def folder_write(files: Mapping[str, str], folder: Path) -> None:
    """Write a pack's files into a folder that is not there yet or is empty.

    Raises Conflict for a folder in which something lies.
    """
    if folder.exists() and any(folder.iterdir()):
        message = _("%(folder)s is not empty; nothing was written.") % {"folder": folder}
        raise Conflict(message, code="folder_in_use")
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

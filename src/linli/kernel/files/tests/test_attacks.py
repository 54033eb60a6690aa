# SPDX-License-Identifier: MulanPSL-2.0
"""Files that are made to do harm: two sorts at once, bombs, programs, viruses."""

import io
import socketserver
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.files import papers, rules, scanning, services, storage
from linli.kernel.files.models import StoredFile
from linli.kernel.files.pictures import picture_clean
from linli.kernel.files.terms import Variant
from linli.kernel.files.tests import samples
from linli.kernel.sockets import registry

pytestmark = pytest.mark.django_db

KIND = "test.thing"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for a virus, and nothing else does; in two pieces for theirs."""


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LINLI_DATA = tmp_path
    monkeypatch.setitem(registry._all.file_guards, KIND, lambda actor, _key: actor.is_system)


def store(data: bytes) -> StoredFile:
    """Keep an upload."""
    return services.file_store(
        actor=SYSTEM, upload=io.BytesIO(data), owner_kind=KIND, owner_key="1"
    )


def kept_of(stored: StoredFile) -> list[bytes]:
    """What lies on the disk of it."""
    read = (services.file_read(actor=SYSTEM, key=stored.key, variant=each) for each in Variant)
    return [served.path.read_bytes() for served in read]


def refused(data: bytes) -> str:
    """The code with which an upload is refused; nothing of it is kept."""
    with pytest.raises(Invalid) as refusal:
        store(data)
    assert "upload" in refusal.value.fields
    assert not StoredFile.objects.exists()
    assert not [path for path in storage.folder().rglob("*") if path.is_file()]
    return refusal.value.code


def archive() -> bytes:
    """A zip archive with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("index.html", samples.HTML)
    return out.getvalue()


def png_with(name: bytes, body: bytes) -> bytes:
    """A PNG with one chunk more, before the picture itself."""
    whole = samples.picture("PNG")
    return whole[:33] + samples.chunk(name, body) + whole[33:]


SCRIPT = b"*/=1;alert(document.cookie);/*"
TWO_SORTS = {
    "archive behind a photo": samples.picture() + archive(),
    "page behind a photo": samples.picture() + samples.HTML,
    "script in a comment": samples.picture(comment=SCRIPT),
    "page in a text of a PNG": png_with(b"tEXt", b"Comment\0" + samples.HTML),
    "archive in a chunk of a PNG": png_with(b"prVt", archive()),
    "page in the profile": samples.picture("WEBP", icc_profile=samples.HTML),
    "page in the description": samples.picture("WEBP", xmp=samples.HTML),
}


@pytest.mark.parametrize("data", TWO_SORTS.values(), ids=TWO_SORTS)
def test_of_a_photo_that_is_something_else_too_the_picture_alone_is_kept(data: bytes) -> None:
    for kept in kept_of(store(data)):
        assert not any(word in kept for word in (b"<script", b"alert(", b"PK\x03\x04", b"PK\x05"))
        assert not zipfile.is_zipfile(io.BytesIO(kept))
        assert kept.endswith(b"\xff\xd9")
        with Image.open(io.BytesIO(kept)) as image:
            assert image.format == "JPEG"


def canvas(width: int, height: int) -> bytes:
    """A WebP of some bytes that claims a large canvas."""
    body = b"\x02\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = b"WEBPVP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(head)) + head


def scans(count: int) -> bytes:
    """A progressive JPEG in which one small scan is repeated."""
    whole = samples.picture(size=(64, 64), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


BOMBS = {
    "a PNG of 900 million pixels": (samples.bomb(), "file_broken"),
    "a WebP of 268 million pixels": (canvas(16_383, 16_383), "file_pixels"),
    "a text of 500 MB in a PNG": (
        png_with(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 500_000_000, 1)),
        "file_broken",
    ),
    "a JPEG of 2,000 scans": (scans(2_000), "file_scans"),
}


@pytest.mark.parametrize(("data", "code"), BOMBS.values(), ids=BOMBS)
def test_a_small_file_that_unpacks_to_a_large_one_is_refused(data: bytes, code: str) -> None:
    assert len(data) < rules.LARGEST
    assert refused(data) == code


def test_a_photo_in_several_scans_is_an_ordinary_photo() -> None:
    assert store(scans(3)).width == 64


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_many_frames_the_first_is_kept_and_no_other_is_read(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [Image.new("RGB", (40, 30), (number % 256, 0, 200)) for number in range(300)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], lossless=True)
    with Image.open(io.BytesIO(out.getvalue())) as image:
        assert getattr(image, "n_frames", 1) == 300
        monkeypatch.setattr(type(image), "seek", _not_further)
    picture, _small = picture_clean(out.getvalue())
    with Image.open(io.BytesIO(picture.data)) as image:
        red, _green, _blue = image.getpixel((20, 15))  # type: ignore[misc]
    assert red < 8


def _not_further(_image: Any, frame: int) -> None:
    assert frame == 0


def paper(*objects: bytes, packed: bytes = b"") -> bytes:
    """A PDF with those objects, and some more in an object stream."""
    stream = zlib.compress(packed)
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(stream)
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, one) for number, one in enumerate(objects, 9))
    inside = b"8 0 obj" + head + b"stream\n" + stream + b"\nendstream endobj\n" if packed else b""
    return b"%PDF-1.7\n" + body + inside + b"trailer<</Root 9 0 R>>\n%%EOF\n"


PAGE = b"<</Type/Page/Parent 2 0 R>>"
PAPERS = {
    "an archive behind it": (samples.PDF + archive(), "file_two_sorts"),
    "a program": (paper(b"<</S/JavaScript/JS(app.alert(1))>>"), "file_runs"),
    "a program with a name written otherwise": (paper(b"<</S/#4aavaScript>>"), "file_runs"),
    "a program in an object stream": (paper(packed=b"<</S/Launch/F(cmd.exe)>>"), "file_runs"),
    "a file inside": (paper(b"<</Type/EmbeddedFile>>"), "file_runs"),
    "a password": (paper(b"<</Encrypt 12 0 R>>"), "file_locked"),
    "201 pages": (paper(*[PAGE] * 201), "file_pages"),
    "201 pages in an object stream": (paper(packed=PAGE * 201), "file_pages"),
    "60 MB in an object stream": (paper(packed=b" " * 60_000_000), "file_unpacks"),
}


@pytest.mark.parametrize(("data", "code"), PAPERS.values(), ids=PAPERS)
def test_a_paper_that_is_more_than_a_paper_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_paper_with_pages_pictures_and_fonts_is_kept() -> None:
    noise = b"<</Length 3000>>stream\n" + b"/JS /Launch /Type/Page " * 100 + b"\nendstream"
    pages = [PAGE] * papers.MOST_PAGES
    data = paper(*pages[1:], b"<</Type/Pages/Count 200>>", noise, packed=PAGE)
    assert store(data).content_type == storage.PDF


@dataclass
class Scanner:
    """A scanner that speaks as clamd does; `says` stands for what it would find out itself."""

    says: bytes = b""
    is_silent: bool = False
    seen: list[bytes] = field(default_factory=list)


def _handler(scanner: Scanner) -> type[socketserver.StreamRequestHandler]:
    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack("!I", self.rfile.read(4))[0]:
                data += self.rfile.read(size)
            scanner.seen.append(data)
            found = b"stream: Eicar-Test-Signature FOUND" if EICAR in data else b"stream: OK"
            if not scanner.is_silent:
                self.wfile.write((scanner.says or found) + b"\0")

    return Line


@pytest.fixture(params=["tcp", "unix"])
def scanner(
    request: pytest.FixtureRequest, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scanner]:
    """A real server on a port, and on a socket."""
    known = Scanner()
    where: Any = ("127.0.0.1", 0)
    made: type[socketserver.BaseServer] = socketserver.ThreadingTCPServer
    if request.param == "unix":
        where = str(tmp_path_factory.mktemp("clamd") / "clamd.ctl")
        made = socketserver.ThreadingUnixStreamServer
    with made(where, _handler(known)) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        at: Any = server.server_address
        settings.LINLI_CLAMAV = at if isinstance(at, str) else f"127.0.0.1:{at[1]}"
        yield known
        server.shutdown()


class TestScanner:
    def test_it_sees_the_whole_upload_and_what_it_passes_is_kept(self, scanner: Scanner) -> None:
        data = samples.picture("PNG", size=(900, 700)) + bytes(range(256)) * 1000
        assert store(data).width == 900
        assert scanner.seen == [data]

    @pytest.mark.parametrize("around", [samples.picture(), samples.PDF], ids=["photo", "paper"])
    def test_what_it_finds_is_refused(
        self, scanner: Scanner, around: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert refused(around + EICAR) == "file_virus"
        assert "Eicar-Test-Signature" in caplog.text

    @pytest.mark.parametrize("says", [b"INSTREAM size limit exceeded. ERROR", b"nonsense"])
    def test_what_it_does_not_answer_for_is_refused(self, scanner: Scanner, says: bytes) -> None:
        scanner.says = says
        assert refused(samples.picture()) == "file_unchecked"

    def test_a_line_that_is_cut_is_no_answer(self, scanner: Scanner) -> None:
        scanner.is_silent = True
        assert refused(samples.picture()) == "file_unchecked"

    def test_nobody_there_is_no_answer(self, settings: Settings, tmp_path: Path) -> None:
        for nowhere in (str(tmp_path / "none.ctl"), "127.0.0.1:9"):
            settings.LINLI_CLAMAV = nowhere
            assert refused(samples.picture()) == "file_unchecked"

    def test_one_that_hangs_is_left(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scanning, "PATIENCE", 0.2)
        with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as deaf:
            settings.LINLI_CLAMAV = f"127.0.0.1:{deaf.server_address[1]}"
            assert refused(samples.picture()) == "file_unchecked"

    def test_without_one_nothing_is_asked(self, settings: Settings) -> None:
        settings.LINLI_CLAMAV = ""
        assert store(samples.picture()).width == 60

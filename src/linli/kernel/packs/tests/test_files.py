# SPDX-License-Identifier: MulanPSL-2.0
"""Files of a pack out and back: nothing is lost, and nothing comes in that should not."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import translation

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Invalid
from linli.kernel.packs import services
from linli.kernel.packs.archive import MOST_BYTES, archive_read, archive_written, folder_write
from linli.kernel.packs.commands import packs as commands
from linli.kernel.packs.drafts import draft_view, load_files
from linli.kernel.packs.factories import willow_files
from linli.kernel.packs.joining import Crossed, joined
from linli.kernel.packs.models import PackLoad
from linli.kernel.packs.reading import folder_files
from linli.kernel.packs.selectors import load_newest
from linli.kernel.packs.tables import row_drop, row_put
from linli.kernel.packs.values import Unchangeable, value_drop, value_put

TABLE = 'id,zh,clause\r\na,"甲, 一",practice\r\n\r\nb,乙,practice\r\n'


def zipped(**files: bytes) -> bytes:
    """An archive of these files ("pack__toml" stands for pack.toml)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("pack", ["base", "leshan", "shangqiu"])
def test_a_loaded_pack_comes_out_byte_for_byte(pack: str, tmp_path: Path) -> None:
    folder = Path(settings.LINLI_PACKS) / pack
    report = services.pack_load(actor=SYSTEM, folder=folder)
    answer = CliRunner().invoke(commands, ["export", pack, str(tmp_path / "out")])
    assert answer.exit_code == 0, answer.output
    assert folder_files(tmp_path / "out") == folder_files(folder)
    again = CliRunner().invoke(commands, ["export", pack, str(tmp_path / "out")])
    assert again.exit_code == 1
    files = load_files(PackLoad.objects.get(pack=pack, version=report.version))
    assert files is not None
    assert archive_read(archive_written(files, pack), pack) == files


def test_a_version_without_files_is_said_kindly(city: SimpleNamespace, tmp_path: Path) -> None:
    PackLoad.objects.filter(pack=city.pack).update(files={})
    answer = CliRunner().invoke(commands, ["export", city.pack, str(tmp_path / "out")])
    assert (answer.exit_code, "no files were kept" in answer.stderr) == (1, True)
    with translation.override("en"), pytest.raises(Invalid, match="before files were kept"):
        services.draft_open(actor=city.writer, pack=city.pack, title="x")


def test_an_archive_becomes_a_draft_that_changes_nothing_by_itself(city: SimpleNamespace) -> None:
    files = willow_files() | {
        "days.csv": "date,day,zh,en,clause\n2026-03-10,off,市庆,,practice x\n"
    }
    draft = services.draft_open(
        actor=city.writer,
        pack=city.pack,
        title="放假",
        archive=archive_written(files, city.pack),
    )
    view = draft_view(draft)
    assert (view.files, view.problems) == (files, [])
    assert [(change.name, change.was) for change in view.changes] == [("day:2026-03-10", None)]
    newest = load_newest(city.pack)
    assert newest is not None
    assert newest.version == city.version


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (('place  = "519900"', 'place  = "110000"'), 'bound to "110000"'),
        (("[pack.willow]", "[pack.other]"), "calls itself"),
        (('base   = "pack:base"\n', ""), "stands on the common base"),
    ],
)
def test_an_archive_of_another_city_is_a_problem(
    city: SimpleNamespace, change: tuple[str, str], text: str
) -> None:
    files = willow_files()
    files["pack.toml"] = files["pack.toml"].replace(*change)
    draft = services.draft_open(
        actor=city.writer, pack=city.pack, title="x", archive=archive_written(files, "x")
    )
    assert any(text in problem.text for problem in draft_view(draft).problems)


def test_a_draft_names_no_place_of_another_city(city: SimpleNamespace) -> None:
    from linli.kernel.places.factories import city_tree

    there = city_tree("529900", "云海市", lon=110.0)
    table = "code,part_of,zh,en,level,kind,tags,clause\n519900,,柳荫市,,city,,,practice x\n"
    table += f"{there.district.code},519900,别人的区,,district,,,practice x\n"
    files = willow_files() | {"places.csv": table}
    draft = services.draft_open(
        actor=city.writer, pack=city.pack, title="x", archive=archive_written(files, "x")
    )
    outside = [p for p in draft_view(draft).problems if "outside the place" in p.text]
    assert [(problem.file, problem.line) for problem in outside] == [("places.csv", 3)]


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.toml", b"#" * (MOST_BYTES + 1))
    return out.getvalue()


def _damaged(at: int, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of which some bytes are others, from a place in its one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("pack.toml", b"# a line of a pack\n" * 40)
    whole = bytearray(out.getvalue())
    begin = 30 + len("pack.toml") + at
    whole[begin : begin + 6] = b"\xff" * 6
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no zip at all", "no_archive"),
        (zipped(readme__toml=b""), "no_pack_file"),
        (zipped(**{"../pack__toml": b""}), "archive_name"),
        (zipped(**{"/etc/pack__toml": b""}), "archive_name"),
        (zipped(pack__toml=b"", run__py=b"print()"), "archive_name"),
        (zipped(pack__toml="[pack.柳]".encode("gb18030") * 3), "no_text"),
        (zipped(**{f"{n}__toml": b"" for n in range(501)}), "archive_large"),
        (_bomb(), "archive_large"),
        (_damaged(0), "no_archive"),
        (_damaged(6, zipfile.ZIP_BZIP2), "no_archive"),
        (_damaged(9, zipfile.ZIP_LZMA), "no_archive"),
        (zipped(inner__zip=zipped(pack__toml=b"")), "archive_name"),
    ],
    ids=[
        *("no zip", "no pack", "above", "absolute", "code", "gbk", "many", "bomb"),
        *("deflated badly", "bzip2 badly", "lzma badly", "archive inside"),
    ],
)
def test_an_archive_that_cannot_be_taken_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        archive_read(content, "willow")
    assert refusal.value.code == code


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Conflict):
        folder_write({"pack.toml": ""}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_row_changes_and_all_other_bytes_stay() -> None:
    assert row_put(TABLE, "class", "b", {"zh": "丙", "clause": "practice"}) == TABLE.replace(
        "b,乙", "b,丙"
    )
    assert row_put(TABLE, "class", "a", {"zh": "甲, 一", "clause": "practice"}) == TABLE
    assert row_put(TABLE, "class", "c", {"zh": "x\ny"}) == TABLE + "c,x y,\r\n"
    assert row_drop(TABLE, "class", "a") == "id,zh,clause\r\n\r\nb,乙,practice\r\n"
    assert row_drop(TABLE, "class", "nobody") == TABLE
    assert row_put("\ufeff" + TABLE, "class", "c", {"zh": "x"}).startswith("\ufeffid,")


def test_a_new_column_is_empty_in_every_other_row() -> None:
    assert row_put(
        TABLE, "class", "b", {"zh": "乙", "clause": "practice", "from": "2026-01-01"}
    ) == ('id,zh,clause,from\r\na,"甲, 一",practice,\r\n\r\nb,乙,practice,2026-01-01\r\n')


def test_a_value_that_cannot_be_changed_is_refused_and_not_guessed() -> None:
    with pytest.raises(Unchangeable):
        value_put("[role.x]\nat = ['a']\n", "role", "x", ("at", "zh"), "y")
    with pytest.raises(Unchangeable):
        value_drop("[role.x]\n", "role", "x", ("label",))
    with pytest.raises(Unchangeable):
        value_put("[role.x\n", "role", "x", ("label",), "y")


def test_rows_of_two_sides_go_together_and_the_same_row_does_not() -> None:
    old = willow_files()
    ours = old | {"duties.csv": row_drop(old["duties.csv"], "duty", "noise")}
    ours["roles.toml"] = value_put(
        old["roles.toml"], "role", "grid_worker", ("label", "en"), "Steward"
    )
    theirs = old | {"duties.csv": row_put(old["duties.csv"], "duty", "well_lids", {"lead": "x"})}
    theirs["roles.toml"] = old["roles.toml"] + '\n[role.other]\nlabel = {zh = "别的"}\n'
    both = joined(old, ours, theirs)
    assert "noise" not in both["duties.csv"]
    assert "well_lids,,,,x" in both["duties.csv"]
    assert 'en = "Steward"' in both["roles.toml"]
    assert "[role.other]" in both["roles.toml"]
    crossing = old | {"duties.csv": row_put(old["duties.csv"], "duty", "noise", {"lead": "y"})}
    with pytest.raises(Crossed) as crossed:
        joined(old, ours, crossing)
    assert crossed.value.names == ["duty:noise"]
    assert joined(old, ours, old) == ours
    assert joined(old, old, theirs) == theirs

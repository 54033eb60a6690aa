# SPDX-License-Identifier: MulanPSL-2.0
"""Reading packs from disk."""

from pathlib import Path

from linli.kernel.packs.reading import line_of, pack_read


def written(folder: Path, **files: str) -> Path:
    """A pack folder with these files ("pack__toml" stands for pack.toml)."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return folder


def test_toml_and_tables_become_entries_with_their_lines(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        pack__toml='# note\n[pack.tiny]\nfrom = 2026-01-01\n\n[source]\nplan = {issuer = "x"}\n',
        duties__csv="id,class,lead,clause\nnoise,class:noise,unit:police,practice\n",
    )
    entries = {entry.name: entry for entry in pack_read(folder).entries}
    assert entries["pack:tiny"].line == 2
    assert entries["source:plan"].line == 6
    assert entries["duty:noise"].line == 2
    assert entries["duty:noise"].body["lead"] == "unit:police"


def test_empty_cells_are_left_out(tmp_path: Path) -> None:
    folder = written(tmp_path, duties__csv="id,class,lead,clause\na,,unit:police,practice\n")
    assert "class" not in pack_read(folder).entries[0].body


def test_a_definition_written_twice_is_a_problem(tmp_path: Path) -> None:
    folder = written(tmp_path, a__toml='[text.x]\nclause="a"\n', b__toml='[text.x]\nclause="b"\n')
    problems = pack_read(folder).problems
    assert [problem.file for problem in problems] == ["b.toml"]
    assert "a.toml:1" in problems[0].message


def test_what_cannot_be_read_names_file_and_line(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        broken__toml="[pack.x]\nfrom = = 1\n",
        duties__csv="id,class\nnoise,class:noise,surplus\n",
        unknown__csv="id\n1\n",
    )
    problems = {problem.file: problem for problem in pack_read(folder).problems}
    assert set(problems) == {"broken.toml", "duties.csv", "unknown.csv"}
    assert problems["broken.toml"].line == 2
    assert problems["duties.csv"].line == 2


def test_a_file_that_is_not_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_bytes(b"\xff\xfe\x00[pack]")
    assert [problem.file for problem in pack_read(tmp_path).problems] == ["pack.toml"]


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    folder = written(tmp_path, pack__toml="[pack.x]\nfrom = 2026-01-01\n")
    before = pack_read(folder).version
    assert pack_read(folder).version == before
    written(folder, pack__toml="[pack.x]\nfrom = 2026-01-02\n")
    assert pack_read(folder).version != before
    assert len(before) == 8


def test_the_line_of_an_inner_key_is_found() -> None:
    text = "[workflow.a]\nnumber = 'A'\n[workflow.a.steps.first]\nwho = ['x']\nlimmit = '1 day'\n"
    assert line_of(text, "workflow", "a", ("steps", "first", "limmit")) == 5

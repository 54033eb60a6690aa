# SPDX-License-Identifier: MulanPSL-2.0
"""Everything that is wrong with a pack, at once, with file and line, in both languages."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import translation

from linli.base.actor import SYSTEM
from linli.config.testing.source import sources
from linli.kernel.packs.checking import pack_check
from linli.kernel.packs.commands import packs as commands
from linli.kernel.packs.factories import pack_write, willow_files
from linli.kernel.packs.phrases import found
from linli.kernel.packs.reading import Problem, version_of
from linli.kernel.packs.services import pack_load

FLOW = """[workflow.talk]
label = {zh = "谈话", en = "Talk"}
clause = "practice 试点"
at = ["level:community"]
who = ["community_clerk"]
number = "TH"
[workflow.talk.steps.begun]
label = {zh = "开始", en = "Begun"}
who = ["community_clerk"]
limit = "1 working_day"
[workflow.talk.steps.begun.moves]
finish = {label = {zh = "办完", en = "Done"}, to = "closed"}
[workflow.talk.steps.closed]
label = {zh = "结束", en = "Closed"}
end = "done"
"""


@pytest.fixture
def folder(packs_folder: Path) -> Path:
    """The small pack beside a base."""
    return pack_write(packs_folder / "willow", willow_files())


def problems_of(folder: Path) -> list[Problem]:
    """What is wrong with a pack."""
    return pack_check(folder).problems


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change one place of a file."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def flow(folder: Path, old: str = "", new: str = "") -> list[tuple[int, str]]:
    """What is wrong with a procedure after one change: lines and sentences."""
    assert old in FLOW
    (folder / "workflows").mkdir()
    (folder / "workflows/talk.toml").write_text(FLOW.replace(old, new) if old else FLOW, "utf-8")
    return [(problem.line, problem.message) for problem in problems_of(folder)]


def test_the_small_pack_holds_together(folder: Path) -> None:
    assert problems_of(folder) == []
    assert flow(folder) == []


def test_forty_errors_are_said_at_once_with_file_and_line_in_both_languages(
    folder: Path,
) -> None:
    lines = (folder / "duties.csv").read_text("utf-8").splitlines()
    lines += [f"a{n},class:noise,,basic,unit:polise,,practice 目录" for n in range(12)]
    lines += [f"b{n},class:noise,,basics,unit:police,,practice 目录" for n in range(10)]
    lines += [f"c{n},class:noise,,basic" for n in range(5)]
    (folder / "duties.csv").write_text("\n".join(lines) + "\n", "utf-8")
    rows = [f"n{n},noise,新类,New,workflow:appeal,normal,0 hours,,,practice x," for n in range(10)]
    with (folder / "classes.csv").open("a", encoding="utf-8") as table:
        table.write("\n".join(rows) + "\n")
    (folder / "more.toml").write_text(
        "".join(f'[text.t{n}]\nlabel = {{zh = "通知"}}\n' for n in range(3)), "utf-8"
    )
    problems = problems_of(folder)
    by_file = [problem.file for problem in problems]
    # each text lacks its clause and its body
    assert [by_file.count(f) for f in ("duties.csv", "classes.csv", "more.toml")] == [27, 10, 6]
    assert {p.line for p in problems if p.file == "duties.csv"} == set(range(4, 31))
    assert {p.line for p in problems if p.file == "classes.csv"} == set(range(3, 13))
    for language, word in (("en", "did you mean"), ("zh", "是不是想写")):
        answer = CliRunner().invoke(commands, ["check", str(folder), "--language", language])
        assert answer.exit_code == 1
        said = [line for line in answer.stderr.splitlines() if line.strip()]
        assert len(said) == len(problems) >= 40
        assert sum(word in line for line in said) == 12
        assert all(re.match(r"[\w/.]+:\d+   \S", line) for line in said)
    with translation.override("zh-hans"):
        assert all(re.search(r"[一-鿿]", problem.told) for problem in problems)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pack_that_is_not_there_is_called_so_and_those_there_are_are_named(language: str) -> None:
    asked = ["check", "nosuch", "--json", "--language", language]
    answer = CliRunner().invoke(commands, asked)
    assert answer.exit_code == 1
    assert "nosuch" in answer.stderr
    assert all(known in answer.stderr for known in ("base", "binhai", "leshan"))
    assert ("There is no pack" if language == "en" else "没有") in answer.stderr
    (problem,) = json.loads(answer.stdout)
    assert problem["file"] == "nosuch"


@pytest.mark.django_db
def test_a_name_that_nothing_has_ends_with_an_error_and_what_was_done_is_told_as_json(
    tmp_path: Path,
) -> None:
    pack_load(actor=SYSTEM, folder=Path(settings.LINLI_PACKS) / "base")
    for asked in (
        ["load", "nosuch"],
        ["show", "workflow:appeal", "--city", "nosuch"],
        ["migrate", "workflow:nosuch"],
        ["migrate", "workflow:appeal", "--pack", "nosuch"],
        ["migrate", "workflow:appeal", "--map", "nosuch"],
    ):
        answer = CliRunner().invoke(commands, asked)
        assert answer.exit_code in {1, 2}, asked
        assert "nosuch" in answer.stderr, asked
    told = {}
    for words in (
        ["show", "workflow:appeal"],
        ["export", "base", str(tmp_path / "out")],
        ["migrate", "workflow:appeal"],
    ):
        answer = CliRunner().invoke(commands, [*words, "--json"])
        assert answer.exit_code == 0, answer.output
        told[words[0]] = json.loads(answer.stdout)
    assert told["show"]["body"]["number"] == "SQ"
    assert "pack.toml" in told["export"]["files"]
    assert told["migrate"] == {"workflow": "appeal", "moved": 0}


def test_a_table_in_gbk_says_how_to_save_it(folder: Path) -> None:
    text = (folder / "duties.csv").read_text("utf-8")
    (folder / "duties.csv").write_bytes(text.encode("gb18030"))
    (problem,) = problems_of(folder)
    assert (problem.file, problem.line) == ("duties.csv", 1)
    with translation.override("zh-hans"):
        assert problem.told.startswith("这个文件是 GBK 编码；请打开后另存为")


def test_columns_go_by_name_wherever_they_stand(folder: Path) -> None:
    before = pack_check(folder)
    rows = [line.split(",") for line in (folder / "classes.csv").read_text("utf-8").splitlines()]
    turned = [",".join([*cells[1:], cells[0]]) for cells in rows]
    (folder / "classes.csv").write_text("\n".join(turned) + "\n", "utf-8")
    after = pack_check(folder)
    assert after.problems == []
    assert after.bodies["class:noise"] == before.bodies["class:noise"]


def test_a_missing_an_unknown_and_a_doubled_heading_are_named_once(folder: Path) -> None:
    edit(folder, "duties.csv", "lead,support,clause", "leed,support,clause")
    said = {(problem.line, problem.text) for problem in problems_of(folder)}
    assert said == {
        (1, 'the heading "lead" is missing'),
        (1, '"leed" is no heading here (did you mean "lead"?)'),
    }
    edit(folder, "duties.csv", "leed,support,clause", "lead,clause,clause")
    (problem,) = problems_of(folder)
    assert problem.text == 'the heading "clause" stands twice'


def test_a_state_nobody_can_leave_is_said(folder: Path) -> None:
    text = FLOW.replace('finish = {label = {zh = "办完", en = "Done"}, to = "closed"}\n', "")
    text += '[workflow.talk.steps.waiting]\nlabel = {zh = "等"}\nwho = ["community_clerk"]\n'
    text += '[workflow.talk.steps.waiting.moves]\nagain = {label = {zh = "再等"}, to = "waiting"}\n'
    text = text.replace(
        "[workflow.talk.steps.begun.moves]\n",
        '[workflow.talk.steps.begun.moves]\nwait = {label = {zh = "等"}, to = "waiting"}\n',
    )
    pack_write(folder, {"workflows/talk.toml": text})
    said = {problem.message for problem in problems_of(folder)}
    assert "workflow:talk steps.waiting: no end can be reached from this step" in said
    assert "workflow:talk steps.closed: no way leads to this step" in said


def test_a_step_without_a_way_on_is_said(folder: Path) -> None:
    way_on = "[workflow.talk.steps.begun.moves]\n"
    way_on += 'finish = {label = {zh = "办完", en = "Done"}, to = "closed"}\n'
    found_ = flow(folder, way_on, "")
    assert (7, "workflow:talk steps.begun: nothing leads on from this step") in found_


def test_two_moves_with_one_name_are_said_with_their_line(folder: Path) -> None:
    twice = 'finish = {label = {zh = "办完", en = "Done"}, to = "closed"}\n'
    ((line, text),) = flow(folder, twice, twice + twice)
    assert line == 13
    assert "Cannot overwrite a value" in text
    with translation.override("zh-hans"):
        assert "同一个名字写了两次" in problems_of(folder)[0].told


def test_a_role_that_nobody_holds_at_that_level_is_said(folder: Path) -> None:
    found_ = flow(
        folder,
        'who = ["community_clerk"]\nlimit',
        'who = ["grid_worker at district"]\nlimit',
    )
    assert found_ == [
        (9, 'workflow:talk steps.begun.who: "grid_worker" is held by nobody at level "district"')
    ]


def test_a_limit_of_zero_is_said(folder: Path) -> None:
    ((line, text),) = flow(folder, '"1 working_day"', '"0 working_days"')
    assert (line, text) == (10, "workflow:talk steps begun limit: a span is at least 1 long")


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("[]", "a calendar needs hours on at least one day of the week, or all_day"),
        ('[{days = ["mon"], work = []}]', "a calendar needs hours on at least one day"),
        ('[{days = ["mon"], work = ["13:30-12:00"]}]', "overlap or run backwards"),
        ('[{days = ["mon"], work = ["08:30-12:00", "11:00-17:00"]}]', "overlap or run backwards"),
        ('[{days = ["mon"], work = ["08:30"]}]', "is no stretch of hours"),
    ],
)
def test_a_hole_in_a_calendar_is_said(folder: Path, hours: str, text: str) -> None:
    pack_write(
        folder,
        {
            "calendars.toml": '[calendar.office]\nlabel = {zh = "上班", en = "Office"}\n'
            f'clause = "practice 上班"\nhours = {hours}\n'
        },
    )
    (problem,) = problems_of(folder)
    assert (problem.file, text in problem.text) == ("calendars.toml", True)


def test_an_overlay_that_removes_what_another_row_needs_is_said(folder: Path) -> None:
    pack_write(
        folder,
        {
            "workflows/hazard.toml": '[workflow.hazard]\nextends = "workflow:hazard"\n'
            'remove = ["steps.rechecking", "steps.nowhere", "steps.neither"]\n'
        },
    )
    assert {problem.text for problem in problems_of(folder)} == {
        '"remove" names "steps.nowhere", which is not there',
        '"remove" names "steps.neither", which is not there',
    }
    edit(folder, "workflows/hazard.toml", ', "steps.nowhere", "steps.neither"', "")
    (problem,) = problems_of(folder)
    assert 'goes to step "rechecking", which is not there' in problem.text
    pack_write(
        folder,
        {"units.csv": "id,change,clause\npolice,remove,practice x\nnobody,remove,practice x\n"},
    )
    said = [f"{one.file}:{one.line}   {one.message}" for one in problems_of(folder)]
    assert any("units.csv:2   unit:police: is removed here, and duty:" in one for one in said)
    assert any("units.csv:3   unit:nobody: is a row of the base that is not" in one for one in said)


def test_everything_wrong_is_said_even_without_a_first_day(folder: Path) -> None:
    edit(folder, "pack.toml", "from   = 2024-01-01\n", "")
    edit(folder, "duties.csv", "unit:police", "unit:polise")
    assert [problem.file for problem in problems_of(folder)] == ["duties.csv", "pack.toml"]


def test_the_version_of_a_pack_that_is_loaded_somewhere_stays(folder: Path) -> None:
    files = {"b.toml": b"b", "a/c.csv": b"c", "a.toml": b"a"}
    assert version_of(files) == version_of(dict(reversed(files.items())))


CHECKING = re.compile(
    r"(base/(spans|calendar|conditions)|grammar|kinds|checks|fitting|specs|who|headings|removing"
    r"|inheritance|checking|reading|drafts|(ballots|indicators)/rules)\.py$"
)
"""Files in which checks write their sentences."""


NEVER = "a pause cannot end|no last day on the wall clock"
"""Said while time is counted, never while a pack is checked."""


def _text(node: ast.AST) -> str | None:
    """A sentence with an "x" for whatever is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else _filled(part)
            for part in node.values
        ]
        return "".join(parts)
    return None


def _filled(part: ast.AST) -> str:
    """The hint at a near word fills nothing in by itself."""
    written = ast.unparse(part)
    return "" if re.search(r"near|hint", written) else "x"


def _sentences() -> Iterator[tuple[str, str]]:
    """What checks say, as they write it."""
    for source in sources():
        if not CHECKING.search(str(source.path)):
            continue
        for node in ast.walk(source.tree):
            for text in _said_by(node):
                if " " in text and not text.startswith((" ", "\n")):
                    yield text, source.path.name


def _said_by(node: ast.AST) -> Iterator[str]:
    """The sentences of one raise, yield or pair of place and sentence."""
    wanted: list[ast.AST] = []
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        name = ast.unparse(node.exc.func)
        if name in ("ValueError", "SpanError", "CalendarError", "Unreadable", "BrokenInheritance"):
            wanted = list(node.exc.args[:1])
    elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
        wanted = [node.value.elts[-1]]
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
        wanted = [node.elts[1]]
    yield from (text for one in wanted if (text := _text(one)) is not None)


def test_every_sentence_of_every_check_is_known_in_both_languages() -> None:
    sentences = set(_sentences())
    assert len(sentences) > 80
    wrong = [
        f"{file}: {text}"
        for text, file in sorted(sentences)
        if found(re.sub(r" \(did you mean.*\)$", "", text)) is None and not re.search(NEVER, text)
    ]
    assert wrong == []

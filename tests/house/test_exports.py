# SPDX-License-Identifier: MulanPSL-2.0
"""Lists leave the platform through one exporter, which guards cells and keeps the record."""

import ast

import pytest

from linli.config.testing.source import hold, named, sources

SIGNS = ("csv.writer", "csv.DictWriter", "StreamingHttpResponse", "FileResponse", "WriteOnlyCell")
"""What somebody uses who writes rows, or sends a file that is large."""

ALLOWED = {
    "kernel/files/sheets": "the exporter itself",
    "shells/frame/files": "sends what the exporter has made",
    "kernel/packs/tables": "definitions of a pack, read back as they were written",
    "modules/exchange/api": "open data: nothing personal, for programs, and described as it is",
}
"""Where else rows are written, and why that is no export."""


def _signs(tree: ast.AST) -> set[str]:
    return {
        sign
        for node in ast.walk(tree)
        for sign in SIGNS
        if isinstance(node, ast.Attribute | ast.Name | ast.alias)
        and sign in (ast.unparse(node), ast.unparse(node).rpartition(".")[2])
    }


def test_rows_leave_through_the_one_exporter() -> None:
    wrong = [
        f"{named(source.path)}: {', '.join(sorted(found))}"
        for source in sources()
        if "/".join(source.inside) not in ALLOWED and (found := _signs(source.tree))
    ]
    hold(wrong, "declare an ExportSource in the manifest (kernel/sockets/exports.py)")


def test_nothing_is_allowed_that_is_not_there() -> None:
    there = {"/".join(source.inside) for source in sources() if _signs(source.tree)}
    assert ALLOWED.keys() <= there


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("csv.writer(out).writerow(cells)", {"csv.writer"}),
        ("from django.http import StreamingHttpResponse", {"StreamingHttpResponse"}),
        ("csv.reader(lines)", set()),
    ],
)
def test_who_writes_rows_is_seen(text: str, found: set[str]) -> None:
    assert _signs(ast.parse(text)) == found

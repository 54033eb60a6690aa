# SPDX-License-Identifier: MulanPSL-2.0
"""The file that names the provider of a single sign-on."""

from pathlib import Path

import pytest

from linli.base.provider import NAMES, Provider, is_address

GOOD = 'issuer = "https://sso.example.gov.cn"\nclient_id = "linli"\nclient_secret = "s"\n'


def read(folder: Path, text: str, *, is_secure: bool = True) -> Provider:
    """The provider of a file with this text."""
    path = folder / "oidc.toml"
    path.write_text(text, encoding="utf-8")
    return Provider.read(path, is_secure=is_secure)


def test_three_lines_are_enough(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert (found.issuer, found.client_id) == ("https://sso.example.gov.cn", "linli")
    assert (found.name, found.second_factor, found.scope) == (NAMES, (), "openid")
    assert "'s'" not in repr(found)


def test_name_and_second_factors_may_be_told(tmp_path: Path) -> None:
    more = 'second_factor = ["high"]\nname = {zh = "政务认证", en = "Gov"}\n'
    found = read(tmp_path, GOOD + more)
    assert (found.second_factor, found.name["zh"]) == (("high",), "政务认证")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "issuer, client_id, client_secret is missing"),
        (GOOD.replace("https:", "http:"), "issuer is no https address"),
        (GOOD.replace("https://sso.example.gov.cn", "sso"), "issuer is no https address"),
        (GOOD + "name = 'x'", "name is no"),
        (GOOD + "second_factor = 'high'", "second_factor is no list"),
        (GOOD + "scope = 3", "scope is no text"),
        (GOOD + "sekret = 3", "sekret is not known"),
        (GOOD + "=", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Provider.read(tmp_path / "no.toml", is_secure=False)


def test_an_open_line_will_do_where_nobody_real_signs_in(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("https:", "http:"), is_secure=False).issuer
    assert not is_address("ftp://x", is_secure=False)
    assert not is_address("http://[", is_secure=False)
    assert not is_address(3, is_secure=False)

# SPDX-License-Identifier: MulanPSL-2.0
"""How an installation names its mail server and its SMS gateway, and what it refuses."""

from pathlib import Path

import pytest

from linli.config.environment import DEMO_PHONE, HTTP_GATEWAY, Environment, SettingError


def read(monkeypatch: pytest.MonkeyPatch, mode: str = "production", **told: str) -> Environment:
    """What the process is told so."""
    monkeypatch.setenv("LINLI_MODE", mode)
    for name, value in told.items():
        monkeypatch.setenv(f"LINLI_{name}", value)
    return Environment.read()


def test_a_demo_has_a_phone_and_production_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, "demo").sms == DEMO_PHONE
    found = read(monkeypatch)
    assert (found.sms, found.sms_server, found.mail, found.audit_mail) == ("", None, None, ())


def test_a_gateway_is_named_with_its_secret_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("Bearer abc\n")
    body = '{"to": ["{phone}"], "content": {"code": "{text}"}, "id": "{key}", "n": 1}'
    found = read(
        monkeypatch,
        SMS="http",
        SMS_URL="https://sms.example/v1",
        SMS_SECRET_FILE=str(file),
        SMS_BODY=body,
    )
    assert found.sms == HTTP_GATEWAY
    assert found.sms_server is not None
    assert found.sms_server.secret == "Bearer abc"
    assert "abc" not in repr(found)
    filled = found.sms_server.filled({"{phone}": "1", "{text}": '{key}", "x', "{key}": "k"})
    assert filled == ('{"to": ["1"], "content": {"code": "{key}\\", \\"x"}, "id": "k", "n": 1}'), (
        "what is filled in breaks nothing, and is not filled in itself"
    )


def test_a_citys_own_class_is_named_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, SMS="city.sms.Gateway").sms == "city.sms.Gateway"


def test_a_mail_server_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        MAIL="smtps://linli%40city:p%3Aw@mail.example",
        MAIL_FROM="linli@city.example",
        AUDIT_MAIL="a@city.example b@city.example",
    )
    assert found.mail is not None
    assert (found.mail.user, found.mail.password) == ("linli@city", "p:w")
    assert (found.mail.port, found.mail.is_secure, found.mail.domain) == (465, True, "city.example")
    assert found.audit_mail == ("a@city.example", "b@city.example")
    assert "p:w" not in repr(found)


@pytest.mark.parametrize(
    "told",
    [
        {"SMS": "demo"},
        {"SMS": "pigeon"},
        {"SMS": "http"},
        {"SMS": "http", "SMS_URL": "http://sms.example/"},
        {"SMS": "http", "SMS_URL": "https://sms.example/", "SMS_BODY": "{phone} {text}"},
        {"SMS": "http", "SMS_URL": "https://sms.example/", "SMS_BODY": '{"a": "{phone}"}'},
        {"SMS": "http", "SMS_URL": "https://sms.example/", "SMS_HEADER": "X: y"},
        {"SMS": "http", "SMS_URL": "https://sms.example/", "SMS_SECRET": "a\nX: y"},
        {"SMS": "http", "SMS_URL": "https://sms.example/", "SMS_SECRET_FILE": "/no/such/file"},
        {"MAIL": "smtp://mail.example"},
        {"MAIL": "http://mail.example", "MAIL_FROM": "a@b.example"},
        {"MAIL": "smtp://mail.example:x", "MAIL_FROM": "a@b.example"},
        {"MAIL": "smtp://mail.example", "MAIL_FROM": "a@b.example>\nRCPT"},
        {"AUDIT_MAIL": "a@city.example"},
        {"MAIL": "smtp://mail.example", "MAIL_FROM": "a@b.example", "AUDIT_MAIL": "nobody"},
    ],
)
def test_what_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str]
) -> None:
    with pytest.raises(SettingError):
        read(monkeypatch, **told)

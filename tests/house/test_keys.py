# SPDX-License-Identifier: MulanPSL-2.0
"""Whatever a key of the ring makes stands in a column that rotation finds."""

from linli.config.testing.source import calls, hold, sources

MAKES = {"encrypt", "key_wrap", "blind_index"}
KNOWN = {
    "base/fields": "the fields themselves",
    "kernel/audit/fields": "the field of wrapped keys",
    "kernel/audit/names": "kept in a WrappedKeyField",
    "kernel/forms/rules/sealing": "kept in a SealedValuesField",
    "kernel/people/services": "kept in BlindIndexFields",
    "kernel/people/phone_codes": "kept in BlindIndexFields, for minutes",
    "kernel/people/factories": "kept in BlindIndexFields",
    "engines/registers/models": "the field of words itself",
    "engines/registers/rules/words": "kept in WordFields",
    "modules/appeals/services/filing": "kept in a BlindIndexField",
    "kernel/access/limits": "kept in a BlindIndexField, or forgotten within the hour",
    "kernel/accounts/factors": "kept in allauth's table, which is one of KEYED_ELSEWHERE",
    "kernel/accounts/sign_on": "kept in a BlindIndexField",
    "kernel/accounts/adapter": "counts failed log-ins for a quarter of an hour",
}
"""Where values are made with a key, and what becomes of them at a rotation."""


def _makers() -> set[str]:
    return {
        "/".join(source.inside)
        for source in sources()
        if source.inside[-1] != "crypto"
        for name, _call in calls(source.tree)
        if name.removeprefix("crypto.") in MAKES
    }


def test_what_is_made_with_a_key_is_known_to_rotation() -> None:
    wrong = sorted(_makers() - KNOWN.keys())
    hold(wrong, "keep it in a base.fields.Keyed field, and say here in which")


def test_nothing_is_known_that_is_not_there() -> None:
    assert KNOWN.keys() <= _makers()

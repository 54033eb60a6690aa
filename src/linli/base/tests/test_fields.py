# SPDX-License-Identifier: MulanPSL-2.0
"""The encrypted field, without a table: what goes to the database and what comes back."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from linli.base import crypto
from linli.base.fields import EncryptedTextField

CONTEXT = "people.person.phone"


@pytest.fixture(autouse=True)
def _ring(tmp_path: object, settings: object) -> None:
    path = tmp_path / "ring.json"  # type: ignore[operator]
    crypto.ring_new(path)
    settings.LINLI_KEYS_FILE = str(path)  # type: ignore[attr-defined]


@pytest.fixture
def field() -> EncryptedTextField:
    made = EncryptedTextField("phone", context=CONTEXT, null=True)
    made.set_attributes_from_name("phone")
    return made


def _model(**fields: models.Field) -> type[models.Model]:  # type: ignore[type-arg]
    """A model without a table."""
    meta = type("Meta", (), {"app_label": "contenttypes"})
    return type("Person", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def _field(model: type[models.Model], name: str) -> EncryptedTextField:
    found = model._meta.get_field(name)
    assert isinstance(found, EncryptedTextField)
    return found


def test_the_database_gets_ciphertext_and_the_model_gets_the_value(
    field: EncryptedTextField,
) -> None:
    stored = field.get_db_prep_save("13812342046", connection)
    assert "2046" not in stored
    assert field.from_db_value(stored, None, connection) == "13812342046"


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_stays_nothing(field: EncryptedTextField, value: str | None) -> None:
    assert field.get_db_prep_save(value, connection) == value
    assert field.from_db_value(value, None, connection) == value


def test_a_migration_carries_the_context(field: EncryptedTextField) -> None:
    written, imports = MigrationWriter.serialize(field)
    assert f"context='{CONTEXT}'" in written
    assert imports == {"import linli.base.fields"}
    assert field.clone().context == CONTEXT


@isolate_apps("django.contrib.contenttypes")
def test_ciphertext_cannot_be_filtered_by_value() -> None:
    person_model = _model(phone=EncryptedTextField(context=CONTEXT, null=True))
    for wrong in ({"phone": "1"}, {"phone__in": ["1"]}, {"phone__contains": "1"}):
        with pytest.raises(FieldError, match="Unsupported lookup"):
            person_model._base_manager.filter(**wrong)
    assert "IS NULL" in str(person_model._base_manager.filter(phone__isnull=True).query)


@isolate_apps("django.contrib.contenttypes")
def test_a_field_without_context_or_with_an_index_is_refused_by_check() -> None:
    person_model = _model(
        phone=EncryptedTextField(),
        address=EncryptedTextField(context="people.person.address", unique=True),
    )
    found = {
        each.id for name in ("phone", "address") for each in _field(person_model, name).check()
    }
    assert found == {"linli.E001", "linli.E002"}


@isolate_apps("django.contrib.contenttypes")
def test_a_dump_holds_ciphertext_and_loads_again() -> None:
    person_model = _model(phone=EncryptedTextField(context=CONTEXT))
    field = _field(person_model, "phone")
    dumped = field.value_to_string(person_model(phone="13812342046"))
    assert "2046" not in dumped
    assert field.to_python(dumped) == "13812342046"
    assert field.to_python("13812342046") == "13812342046"
    assert field.to_python("k3f9a21.不是密文") == "k3f9a21.不是密文"

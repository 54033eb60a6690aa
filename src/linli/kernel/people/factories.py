# SPDX-License-Identifier: MulanPSL-2.0
"""People for tests."""

from typing import Any

from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from linli.base import clock, crypto
from linli.kernel.audit.services import name_key_new
from linli.kernel.people.models import Person
from linli.kernel.people.terms import ID_NUMBER_CONTEXT, PHONE_CONTEXT


class PersonFactory(DjangoModelFactory[Person]):
    """An adult without log-in; give `phone=` or `id_number=` in plain."""

    class Meta:
        model = Person

    name = Sequence(lambda number: f"居民{number}")
    name_key = LazyFunction(name_key_new)
    created_at = LazyFunction(clock.now)

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        phone, number = kwargs.get("phone", ""), kwargs.get("id_number", "")
        kwargs["phone_index"] = crypto.blind_index(phone, context=PHONE_CONTEXT)
        kwargs["id_number_index"] = crypto.blind_index(number, context=ID_NUMBER_CONTEXT)
        created: Person = super()._create(model_class, *args, **kwargs)
        return created

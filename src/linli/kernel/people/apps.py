# SPDX-License-Identifier: MulanPSL-2.0
"""The app of persons and households."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons and households, with their personal fields encrypted."""

    name = "linli.kernel.people"
    label = "people"

    def ready(self) -> None:
        """Tell access, which lies below, which person acts when an account does."""
        from linli.kernel.access.persons import person_resolver
        from linli.kernel.people.selectors import person_known

        person_resolver.register(person_known)

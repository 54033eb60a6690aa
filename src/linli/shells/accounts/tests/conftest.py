# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities on an ordinary Friday afternoon, as the tests of places have them."""

from linli.shells.places.tests.conftest import kept, towns

__all__ = ["kept", "towns"]

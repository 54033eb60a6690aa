# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities on an ordinary Friday afternoon (see `two_towns`)."""

from linli.config.testing.kept import kept_fixtures
from linli.kernel.workflow.factories import FRIDAY
from linli.shells.places.tests.towns import two_towns

kept, towns = kept_fixtures(two_towns, FRIDAY)
